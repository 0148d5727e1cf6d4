// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/metric_comparison.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/evaluate/clusters.h"
#include "core/jobs/quantize_modes.h"

namespace kerf::core {
namespace {

constexpr const char* kDecode = "decode_tokens_per_second";

/// In the order of metricKinds(), then the others as they were measured. Without the range of the activations, by which
/// a run was made: it says nothing of what came of it.
std::vector<std::string> metricNames(const std::vector<RunRow>& runs)
{
    std::vector<std::string> names;
    std::vector<std::string> others;
    for (const RunRow& run : runs)
        for (const Metric& metric : run.metrics)
            if (metric.name != kActivationMetric && std::ranges::find(others, metric.name) == others.end())
                others.push_back(metric.name);
    for (const MetricKind& kind : metricKinds())
        if (kind.name == std::string_view(kDecode) || kind.name == std::string_view("seconds")
            || std::ranges::find(others, kind.name) != others.end())
            names.emplace_back(kind.name);
    for (const std::string& name : others)
        if (std::ranges::find(names, name) == names.end())
            names.push_back(name);
    return names;
}

/// The newest text on which all runs that have the metric have it; empty where there is none.
std::string sharedText(const std::vector<RunRow>& runs, std::size_t reference, const std::string& name)
{
    const std::vector<Metric>& metrics = runs[reference].metrics;
    for (auto metric = metrics.rbegin(); metric != metrics.rend(); ++metric) {
        if (metric->name != name)
            continue;
        const bool isShared = std::ranges::all_of(
            runs, [&](const RunRow& run) { return !run.metric(name) || metricOn(run, name, metric->datasetHash); });
        if (isShared)
            return metric->datasetHash;
    }
    return {};
}

/// One metric of all runs, as it is filled.
class Line {
public:
    Line(const std::vector<RunRow>& runs, std::size_t reference, const ModelSpeeds& speeds, const std::string& name)
        : m_runs(runs)
        , m_reference(reference)
        , m_speeds(speeds)
        , m_kind(metricKind(name))
        , m_metrics(runs.size())
        , m_draws(runs.size())
    {
        m_line.name = name;
        m_line.direction = m_kind.direction;
        m_line.isExact = m_kind.isExact;
        m_line.values.resize(runs.size());
        m_line.differences.resize(runs.size());
    }

    MetricLine fill(const RunRow* original)
    {
        if (m_line.name == kDecode)
            fillSpeeds();
        else if (m_line.name == "seconds")
            fillSeconds();
        else
            fillMeasured();
        fillOriginal(original);
        for (std::size_t run = 0; run < m_runs.size(); ++run)
            m_line.differences[run] = difference(run);
        return std::move(m_line);
    }

private:
    void fillSpeeds()
    {
        m_line.unit = "tokens/s";
        for (std::size_t run = 0; run < m_runs.size(); ++run)
            if (const auto figure = m_speeds.figure(m_runs[run].plan))
                m_line.values[run] = MetricCell { figure->tokensPerSecond };
    }

    void fillSeconds()
    {
        m_line.unit = "s";
        for (std::size_t run = 0; run < m_runs.size(); ++run)
            if (!m_runs[run].origin && m_runs[run].state == RunState::Done && m_runs[run].provenance.seconds > 0)
                m_line.values[run] = MetricCell { m_runs[run].provenance.seconds };
    }

    void fillMeasured()
    {
        const std::string text = sharedText(m_runs, m_reference, m_line.name);
        for (std::size_t run = 0; run < m_runs.size(); ++run) {
            const Metric* metric = text.empty() ? nullptr : metricOn(m_runs[run], m_line.name, text);
            m_metrics[run] = metric ? metric : m_runs[run].metric(m_line.name);
            if (!m_metrics[run])
                continue;
            m_line.values[run] = MetricCell { m_metrics[run]->value, m_metrics[run]->standardError };
            m_line.unit = m_metrics[run]->unit;
            m_draws[run] = m_metrics[run]->draws;
        }
        fillUnmeasuredOriginals();
        if (const Metric* metric = m_metrics[m_reference]) {
            m_line.dataset = metric->dataset;
            m_line.datasetHash = metric->datasetHash;
        }
    }

