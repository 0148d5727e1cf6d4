// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/layer_changes.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

std::int64_t bytesOf(const Network& network, const LayerInfo& layer, const std::string& format)
{
    const auto parsed = parseWeightFormat(format);
    return parsed ? layerBytes(network, layer, **parsed) : 0;
}

std::optional<double> kldOf(const Profile& profile, const LayerProfile& layer, const PlanLayer& row, const Plan& plan)
{
    const auto predicted = predictRow(profile, layer, row, plan);
    return predicted ? std::optional(predicted->kld) : std::nullopt;
}

std::optional<double> lessOf(const std::optional<double>& after, const std::optional<double>& before)
{
    return after && before ? std::optional(*after - *before) : std::nullopt;
}

} // namespace

PlanDifference planDifference(const Plan& before, const Plan& after, const Network& network, const Profile* profile)
{
    std::unordered_map<std::string_view, const LayerProfile*> profiled;
    if (profile)
        for (const LayerProfile& layer : profile->layers)
            profiled.emplace(layer.layer, &layer);
    PlanDifference difference;
    for (std::size_t i = 0; i < after.layers.size() && i < before.layers.size(); ++i) {
        if (before.layers[i] == after.layers[i])
            continue;
        const LayerInfo& info = network.layers()[i];
        LayerChange change { static_cast<int>(i), before.layers[i], after.layers[i] };
        change.bytes = bytesOf(network, info, change.after.format) - bytesOf(network, info, change.before.format);
        if (const auto known = profiled.find(info.name); known != profiled.end())
            change.kld = lessOf(kldOf(*profile, *known->second, change.after, after),
                kldOf(*profile, *known->second, change.before, before));
        difference.bytes += change.bytes;
        difference.layers.push_back(std::move(change));
    }
    std::ranges::stable_sort(difference.layers, [](const LayerChange& a, const LayerChange& b) {
        const double first = std::abs(a.kld.value_or(0)), second = std::abs(b.kld.value_or(0));
        return first != second ? first > second : std::abs(a.bytes) > std::abs(b.bytes);
    });
    if (profile) {
        const auto then = predictPlan(*profile, before), now = predictPlan(*profile, after);
        if (then && now)
            difference.kld = now->kld - then->kld;
    }
    return difference;
}

} // namespace kerf::core
