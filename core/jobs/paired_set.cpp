// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/paired_set.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/evaluate/clusters.h"
#include "core/jobs/job_json.h"
#include "core/jobs/metric_comparison.h"

namespace kerf::core {
namespace {

/// Draw by draw, for every run; where the draws are few there is no interval, but nothing is missing.
bool isPaired(const MetricLine& line)
{
    return !line.datasetHash.empty() && std::ranges::all_of(line.differences, [](const MetricDifference& difference) {
        return difference.verdict == Verdict::Reference || difference.verdict == Verdict::Equal || difference.interval
            || difference.hindrance == Hindrance::FewWindows || difference.hindrance == Hindrance::FewClusters;
    });
}

/// Of any run that was measured on the set: the original needs no measurement of its divergence.
const Metric* measuredOn(const std::vector<RunRow>& runs, const MetricLine& line)
{
    for (const RunRow& run : runs)
        for (const Metric& metric : run.metrics)
            if (metric.name == line.name && metric.datasetHash == line.datasetHash)
                return &metric;
    return nullptr;
}

Draw drawOf(const Metric& metric)
{
    return metric.settings.contains("texts")    ? Draw::LabelledText
        : metric.settings.contains("questions") ? Draw::Question
                                                : Draw::Window;
}

} // namespace

std::string PairedSet::text() const
{
    const char* name = draw == Draw::Window ? "window" : draw == Draw::LabelledText ? "labelled text" : "question";
    const char* together = draw == Draw::Window ? "document" : "group";
    const std::string of
        = clusters > 0 ? fmt::format(" ({})", counted(static_cast<std::size_t>(clusters), together)) : "";
    return fmt::format("{}: paired over {}{} of {}", fmt::join(metrics, ", "),
        counted(static_cast<std::size_t>(count), name), of, dataset);
}

std::vector<PairedSet> pairedSets(const std::vector<RunRow>& runs, const std::vector<MetricLine>& lines)
{
    std::vector<PairedSet> sets;
    if (runs.size() < 2)
        return sets;
    for (const MetricLine& line : lines) {
        const Metric* metric = isPaired(line) ? measuredOn(runs, line) : nullptr;
        if (!metric)
            continue;
        auto set = std::ranges::find(sets, line.datasetHash, &PairedSet::datasetHash);
        if (set == sets.end()) {
            const Clusters clusters = clustersOf(metric->clusters, metric->draws.size());
            sets.push_back({ line.dataset, line.datasetHash, drawOf(*metric),
                static_cast<std::int64_t>(metric->draws.size()), static_cast<std::int64_t>(clusters.toldApart), {} });
            set = std::prev(sets.end());
        }
        set->metrics.push_back(line.name);
    }
    return sets;
}

} // namespace kerf::core
