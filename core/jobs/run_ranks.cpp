// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_ranks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/evaluate/clusters.h"
#include "core/evaluate/student.h"
#include "core/jobs/metric_comparison.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

constexpr std::array kDivergences { FrontY::Kld, FrontY::CosineDistance, FrontY::SquaredDifference };

const char* metricName(FrontY y)
{
    return frontMetric(y).name;
}

Order reversed(Order order)
{
    return order == Order::Better ? Order::Worse : order == Order::Worse ? Order::Better : order;
}

Order orderOf(double difference, double half)
{
    return difference < -half ? Order::Better : difference > half ? Order::Worse : Order::Unknown;
}

/// The metric of both runs on the newest text that both have it on; null where there is none.
std::pair<const Metric*, const Metric*> sharedMetric(const RunRow& first, const RunRow& second, const char* name)
{
    for (auto mine = first.metrics.rbegin(); mine != first.metrics.rend(); ++mine)
        for (auto other = second.metrics.rbegin(); other != second.metrics.rend(); ++other)
            if (mine->name == name && other->name == name && mine->datasetHash == other->datasetHash)
                return { &*mine, &*other };
    return { nullptr, nullptr };
}

/// By the differences of the windows, those of one document together; where they were not kept, by the errors of the
/// two means as if independent.
Order compareMeans(const Metric& first, const Metric& second)
{
    if (first.draws.size() > 1 && first.draws.size() == second.draws.size()) {
        if (first.draws == second.draws)
            return Order::Equal;
        std::vector<double> differences(first.draws.size());
        std::ranges::transform(first.draws, second.draws, differences.begin(), std::minus());
        const Clusters clusters = clustersOf(clusterNumbers({ &first, &second }), differences.size());
        Draws draws = drawsOf(differences);
        if (!clusters.areItems()) { // as many draws as clusters, with the same error of the mean
            draws.variance *= designEffect(differences, clusters) * static_cast<double>(clusters.count)
                / static_cast<double>(draws.count);
            draws.count = static_cast<int>(clusters.count);
        }
        return orderOf(draws.mean, draws.halfWidthOfMean());
    }
    if (!first.standardError || !second.standardError)
        return first.value == second.value ? Order::Equal : Order::Unknown;
    return orderOf(first.value - second.value, 1.96 * std::hypot(*first.standardError, *second.standardError));
}

/// The original diverges from itself by nothing, whether that was measured or not.
Order compareUp(const RunRow& first, const RunRow& second, FrontY y)
{
    if (frontMetric(y).isDivergence && (isOriginal(first) || isOriginal(second))) {
        const bool isFirst = isOriginal(first);
        if (isFirst && isOriginal(second))
            return Order::Equal;
        const Metric* other = (isFirst ? second : first).metric(metricName(y));
        Metric nothing { metricName(y), 0, 0.0, "", "", "", {} };
        nothing.draws.assign(other->draws.size(), 0.0);
        return isFirst ? compareMeans(nothing, *other) : compareMeans(*other, nothing);
    }
    const auto [mine, other] = sharedMetric(first, second, metricName(y));
    const Order order = mine ? compareMeans(*mine, *other) : Order::Unknown;
    return frontMetric(y).higherIsBetter ? reversed(order) : order;
}

Order compareSizes(const RunRow& first, const RunRow& second, const char* name)
{
    const Metric* mine = first.metric(name);
    const Metric* other = second.metric(name);
    if (!mine || !other)
        return Order::Unknown;
    return mine->value == other->value ? Order::Equal : mine->value < other->value ? Order::Better : Order::Worse;
}

/// The runs of one model, by their positions in the whole list.
class Ranking {
public:
    Ranking(const std::vector<RunRow>& runs, std::vector<std::size_t> positions, const ModelSpeeds& speeds, FrontY y)
        : m_runs(runs)
        , m_positions(std::move(positions))
        , m_speeds(speeds)
        , m_y(y)
    {
        for (const std::size_t at : m_positions) {
            const Plan& plan = runs[at].plan;
            m_work.push_back(tokenWork(plan, speeds.shapes).value_or(TokenWork()));
            m_figures.push_back(m_work.back().empty() ? std::nullopt : speeds.table.figure(m_work.back()));
            m_present.push_back(
                runs[at].metric(metricName(y)) || (frontMetric(y).isDivergence && isOriginal(runs[at])));
        }
    }

    SpeedRanking speeds() const
    {
        std::set<TokenWork> works;
        for (std::size_t i = 0; i < m_positions.size(); ++i) {
            if (!m_present[i])
                continue;
            if (!m_figures[i])
                return SpeedRanking::NotTimed;
            if (!m_figures[i]->ratioInterval)
                return SpeedRanking::FewSittings;
            works.insert(m_work[i]);
        }
        for (const TokenWork& first : works)
            for (const TokenWork& second : works)
                if (m_speeds.table.compare(first, second) == Order::Better)
                    return SpeedRanking::Ranked;
        return works.size() > 1 ? SpeedRanking::Alike : SpeedRanking::Ranked;
    }

