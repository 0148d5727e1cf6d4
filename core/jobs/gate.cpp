// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/gate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/base/normal_distribution.h"
#include "core/base/number_text.h"
#include "core/base/random.h"
#include "core/base/sample_mean.h"
#include "core/jobs/gate_speed.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/metric_kind.h"
#include "core/jobs/run_ranks.h"
#include "core/text/overlap.h"

namespace kerf::core {
namespace {

constexpr double kPower = 0.8;

bool isShare(const std::vector<double>& draws)
{
    return std::ranges::all_of(draws, [](double draw) { return draw == 0 || draw == 1; });
}

/// The same metric of run and reference, item by item.
struct Pair {
    const Metric* metric = nullptr; ///< the run's
    double value = 0, reference = 0;
    std::vector<double> mine, others; ///< draws of both
};

bool isJudging(std::size_t item, std::size_t items)
{
    constexpr std::uint64_t kSeed = 0x9a7e;
    const bool isAlone = item + 1 == items && item % 2 == 0;
    return isAlone || (CounterRng(kSeed).at(item / 2) & 1) == item % 2;
}

void takeHalf(std::vector<double>& draws, ItemHalf half)
{
    std::vector<double> taken;
    for (std::size_t item = 0; item < draws.size(); ++item)
        if (isJudging(item, draws.size()) == (half == ItemHalf::Judging))
            taken.push_back(draws[item]);
    draws = std::move(taken);
}

double valueOf(const std::vector<double>& draws, OfMean of)
{
    const double mean = sampleMean(draws).value;
    return of == OfMean::Exponential ? std::exp(mean) : mean;
}

void takeHalf(Pair& pair, ItemHalf half, OfMean of)
{
    if (half == ItemHalf::Both)
        return;
    takeHalf(pair.mine, half);
    takeHalf(pair.others, half);
    pair.value = valueOf(pair.mine, of);
    pair.reference = valueOf(pair.others, of);
}

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

/// On the newest items that both have.
std::optional<Pair> pairOf(const RunRow& run, const RunRow* reference, const std::string& name)
{
    const bool isToOriginal = !reference || isOriginal(*reference);
    for (auto metric = run.metrics.rbegin(); metric != run.metrics.rend(); ++metric) {
        if (metric->name != name || metric->draws.empty())
            continue;
        if (const Metric* other = sameItems(reference, *metric))
            return Pair { &*metric, metric->value, other->value, metric->draws, other->draws };
        if (const auto value = valueOfOriginal(name); value && isToOriginal)
            return Pair { &*metric, metric->value, *value, metric->draws,
                std::vector<double>(metric->draws.size(), *value) };
    }
    return std::nullopt;
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
                        "score with the "
                        "model in the run's place).",
                reference.name(), name));
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "\"{}\" and {} have {} of other items: measure both on the same.", run.name, reference.name(), name));
}

/// The metric that a requirement means: "accuracy" is "acc" where that was measured, flips are those of any share.
std::string metricOf(const RunRow& run, const Requirement& requirement)
{
    const auto has = [&](const std::string& name) { return run.metric(name) != nullptr; };
    if (requirement.of != Requirement::Of::HarmfulFlips)
        return requirement.metric == "accuracy" && !has("accuracy") && has("acc") ? "acc" : requirement.metric;
    for (const char* name : { "accuracy", "acc", "exact_match" })
        if (has(name))
            return name;
    return "accuracy";
}

PairedAnswers answersOf(const Pair& pair)
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

/// By resamples of the items; `sign` -1: a fall is worse.
Measured resampled(
    const std::vector<double>& mine, const std::vector<double>& others, OfMean of, double confidence, double sign)
{
    const PairedBounds found = pairedBounds(mine, others, of, confidence);
    std::vector<double> differences(mine.size());
    for (std::size_t i = 0; i < mine.size(); ++i)
        differences[i] = mine[i] - others[i];
    const double slope = of == OfMean::Exponential ? std::exp(sampleMean(mine).value) : 1;
    Measured measured { found.value, { found.lower, found.upper }, slope * deviationOf(differences) };
    if (sign < 0)
        measured = { -found.value, { -found.upper, -found.lower }, measured.deviation };
    return measured;
}

Result<Measured> ratio(const Pair& pair, const Requirement& requirement, const MetricKind& kind)
{
    if (kind.of != OfMean::Exponential)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\": perplexity alone is judged by a ratio; {} by its drop.", requirement.text,
                requirement.metric));
    const Measured logs = resampled(pair.mine, pair.others, OfMean::Itself, requirement.confidence, 1);
    return Measured { std::exp(logs.estimate), { std::exp(logs.bounds.lower), std::exp(logs.bounds.upper) },
        std::exp(logs.estimate) * logs.deviation };
}

Result<Measured> measured(const Pair& pair, const Requirement& requirement, const MetricKind& kind,
    const std::optional<PairedAnswers>& answers)
{
    const bool isHigher = kind.direction == Direction::Higher;
    const double confidence = requirement.confidence;
    switch (requirement.of) {
    case Requirement::Of::HarmfulFlips:
        if (!answers)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\": the items of {} are not right or wrong.", requirement.text, pair.metric->name));
        return Measured { static_cast<double>(answers->harmful) / static_cast<double>(answers->items),
            shareBounds(answers->harmful, answers->items, confidence) };
    case Requirement::Of::Ratio:
        return ratio(pair, requirement, kind);
    case Requirement::Of::Value: {
        if (isHigher)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\": more {} is better; say how much less may be lost: {}_drop<=NUMBER.",
                    requirement.text, requirement.metric, requirement.metric));
        const std::vector<double> zeros(pair.mine.size(), 0.0);
        if (kind.of == OfMean::Exponential)
            return ratio({ pair.metric, pair.value, 1, pair.mine, zeros }, requirement, kind);
        return resampled(pair.mine, zeros, OfMean::Itself, confidence, 1);
    }
    case Requirement::Of::Drop:
    case Requirement::Of::Speed: // has no items
        break;
    }
    if (answers)
        return Measured { answers->loss(), lossBounds(*answers, confidence) };
    return resampled(pair.mine, pair.others, kind.of, confidence, isHigher ? -1 : 1);
}

