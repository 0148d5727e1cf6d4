// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/gate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/normal_distribution.h"
#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/clusters.h"
#include "core/jobs/gate_speed.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/metric_kind.h"
#include "core/jobs/paired_items.h"
#include "core/jobs/run_ranks.h"
#include "core/text/overlap.h"

namespace kerf::core {
namespace {

constexpr double kPower = 0.8;

bool isJudging(std::size_t item, std::size_t items)
{
    constexpr std::uint64_t kSeed = 0x9a7e;
    const bool isAlone = item + 1 == items && item % 2 == 0;
    return isAlone || (CounterRng(kSeed).at(item / 2) & 1) == item % 2;
}

/// By clusters where there are some: the other half must not have seen their like.
void takeHalf(PairedItems& pair, ItemHalf half)
{
    PairedItems taken { pair.metric, pair.value, pair.reference, {}, {} };
    for (std::size_t item = 0; item < pair.mine.size(); ++item) {
        if (isJudging(pair.clusters.ofItem[item], pair.clusters.count) != (half == ItemHalf::Judging))
            continue;
        taken.mine.push_back(pair.mine[item]);
        taken.others.push_back(pair.others[item]);
        if (!pair.numbers.empty())
            taken.numbers.push_back(pair.numbers[item]);
    }
    taken.clusters = clustersOf(taken.numbers, taken.mine.size());
    pair = std::move(taken);
}

double valueOf(const std::vector<double>& draws, OfMean of)
{
    const double mean = sampleMean(draws).value;
    return of == OfMean::Exponential ? std::exp(mean) : mean;
}

void takeHalf(PairedItems& pair, ItemHalf half, OfMean of)
{
    if (half == ItemHalf::Both)
        return;
    takeHalf(pair, half);
    pair.value = valueOf(pair.mine, of);
    pair.reference = valueOf(pair.others, of);
}

/// The metric that a requirement means: "accuracy" is "acc" where that was measured, flips are those of any share.
std::string metricOf(const RunRow& run, const Requirement& requirement)
{
    const auto has = [&](const std::string& name) { return run.metric(name) != nullptr; };
    if (requirement.of != Requirement::Of::HarmfulFlips)
        return requirement.metric == "accuracy" && !has("accuracy") && has("acc") ? "acc" : requirement.metric;
    const auto found = std::ranges::find_if(answerMetrics(), has);
    return found == answerMetrics().end() ? "accuracy" : *found;
}

PairedAnswers answersOf(const PairedItems& pair)
{
    PairedAnswers answers { 0, 0, static_cast<std::int64_t>(pair.others.size()) };
    for (std::size_t i = 0; i < pair.others.size(); ++i) {
        answers.harmful += pair.others[i] > pair.mine[i];
        answers.beneficial += pair.others[i] < pair.mine[i];
    }
    return answers;
}

/// Estimate and bounds of what is required, and the deviation of one item where it is a mean.
struct Measured {
    double estimate = 0;
    LossBounds bounds;
    double deviation = 0;
};

double deviationOf(const std::vector<double>& values)
{
    return std::sqrt(varianceAround(sampleMean(values).value, values));
}

/// By resamples of the items, or of their clusters; `sign` -1: a fall is worse.
Measured resampled(const PairedItems& pair, OfMean of, double confidence, double sign)
{
    const PairedBounds found = pairedBounds(pair.draws(), of, confidence);
    const double slope = of == OfMean::Exponential ? std::exp(sampleMean(pair.mine).value) : 1;
    Measured measured { found.value, { found.lower, found.upper }, slope * deviationOf(pair.differences()) };
    if (sign < 0)
        measured = { -found.value, { -found.upper, -found.lower }, measured.deviation };
    return measured;
}

/// The same with nothing to compare with.
PairedItems alone(const PairedItems& pair)
{
    PairedItems made = pair;
    made.others.assign(pair.mine.size(), 0.0);
    return made;
}

Result<Measured> ratio(const PairedItems& pair, const Requirement& requirement, const MetricKind& kind)
{
    if (kind.of != OfMean::Exponential)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\": perplexity alone is judged by a ratio; {} by its drop.", requirement.text,
                requirement.metric));
    const Measured logs = resampled(pair, OfMean::Itself, requirement.confidence, 1);
    return Measured { std::exp(logs.estimate), { std::exp(logs.bounds.lower), std::exp(logs.bounds.upper) },
        std::exp(logs.estimate) * logs.deviation };
}

