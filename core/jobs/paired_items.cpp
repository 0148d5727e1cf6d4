// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/paired_items.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "core/jobs/gate.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/metric_kind.h"
#include "core/jobs/run_ranks.h"

namespace kerf::core {
namespace {

const Metric* sameItems(const RunRow* reference, const Metric& metric)
{
    if (!reference)
        return nullptr;
    const auto found = std::ranges::find_if(reference->metrics, [&](const Metric& other) {
        return other.name == metric.name && other.datasetHash == metric.datasetHash
            && other.draws.size() == metric.draws.size();
    });
    return found == reference->metrics.end() ? nullptr : &*found;
}

PairedItems paired(const Metric& metric, double reference, std::vector<double> others, const Metric* other)
{
    PairedItems pair { &metric, metric.value, reference, metric.draws, std::move(others) };
    pair.numbers = clusterNumbers({ &metric, other });
    pair.clusters = clustersOf(pair.numbers, pair.mine.size());
    return pair;
}

/// Why there is no pair, and what to do.
tl::unexpected<Error> noPair(const RunRow& run, const GateReference& reference, const std::string& name)
{
    const auto has = [&](const RunRow& row, bool withItems) {
        return std::ranges::any_of(row.metrics,
            [&](const Metric& metric) { return metric.name == name && (!withItems || !metric.draws.empty()); });
    };
    if (!has(run, false))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\" has no {}: measure it first (kerf-cli evaluate, ask or score).", run.name, name));
    if (!has(run, true))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has no value for each item, so there is nothing to judge it by.", name));
    if (!reference.run || !has(*reference.run, true))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has no {} to compare with: measure it on the same items first (kerf-cli evaluate, ask or "
                        "score with the model in the run's place).",
                reference.name(), name));
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "\"{}\" and {} have {} of other items: measure both on the same.", run.name, reference.name(), name));
}

} // namespace

std::vector<double> PairedItems::differences() const
{
    std::vector<double> found(mine.size());
    std::ranges::transform(mine, others, found.begin(), std::minus());
    return found;
}

Result<PairedItems> pairItems(const RunRow& run, const GateReference& reference, const std::string& metric)
{
    const RunRow* other = reference.run ? &*reference.run : nullptr;
    const bool isToOriginal = !other || isOriginal(*other);
    for (auto own = run.metrics.rbegin(); own != run.metrics.rend(); ++own) {
        if (own->name != metric || own->draws.empty())
            continue;
        if (const Metric* same = sameItems(other, *own))
            return paired(*own, same->value, same->draws, same);
        if (const auto value = valueOfOriginal(metric); value && isToOriginal)
            return paired(*own, *value, std::vector<double>(own->draws.size(), *value), nullptr);
    }
    return noPair(run, reference, metric);
}

bool areAnswers(const std::vector<double>& draws)
{
    return std::ranges::all_of(draws, [](double draw) { return draw == 0 || draw == 1; });
}

} // namespace kerf::core