    /// Runs of the model as it is stored: their divergence is known on every text.
    void fillUnmeasuredOriginals()
    {
        const auto value = valueOfOriginal(m_line.name);
        if (!value)
            return;
        const auto other = std::ranges::find_if(m_metrics, [](const Metric* metric) { return metric != nullptr; });
        for (std::size_t run = 0; run < m_runs.size(); ++run) {
            if (m_metrics[run] || !isOriginal(m_runs[run]) || other == m_metrics.end())
                continue;
            m_metrics[run] = *other;
            m_line.values[run] = MetricCell { *value, 0.0 };
            m_draws[run].assign((*other)->draws.size(), *value);
        }
    }

    void fillOriginal(const RunRow* original)
    {
        if (const auto value = valueOfOriginal(m_line.name))
            m_line.original = MetricCell { *value };
        else if (m_line.name == kDecode && original) {
            if (const auto figure = m_speeds.figure(original->plan))
                m_line.original = MetricCell { figure->tokensPerSecond };
        } else if (const Metric* metric = original ? metricOn(*original, m_line.name, m_line.datasetHash) : nullptr)
            m_line.original = MetricCell { metric->value, metric->standardError };
        else if (m_line.name == "perplexity") // what each evaluation found of it
            if (const Metric* found = metricOn(m_runs[m_reference], "reference_perplexity", m_line.datasetHash))
                m_line.original = MetricCell { found->value };
    }

    MetricDifference difference(std::size_t run) const
    {
        MetricDifference found;
        const auto &mine = m_line.values[run], &other = m_line.values[m_reference];
        if (run == m_reference) {
            found.verdict = Verdict::Reference;
            return found;
        }
        if (!mine || !other) {
            found.hindrance = Hindrance::NotMeasured;
            return found;
        }
        if (m_metrics[run] && m_metrics[run]->datasetHash != m_metrics[m_reference]->datasetHash) {
            found.hindrance = Hindrance::OtherWindows;
            return found;
        }
        found.value = mine->value - other->value;
        if (m_line.name == kDecode)
            compareSpeeds(run, found);
        else if (m_line.isExact)
            judgeExact(found);
        else
            compareWindows(run, found);
        return found;
    }

    void compareSpeeds(std::size_t run, MetricDifference& found) const
    {
        const auto mine = tokenWork(m_runs[run].plan, m_speeds.shapes),
                   other = tokenWork(m_runs[m_reference].plan, m_speeds.shapes);
        if (!mine || !other) // they have speeds, and so kernels
            return;
        if (*mine == *other) {
            found.verdict = Verdict::Equal;
            return;
        }
        found.interval = m_speeds.table.difference(*mine, *other);
        if (!found.interval)
            found.hindrance = Hindrance::NotTimed;
        else
            judge(found);
    }

    void judgeExact(MetricDifference& found) const
    {
        if (*found.value == 0)
            found.verdict = Verdict::Equal;
        else if (m_line.direction == Direction::None)
            found.hindrance = Hindrance::NoDirection;
        else
            found.verdict
                = (*found.value < 0) == (m_line.direction == Direction::Lower) ? Verdict::Better : Verdict::Worse;
    }

    void compareWindows(std::size_t run, MetricDifference& found) const
    {
        const auto &mine = m_draws[run], &other = m_draws[m_reference];
        const std::vector<std::int32_t> clusters = clusterNumbers({ m_metrics[run], m_metrics[m_reference] });
        const PairedDraws paired { mine, other, clusters };
        if (m_kind.isOneSitting)
            found.hindrance = Hindrance::OneSitting;
        else if (m_line.direction == Direction::None)
            found.hindrance = Hindrance::NoDirection;
        else if (mine.size() != other.size() || mine.empty())
            found.hindrance = Hindrance::NoWindows;
        else if (mine == other)
            found.verdict = Verdict::Equal;
        else if (mine.size() < kLeastPairs)
            found.hindrance = Hindrance::FewWindows;
        else if (clustersOf(paired.clusters, mine.size()).count < kLeastPairs)
            found.hindrance = Hindrance::FewClusters;
        else {
            const PairedDifference difference = pairedDifference(paired, m_kind.of);
            found.interval = SpeedInterval { difference.low, difference.high };
            judge(found);
        }
    }