/// 1 for each item that the reference has right and the run wrong.
std::vector<double> harmsOf(const PairedItems& pair)
{
    std::vector<double> harms(pair.mine.size());
    std::ranges::transform(
        pair.others, pair.mine, harms.begin(), [](double other, double mine) { return other > mine ? 1.0 : 0.0; });
    return harms;
}

/// Of what is required: where items are right or wrong one that a bound is to be widened by.
double effectOf(const PairedItems& pair, const Requirement& requirement, bool isOfAnswers)
{
    if (!isOfAnswers)
        return designEffect(requirement.of == Requirement::Of::Value ? pair.mine : pair.differences(), pair.clusters);
    return guardedDesignEffect(requirement.of == Requirement::Of::HarmfulFlips ? harmsOf(pair) : pair.differences(),
        pair.clusters, requirement.confidence);
}

LossBounds harmBounds(const GateFinding& found)
{
    const auto& [harmful, beneficial, items] = *found.answers;
    const double confidence = found.requirement.confidence;
    return found.clusters.itemsStandAlone ? shareBounds(harmful, items, confidence)
                                          : shareBounds(harmful, items, confidence, found.clusters.designEffect);
}

Result<Measured> measured(const PairedItems& pair, const GateFinding& found, const MetricKind& kind)
{
    const Requirement& requirement = found.requirement;
    const bool isHigher = kind.direction == Direction::Higher;
    const double confidence = requirement.confidence;
    switch (requirement.of) {
    case Requirement::Of::HarmfulFlips:
        if (!found.answers)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\": the items of {} are not right or wrong.", requirement.text, pair.metric->name));
        return Measured { static_cast<double>(found.answers->harmful) / static_cast<double>(found.answers->items),
            harmBounds(found) };
    case Requirement::Of::Ratio:
        return ratio(pair, requirement, kind);
    case Requirement::Of::Value: {
        if (isHigher)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\": more {} is better; say how much less may be lost: {}_drop<=NUMBER.",
                    requirement.text, requirement.metric, requirement.metric));
        if (kind.of == OfMean::Exponential)
            return ratio(alone(pair), requirement, kind);
        return resampled(alone(pair), OfMean::Itself, confidence, 1);
    }
    case Requirement::Of::Drop:
    case Requirement::Of::Speed: // has no items
        break;
    }
    if (found.answers)
        return Measured { found.answers->loss(), lossBounds(*found.answers, confidence, found.clusters.designEffect) };
    return resampled(pair, kind.of, confidence, isHigher ? -1 : 1);
}

/// Items that would decide, if estimate and spread stay as they are.
std::optional<double> needed(const GateFinding& found, double deviation)
{
    const double distance = std::abs(found.requirement.limit - found.estimate);
    if (found.verdict != GateVerdict::Inconclusive || distance == 0)
        return std::nullopt;
    const double confidence = found.requirement.confidence, effect = found.clusters.designEffect;
    const auto items = static_cast<double>(found.items);
    // Resamples of fewer than kLeastJudged decide nothing, whatever they say.
    const double least = !found.clusters.itemsStandAlone
        ? std::ceil(static_cast<double>(kLeastJudged) * items / static_cast<double>(found.clusters.count))
        : found.answers ? 0
                        : static_cast<double>(kLeastJudged);
    if (found.answers && found.requirement.of == Requirement::Of::Drop && found.leansToAccept()) {
        const double flips = std::max(found.answers->flips(), 1.0 / items);
        const double alone = itemsNeeded({ flips, found.answers->loss() }, found.requirement.limit, confidence, kPower);
        return std::max(std::ceil(alone * effect), least);
    }
    if (found.answers && found.requirement.of == Requirement::Of::Drop)
        deviation = std::sqrt(found.answers->flips() - found.estimate * found.estimate);
    else if (found.answers)
        deviation = std::sqrt(std::max(found.estimate, 1.0 / items));
    const double errors = (normalQuantile(confidence) + normalQuantile(kPower)) * deviation / distance;
    return std::max({ std::ceil(errors * errors * effect), items + 1, least });
}