/// Items that would decide, if estimate and spread stay as they are.
std::optional<double> needed(const GateFinding& found, double deviation)
{
    const double distance = std::abs(found.requirement.limit - found.estimate);
    if (found.verdict != GateVerdict::Inconclusive || distance == 0)
        return std::nullopt;
    const double confidence = found.requirement.confidence;
    if (found.answers && found.requirement.of == Requirement::Of::Drop && found.leansToAccept()) {
        const double flips = std::max(found.answers->flips(), 1.0 / static_cast<double>(found.items));
        return itemsNeeded({ flips, found.answers->loss() }, found.requirement.limit, confidence, kPower);
    }
    if (found.answers && found.requirement.of == Requirement::Of::Drop)
        deviation = std::sqrt(found.answers->flips() - found.estimate * found.estimate);
    else if (found.answers)
        deviation = std::sqrt(std::max(found.estimate, 1.0 / static_cast<double>(found.items)));
    const double errors = (normalQuantile(confidence) + normalQuantile(kPower)) * deviation / distance;
    // Resamples of fewer than kLeastJudged decide nothing, whatever they say.
    const double least = found.answers ? 0 : static_cast<double>(kLeastJudged);
    return std::max({ std::ceil(errors * errors), static_cast<double>(found.items) + 1, least });
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
    std::optional<Pair> pair = pairOf(run, reference.run ? &*reference.run : nullptr, found.metric);
    if (!pair)
        return noPair(run, reference, found.metric);
    if (kind.direction == Direction::None)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("\"{}\": neither more nor less of {} is better.", requirement.text, found.metric));
    KERF_CHECK(checkUnseen(run, *pair->metric));
    found.dataset = pair->metric->dataset;
    found.datasetHash = pair->metric->datasetHash;
    const bool isOfAnswers = isShare(pair->mine) && isShare(pair->others);
    takeHalf(*pair, half, kind.of);
    found.items = pair->mine.size();
    found.value = pair->value;
    found.reference = pair->reference;
    if (isOfAnswers)
        found.answers = answersOf(*pair);
    if (found.items < 2)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} of {} has {} of the items that are looked at: nothing can be said of fewer than two.",
                found.metric, found.dataset, found.items));
    KERF_TRY(const Measured bounds, measured(*pair, requirement, kind, found.answers));
    found.estimate = bounds.estimate;
    found.bounds = bounds.bounds;
    if (found.answers || found.items >= kLeastJudged)
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

int gateDigits(const GateFinding& finding)
{
    return finding.requirement.of == Requirement::Of::Ratio ? 5 : 3;
}

std::string gateText(const GateFinding& finding)
{
    const Requirement& required = finding.requirement;
    static constexpr std::array kNames { "", " drop", " ratio", " ratio", " harmful flips" };
    const bool isSpeed = required.of == Requirement::Of::Speed;
    const std::string what = finding.metric + kNames[static_cast<std::size_t>(required.of)];
    const int digits = gateDigits(finding);
    std::string text = fmt::format("{}: {} {} [{}, {}], required at {} {} ({} {} of {}, {:g} % each way)",
        gateVerdictName(finding.verdict), what, numberText(finding.estimate, digits),
        numberText(finding.bounds.lower, digits), numberText(finding.bounds.upper, digits), isSpeed ? "least" : "most",
        numberText(required.limit, digits), finding.items, isSpeed ? "sittings" : "items", finding.dataset,
        100 * required.confidence);
    if (finding.answers)
        text += fmt::format("; {} harmful and {} beneficial flips, McNemar p {}", finding.answers->harmful,
            finding.answers->beneficial, numberText(mcnemarTest(*finding.answers), 2));
    if (finding.verdict == GateVerdict::Inconclusive)
        text += fmt::format("; leans to {}{}", finding.leansToAccept() ? "accept" : "reject",
            finding.itemsNeeded ? fmt::format(", some {:.0f} items would decide", *finding.itemsNeeded) : "");
    return text + ".";
}

Json toJson(const GateFinding& finding)
{
    Json json { { "require", finding.requirement.text }, { "metric", finding.metric }, { "dataset", finding.dataset },
        { "value", finding.value }, { "reference", finding.reference }, { "estimate", finding.estimate },
        { "lower", finding.bounds.lower }, { "upper", finding.bounds.upper },
        { "level", finding.requirement.confidence }, { "n", finding.items },
        { "verdict", gateVerdictName(finding.verdict) },
        { "needed_n", finding.itemsNeeded ? Json(*finding.itemsNeeded) : Json() }, { "harmful", Json() },
        { "beneficial", Json() }, { "mcnemar_p", Json() } };
    if (finding.answers) {
        json["harmful"] = finding.answers->harmful;
        json["beneficial"] = finding.answers->beneficial;
        json["mcnemar_p"] = mcnemarTest(*finding.answers);
    }
    return json;
}

} // namespace kerf::core
