// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/byte_lever.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>

#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

constexpr const char* kEightBitCache = "kv-int8";

/// One role's layers that may be changed.
struct RoleLayers {
    std::vector<int> layers;
    std::int64_t bytes = 0;
};

struct Candidate {
    std::string name;
    LayerFormat format;
};

std::map<std::string, RoleLayers> rolesOf(const Plan& plan, const Network& network)
{
    const std::set<std::string_view> locked(plan.locked.begin(), plan.locked.end());
    std::map<std::string, RoleLayers> roles;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const LayerInfo& layer = network.layers()[i];
        const auto format = parseWeightFormat(plan.layers[i].format);
        if (locked.contains(layer.name) || !format)
            continue;
        RoleLayers& role = roles[layer.role];
        role.layers.push_back(static_cast<int>(i));
        role.bytes += layerBytes(network, layer, **format);
    }
    return roles;
}

/// What a role's layers take in a format, and which of them it makes smaller.
ByteLever leverOf(
    const std::string& role, const RoleLayers& of, const Candidate& candidate, const Plan& plan, const Network& network)
{
    ByteLever lever { {}, role, candidate.name };
    for (const int layer : of.layers) {
        const auto at = static_cast<std::size_t>(layer);
        const LayerInfo& info = network.layers()[at];
        const auto format = parseWeightFormat(plan.layers[at].format);
        if (!format || !candidate.format.checkShape(info.shape))
            continue;
        const std::int64_t saved
            = layerBytes(network, info, **format) - layerBytes(network, info, *candidate.format.weight);
        if (saved <= 0)
            continue;
        lever.layers.push_back(layer);
        lever.saved += saved;
    }
    return lever;
}

/// The widest of the formats that makes a role smaller by a twentieth at least: the next step down.
ByteLever nextBelow(const std::string& role, const RoleLayers& of, const std::vector<Candidate>& narrowing,
    const Plan& plan, const Network& network)
{
    for (const Candidate& candidate : narrowing) {
        ByteLever lever = leverOf(role, of, candidate, plan, network);
        if (lever.saved * 20 >= of.bytes && lever.saved > 0)
            return lever;
    }
    return {};
}

std::vector<Candidate> widestFirst(const std::vector<std::string>& formats)
{
    constexpr LayerShape typical { 4096, 4096 };
    std::vector<Candidate> candidates;
    for (const std::string& name : formats)
        if (auto format = parseLayerFormat(name); format && !format->weight->isUnquantized())
            candidates.push_back({ name, std::move(*format) });
    std::ranges::stable_sort(candidates, std::greater<>(),
        [&](const Candidate& each) { return each.format.weight->bitsPerWeight(typical); });
    return candidates;
}

ByteLever cacheLever(const Plan& plan, const Network& network, const CacheUse& use)
{
    ByteLever lever { {}, {}, kEightBitCache };
    Plan narrow = plan;
    if (use.context < 1 || !network.cacheShape().isCache() || !setCacheFormat(narrow, network, kEightBitCache))
        return lever;
    const auto now = cacheBytes(plan, network, use.context, use.batch);
    const auto then = cacheBytes(narrow, network, use.context, use.batch);
    lever.saved = now && then ? *now - *then : 0;
    return lever;
}

} // namespace

std::optional<ByteLever> largestLever(const Plan& plan, const Network& network, const Profile* profile,
    const std::vector<std::string>& formats, const CacheUse& cache)
{
    const std::vector<Candidate> candidates = widestFirst(formats);
    ByteLever best = cacheLever(plan, network, cache);
    for (const auto& [role, layers] : rolesOf(plan, network))
        if (ByteLever lever = nextBelow(role, layers, candidates, plan, network); lever.saved > best.saved)
            best = std::move(lever);
    if (best.saved <= 0)
        return std::nullopt;
    const auto changed = withLever(plan, network, best);
    if (!profile || !changed)
        return best;
    const auto before = predictPlan(*profile, plan), after = predictPlan(*profile, *changed);
    if (before && after)
        best.kld = after->kld - before->kld;
    return best;
}

Result<Plan> withLever(const Plan& plan, const Network& network, const ByteLever& lever)
{
    Plan changed = plan;
    if (lever.layers.empty())
        KERF_CHECK(setCacheFormat(changed, network, lever.format));
    for (const int layer : lever.layers)
        changed.layers[static_cast<std::size_t>(layer)].format = lever.format;
    return changed;
}

} // namespace kerf::core