/// Of the runs of 13 tokens.
double sharedWithCalibration(const Metric& metric)
{
    return metric.settings.is_object() ? metric.settings.value("calibration_overlap", 0.0) : 0.0;
}

bool isCalibrationItself(const RunRow& run, const Metric& metric)
{
    return !metric.datasetHash.empty() && metric.datasetHash == run.provenance.datasetHash;
}

Status checkUnseen(const RunRow& run, const Metric& metric)
{
    if (!wasCalibratedOn(run, metric))
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} shares {} with the text that \"{}\" was calibrated on: a gate asks for items that the run has "
                    "not seen. Measure it on another text.",
            metric.dataset,
            isCalibrationItself(run, metric)
                ? "all its windows"
                : fmt::format("{:.2g} % of its runs of tokens", 100 * sharedWithCalibration(metric)),
            run.name));
}

/// To decide by.
bool isEnough(const GateFinding& found)
{
    if (!found.clusters.itemsStandAlone)
        return found.clusters.count >= kLeastJudged;
    return found.answers || found.items >= kLeastJudged;
}

} // namespace

bool wasCalibratedOn(const RunRow& run, const Metric& metric)
{
    return isCalibrationItself(run, metric) || sharedWithCalibration(metric) > kOverlapByChance;
}

Result<GateFinding> judgeRun(
    const RunRow& run, const GateReference& reference, const Requirement& requirement, ItemHalf half)
{
    if (requirement.of == Requirement::Of::Speed)
        return judgeSpeed(run, reference, requirement);
    GateFinding found;
    found.requirement = requirement;
    found.metric = metricOf(run, requirement);
    const MetricKind& kind = metricKind(found.metric);
    KERF_TRY(PairedItems pair, pairItems(run, reference, found.metric));
    if (kind.direction == Direction::None)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\": neither more nor less of {} is better.", requirement.text, found.metric));
    KERF_CHECK(checkUnseen(run, *pair.metric));
    found.dataset = pair.metric->dataset;
    found.datasetHash = pair.metric->datasetHash;
    const bool isOfAnswers = areAnswers(pair.mine) && areAnswers(pair.others);
    takeHalf(pair, half, kind.of);
    found.items = pair.mine.size();
    found.value = pair.value;
    found.reference = pair.reference;
    if (isOfAnswers)
        found.answers = answersOf(pair);
    if (found.items < 2)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} of {} has {} of the items that are looked at: nothing can be said of fewer than two.",
                found.metric, found.dataset, found.items));
    found.clusters = { pair.clusters.toldApart, pair.clusters.areItems(), effectOf(pair, requirement, isOfAnswers) };
    found.isOfWindows = pair.metric->settings.is_object() && pair.metric->settings.contains("windows");
    KERF_TRY(const Measured bounds, measured(pair, found, kind));
    found.estimate = bounds.estimate;
    found.bounds = bounds.bounds;
    if (isEnough(found))
        found.verdict = judgeLoss(found.bounds, requirement.limit);
    found.itemsNeeded = needed(found, bounds.deviation);
    if (found.itemsNeeded && half != ItemHalf::Both)
        *found.itemsNeeded *= 2; // of the whole set
    return found;
}

std::string GateReference::name() const
{
    return run ? fmt::format("\"{}\"", run->name) : "the original";
}

Result<GateReference> gateReference(const Workspace& workspace, const RunRow& run, const std::string& name)
{
    GateReference reference;
    KERF_TRY(reference.speeds, loadSpeeds(workspace, run.model));
    if (!name.empty()) {
        KERF_TRY(RunRow found, workspace.run(name));
        if (found.model != run.model)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" and \"{}\" are runs of different models.", run.name, found.name));
        reference.run = std::move(found);
        return reference;
    }
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(run.model));
    if (const RunRow* original = findOriginal(runs, run.model))
        reference.run = *original;
    return reference;
}

GateVerdict verdictOf(const std::vector<GateFinding>& findings)
{
    const auto has
        = [&](GateVerdict verdict) { return std::ranges::count(findings, verdict, &GateFinding::verdict) > 0; };
    if (has(GateVerdict::Reject))
        return GateVerdict::Reject;
    return has(GateVerdict::Inconclusive) ? GateVerdict::Inconclusive : GateVerdict::Accept;
}

} // namespace kerf::core