    void rank(FrontX x, RunRanks& result) const
    {
        const auto across = [&](std::size_t first, std::size_t second) {
            if (x == FrontX::Speed)
                return m_speeds.table.compare(m_work[first], m_work[second]);
            return compareSizes(run(first), run(second), x == FrontX::Size ? "size_bytes" : "bits_per_weight");
        };
        const auto up = [&](std::size_t first, std::size_t second) { return compareUp(run(first), run(second), m_y); };
        std::vector<bool> present = m_present;
        for (std::size_t i = 0; i < present.size(); ++i)
            present[i] = present[i] && (x != FrontX::Speed || m_figures[i]);
        const std::vector<Rank> ranks = paretoRanks(present, across, up);
        for (std::size_t i = 0; i < ranks.size(); ++i) {
            result.figures[m_positions[i]] = m_figures[i];
            result.ranks[m_positions[i]] = ranks[i];
            if (ranks[i].other)
                result.ranks[m_positions[i]].other = m_positions[*ranks[i].other];
        }
    }

private:
    const RunRow& run(std::size_t at) const { return m_runs[m_positions[at]]; }

    const std::vector<RunRow>& m_runs;
    std::vector<std::size_t> m_positions;
    const ModelSpeeds& m_speeds;
    FrontY m_y;
    std::vector<TokenWork> m_work;
    std::vector<std::optional<SpeedFigure>> m_figures;
    std::vector<bool> m_present; ///< measured on y
};

} // namespace

const FrontMetric& frontMetric(FrontY y)
{
    static constexpr std::array<FrontMetric, kFrontYs> kMetrics { {
        { "kld_mean", "KL divergence from the original", false, true },
        { "perplexity", "perplexity" },
        { "cosine_distance", "1 - cosine to the original's embeddings", false, true },
        { "squared_difference", "squared difference from the original's number", false, true },
        { "accuracy", "accuracy on labelled texts (higher is better)", true },
        { "f1_macro", "F1, mean over classes (higher is better)", true },
        { "f1_micro", "F1, over all texts (higher is better)", true },
        { "entity_f1", "F1 of entities (higher is better)", true },
        { "word_accuracy", "share of words with the right tag (higher is better)", true },
        { "spearman", "rank correlation with the scores (higher is better)", true },
        { "pearson", "linear correlation with the scores (higher is better)", true },
        { "cosine_to_original", "cosine to the original's embeddings (higher is better)", true },
        { "acc", "accuracy of answers (higher is better)", true },
        { "exact_match", "share of short answers that match (higher is better)", true },
        { "answer_f1", "F1 of short answers' words (higher is better)", true },
    } };
    return kMetrics[static_cast<std::size_t>(y)];
}

std::string upLabel(FrontY y, const std::vector<RunRow>& runs)
{
    const FrontMetric& up = frontMetric(y);
    if (y == FrontY::Kld) // the others' labels say what the number is
        for (const RunRow& run : runs)
            if (const Metric* metric = run.metric(up.name))
                return fmt::format("{}, {}", up.label, metric->unit);
    return up.label;
}

FrontY distanceOf(const Network& network)
{
    for (const FrontY y : kDivergences)
        if (nearestTask(network)->metric() == metricName(y))
            return y;
    return FrontY::Kld;
}

FrontY divergenceAxis(const std::vector<RunRow>& runs)
{
    for (const FrontY y : kDivergences)
        if (std::ranges::any_of(runs, [&](const RunRow& run) { return run.metric(metricName(y)) != nullptr; }))
            return y;
    return FrontY::Kld;
}

bool isDivergence(std::string_view metric)
{
    return std::ranges::any_of(kDivergences, [&](FrontY y) { return metric == metricName(y); });
}

const Metric* divergenceOf(const RunRow& run)
{
    for (const FrontY y : kDivergences)
        if (const Metric* metric = run.metric(metricName(y)))
            return metric;
    return nullptr;
}

bool isOriginal(const Plan& plan)
{
    return plan.kv.empty() && std::ranges::all_of(plan.layers, [](const PlanLayer& layer) {
        const auto format = parseWeightFormat(layer.format);
        return format && (*format)->isUnquantized();
    });
}

Result<WorkspaceSpeeds> loadSpeeds(const Workspace& workspace)
{
    WorkspaceSpeeds speeds;
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    for (const ModelRow& model : models) {
        KERF_TRY(speeds[model.id], loadSpeeds(workspace, model.id));
    }
    return speeds;
}

RunRanks rankRuns(const std::vector<RunRow>& runs, const WorkspaceSpeeds& speeds, std::optional<FrontX> x, FrontY y)
{
    std::map<RowId, std::vector<std::size_t>> positions;
    for (std::size_t i = 0; i < runs.size(); ++i)
        positions[runs[i].model].push_back(i);
    static const ModelSpeeds kNone;
    std::vector<Ranking> rankings;
    RunRanks result { x.value_or(FrontX::Speed), y, SpeedRanking::Ranked, {}, {} };
    for (const auto& [model, at] : positions) {
        const auto known = speeds.find(model);
        rankings.emplace_back(runs, at, known == speeds.end() ? kNone : known->second, y);
        if (result.speeds == SpeedRanking::Ranked)
            result.speeds = rankings.back().speeds();
    }
    if (!x && result.speeds != SpeedRanking::Ranked)
        result.x = FrontX::Size;
    result.figures.resize(runs.size());
    result.ranks.resize(runs.size());
    for (const Ranking& ranking : rankings)
        ranking.rank(result.x, result);
    return result;
}

bool isOriginal(const RunRow& run)
{
    return !run.origin && isOriginal(run.plan);
}

} // namespace kerf::core