    void judge(MetricDifference& found) const
    {
        const bool isBelow = found.interval->high<0, isAbove = found.interval->low> 0;
        if (!isBelow && !isAbove)
            found.verdict = Verdict::Same;
        else
            found.verdict = isBelow == (m_line.direction == Direction::Lower) ? Verdict::Better : Verdict::Worse;
    }

    const std::vector<RunRow>& m_runs;
    std::size_t m_reference;
    const ModelSpeeds& m_speeds;
    const MetricKind& m_kind;
    std::vector<const Metric*> m_metrics; ///< by run; null where there is none
    std::vector<std::vector<double>> m_draws; ///< by run
    MetricLine m_line;
};

} // namespace

const char* verdictName(Verdict verdict)
{
    constexpr std::array kNames { "reference", "better", "worse", "same", "equal", "not comparable" };
    return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view hindranceText(Hindrance hindrance)
{
    switch (hindrance) {
    case Hindrance::NotMeasured:
        return "One of the two was not measured.";
    case Hindrance::OtherWindows:
        return "They were measured on other windows: evaluate both on the same text.";
    case Hindrance::NoWindows:
        return "There are no values by window that could be paired.";
    case Hindrance::FewWindows:
        return "There are fewer than 8 windows: too few for an interval.";
    case Hindrance::FewClusters:
        return "The windows or items are of fewer than 8 documents or groups: too few for an interval.";
    case Hindrance::OneSitting:
        return "Each was measured once: the machine's mood of that moment is in it.";
    case Hindrance::NotTimed:
        return "It takes 3 sittings, minutes apart, to know how speeds drift.";
    case Hindrance::NoDirection:
        return "Neither way is better.";
    case Hindrance::None:
        break;
    }
    return {};
}

bool MetricLine::isAlike() const
{
    return std::ranges::all_of(differences, [](const MetricDifference& difference) {
        return difference.verdict == Verdict::Reference || difference.verdict == Verdict::Equal
            || (difference.value == 0.0 && !difference.interval);
    });
}

const Metric* metricOn(const RunRow& run, const std::string& name, const std::string& datasetHash)
{
    const auto found = std::ranges::find_if(
        run.metrics, [&](const Metric& metric) { return metric.name == name && metric.datasetHash == datasetHash; });
    return found == run.metrics.end() ? nullptr : &*found;
}

std::vector<std::int32_t> clusterNumbers(std::initializer_list<const Metric*> metrics)
{
    for (const Metric* metric : metrics)
        if (metric && !metric->clusters.empty() && metric->clusters.size() == metric->draws.size())
            return metric->clusters;
    return {};
}

const RunRow* findOriginal(const std::vector<RunRow>& runs, RowId model)
{
    const auto found = std::ranges::find_if(
        runs, [&](const RunRow& run) { return run.model == model && run.state == RunState::Done && isOriginal(run); });
    return found == runs.end() ? nullptr : &*found;
}

Result<MetricComparison> compareMetrics(
    const std::vector<RunRow>& runs, std::size_t reference, const ModelSpeeds& speeds, const RunRow* original)
{
    if (runs.empty() || runs.size() > kMostCompared)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("1 to {} runs are compared at a time, not {}.", kMostCompared, runs.size()));
    if (reference >= runs.size())
        return fail(ErrorCode::InvalidArgument, "The reference is none of the runs that are compared.");
    for (const RunRow& run : runs)
        if (run.model != runs.front().model)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} and {} are runs of different models.", runs.front().name, run.name));
    MetricComparison comparison;
    comparison.reference = reference;
    for (const std::string& name : metricNames(runs)) {
        MetricLine line = Line(runs, reference, speeds, name).fill(original);
        if (std::ranges::any_of(line.values, [](const auto& value) { return value.has_value(); }))
            comparison.lines.push_back(std::move(line));
    }
    comparison.paired = pairedSets(runs, comparison.lines);
    return comparison;
}

} // namespace kerf::core
