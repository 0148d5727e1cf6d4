// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_experts.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::int64_t kMaxExperts = 1 << 12;

/// Which blocks have experts, and which an MLP.
Status readRoutedBlocks(const ConfigReader& config, DecoderConfig& result)
{
    const ExpertNames& names = result.architecture->experts;
    result.routed.assign(static_cast<std::size_t>(result.blocks), true);
    if (!names.stepKey.empty()) {
        KERF_TRY(const std::int64_t step, config.count(names.stepKey, kMaxBlocks, 1));
        for (std::size_t block = 0; block < result.routed.size(); ++block)
            result.routed[block] = (static_cast<std::int64_t>(block) + 1) % step == 0;
    }
    if (!names.denseFirstKey.empty()) {
        KERF_TRY(const std::int64_t first, config.count(names.denseFirstKey, kMaxBlocks, names.denseFirstDefault, 0));
        std::fill_n(result.routed.begin(), std::min(first, result.blocks), false);
    }
    if (names.denseKey.empty() || !config.has(names.denseKey))
        return {};
    const Json& dense = config.value(names.denseKey);
    if (!dense.is_array())
        return config.wrong(names.denseKey, "a list of blocks");
    for (const Json& item : dense) {
        const auto block = asCount(item);
        if (!block || *block >= result.blocks)
            return config.wrong(names.denseKey, fmt::format("a list of blocks, 0 to {}", result.blocks - 1));
        result.routed[static_cast<std::size_t>(*block)] = false;
    }
    return {};
}

/// A default, where there is one.
std::optional<std::int64_t> needed(std::int64_t fallback)
{
    return fallback > 0 ? std::optional(fallback) : std::nullopt;
}

/// Whether experts are chosen group by group.
Result<bool> readGroupMethod(const ConfigReader& config, const ExpertNames& names)
{
    if (names.methodKey.empty())
        return true;
    KERF_TRY(const std::string method, config.text(names.methodKey, "greedy"));
    if (method != "greedy" && method != "group_limited_greedy")
        return config.wrong(names.methodKey, "\"greedy\" or \"group_limited_greedy\"");
    return method != "greedy";
}

/// How experts are chosen.
Status readRoute(const ConfigReader& config, DecoderConfig& result)
{
    const ExpertNames& names = result.architecture->experts;
    Route& route = result.route;
    route.scores = names.scores;
    KERF_TRY(route.top, config.count(names.topKey, result.experts, needed(names.topDefault)));
    if (!names.renormalizeKey.empty()) {
        KERF_TRY(route.renormalize, config.flag(names.renormalizeKey, names.renormalizeDefault));
    }
    if (!names.factorKey.empty()) {
        KERF_TRY(route.factor, config.positive(names.factorKey, names.factorDefault));
    }
    if (names.groupsKey.empty())
        return {};
    KERF_TRY(const bool areGrouped, readGroupMethod(config, names));
    KERF_TRY(const std::int64_t groups, config.count(names.groupsKey, result.experts, names.groupsDefault));
    KERF_TRY(
        const std::int64_t top, config.count(names.topGroupsKey, groups, std::min(groups, names.topGroupsDefault)));
    if (!areGrouped)
        return {};
    if (result.experts % groups != 0)
        return config.wrong(names.groupsKey, fmt::format("a divisor of the {} experts", result.experts));
    if (route.top > result.experts / groups * top)
        return config.wrong(names.topGroupsKey, fmt::format("enough groups for {} experts", route.top));
    route.groups = groups;
    route.topGroups = top;
    return {};
}

} // namespace

Status readExperts(const ConfigReader& config, DecoderConfig& result)
{
    const ExpertNames& names = result.architecture->experts;
    result.routed.assign(static_cast<std::size_t>(result.blocks), false);
    if (names.router.empty())
        return {};
    const bool isAlias = !names.countAlias.empty() && config.has(names.countAlias);
    KERF_TRY(result.experts,
        config.count(isAlias ? names.countAlias : names.countKey, kMaxExperts, needed(names.countDefault)));
    result.expertInner = result.inner;
    if (!names.innerKey.empty()) {
        KERF_TRY(result.expertInner, config.count(names.innerKey, kMaxSize, needed(names.innerDefault)));
    }
    if (!names.sharedInnerKey.empty()) {
        KERF_TRY(result.sharedInner, config.count(names.sharedInnerKey, kMaxSize));
    } else if (!names.sharedCountKey.empty()) {
        KERF_TRY(
            const std::int64_t count, config.count(names.sharedCountKey, kMaxExperts, names.sharedCountDefault, 0));
        result.sharedInner = count * result.expertInner;
    }
    KERF_CHECK(readRoute(config, result));
    return readRoutedBlocks(config, result);
}

} // namespace kerf::core
