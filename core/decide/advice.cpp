// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/decide/advice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "core/decide/advice_rules.h"
#include "core/decide/calibration.h"

namespace kerf::core {
namespace {

/// Speeds this close are equal: the prediction knows no more.
constexpr double kSameSpeed = 1.05;
constexpr std::int64_t kMostBatch = 1024;

struct ToleranceRow {
    const char* name;
    double points, screen;
};
constexpr std::array kToleranceRows { ToleranceRow { "strict", 0.5, 0.005 }, ToleranceRow { "normal", 1, 0.02 },
    ToleranceRow { "loose", 3, 0.06 } };

const ToleranceRow& rowOf(Tolerance tolerance)
{
    return kToleranceRows[static_cast<std::size_t>(tolerance)];
}

/// Kernels of llama.cpp are the answer where servers have none for those bits, or for fewer than they go down to.
bool isNeeded(const ServedFormat& format, const Device& device)
{
    if (std::ranges::find(format.kernels, "G") == format.kernels.end() || format.bits < 4)
        return true;
    return std::ranges::none_of(servedFormats(), [&](const ServedFormat& other) {
        return other.bits == format.bits && other.isWeightOnly()
            && std::ranges::find(other.kernels, "G") == other.kernels.end() && !refusalOf(device, other.format);
    });
}

bool isWithin(const AdviceQuestion& question, const ServedFormat& format, const std::optional<PredictedLoss>& predicted)
{
    if (predicted)
        return predicted->kld + 2 * predicted->standardError <= toleranceScreen(question.tolerance);
    // What is at stake asks for an evaluation on the task before it may go below 8 bits.
    const bool isUnproven = question.isHighStakes && !question.hasTaskEvaluation;
    return format.bits >= fewestBits(sizeClass(question.model), isUnproven ? Tolerance::Strict : question.tolerance);
}

Placement placementOf(const AdviceQuestion& question, const AdvisedFormat& advised)
{
    return { question.device, question.model, advised.weights, advised.format->arithmetic,
        parseCacheFormat("kv-f16").value(), servingOf(*advised.format, question.device, question.serving),
        speedOf(question.device, question.model, advised.weights, advised.format->arithmetic).shares };
}

AdvisedFormat placed(const AdviceQuestion& question, const ServedFormat& format)
{
    AdvisedFormat advised;
    advised.format = &format;
    const FormatPtr weight = parseLayerFormat(format.format).value().weight; // rows of our own table
    advised.weights = servedWeights(*question.network, question.model, weight);
    advised.weights.name = format.format;
    advised.speedSource = speedOf(question.device, question.model, advised.weights, format.arithmetic).text;
    advised.fit = fitOf(placementOf(question, advised), question.use);
    if (const auto found = question.predicted.find(format.format); found != question.predicted.end())
        advised.predicted = found->second;
    advised.isWithinTolerance = isWithin(question, format, advised.predicted);
    return advised;
}

constexpr int kFewBits = 4; ///< the groups of fewer than 4 bits begin
constexpr int kNothing = 6; ///< the last group: not one sequence fits

/// 0 is best: fits and is good enough. Then fits with fewer bits than the tolerance wants, and fits with fewer
/// sequences than are asked: which of the two first depends on what is at stake. Fewer than 4 bits only where nothing
/// else is left, unless a profile speaks for them.
int groupOf(const AdviceQuestion& question, const AdvisedFormat& advised)
{
    const bool fits = advised.fit.verdict == FitVerdict::Fits || advised.fit.verdict == FitVerdict::Tight;
    if (advised.fit.verdict == FitVerdict::No)
        return kNothing;
    if (fits && advised.isWithinTolerance)
        return 0;
    const bool strict = question.tolerance == Tolerance::Strict;
    if (advised.isWithinTolerance)
        return strict ? 1 : 2;
    if (advised.format->bits < 4)
        return fits ? kFewBits : kFewBits + 1;
    return fits ? (strict ? 2 : 1) : 3;
}

/// What the machine multiplies natively goes first, FP4 before FP8; the others by speed.
int nativeRank(const ServedFormat& format)
{
    return format.arithmetic == Arithmetic::Fp4 ? 0 : format.arithmetic == Arithmetic::Fp8 ? 1 : 2;
}

/// Sorts by: group; what lacks least where nothing fits, most bits where they are few; native arithmetic; speed; as the
/// table stands, in which more bits come first among weights alone where speeds are the same.
void rank(const AdviceQuestion& question, std::vector<AdvisedFormat>& formats)
{
    const auto key = [&](const AdvisedFormat& advised) {
        const int group = groupOf(question, advised);
        const double speed = advised.fit.tokensPerSecond.value_or(0);
        const double step = speed > 0 ? std::round(std::log(speed) / std::log(kSameSpeed)) : -1e9;
        const double last = group == kNothing ? advised.fit.lacking() : group >= kFewBits ? -advised.format->bits : 0;
        return std::tuple(group, last, nativeRank(*advised.format), -step, -advised.format->bits);
    };
    std::ranges::stable_sort(formats, {}, key);
}

std::vector<AdvisedFormat> rankedFormats(const AdviceQuestion& question)
{
    std::vector<AdvisedFormat> formats;
    for (const ServedFormat& format : servedFormats())
        if (!refusalOf(question.device, format.format) && isNeeded(format, question.device))
            formats.push_back(placed(question, format));
    rank(question, formats);
    return formats;
}

void addRefusals(const AdviceQuestion& question, Advice& advice)
{
    for (const ServedFormat& format : servedFormats())
        if (format.arithmetic != Arithmetic::Sixteen)
            if (const auto reason = refusalOf(question.device, format.format))
                advice.refused.push_back({ format.format, *reason });
    if (const auto reason = refusalOf(question.device, "awq"))
        advice.refused.push_back({ "awq", *reason });
}

/// The first number of sequences, or of tokens, at which another format is the answer; doubling from what is asked.
void addTurns(const AdviceQuestion& question, Advice& advice)
{
    const auto turn = [&](std::int64_t Use::*what, std::int64_t most, const char* unit) {
        AdviceQuestion other = question;
        for (std::int64_t value = 2 * (question.use.*what); value <= most; value *= 2) {
            other.use.*what = value;
            const std::vector<AdvisedFormat> ranked = rankedFormats(other);
            if (ranked.front().format != advice.first().format) {
                advice.changes.push_back(fmt::format("At {} {}: {}.", value, unit, ranked.front().format->text));
                return;
            }
        }
    };
    turn(&Use::batch, kMostBatch, "sequences at once");
    turn(&Use::context, question.model.positions, "tokens a sequence");
}

/// What would make the nearest format fit.
void addRemedies(const AdviceQuestion& question, Advice& advice)
{
    const AdvisedFormat& first = advice.first();
    for (const FitRemedy& remedy : remedies(placementOf(question, first), question.use, shippedDevices()))
        advice.changes.push_back(
            fmt::format("With {}: {} fits, {:.1f} GB left.", remedy.what, first.format->text, remedy.left / 1e9));
    if (advice.changes.empty())
        advice.changes.push_back("No single change makes it fit: a smaller model, or a machine of another kind.");
}

void addMeasurements(const AdviceQuestion& question, Advice& advice)
{
    if (question.predicted.empty())
        advice.changes.push_back(
            "A profile of this model (kerf-cli profile), which would speak in the place of its size.");
    const int bits = advice.first().format->bits;
    if (bits >= 16)
        return;
    const auto wider
        = std::ranges::find_if(advice.ranked, [&](const AdvisedFormat& other) { return other.format->bits > bits; });
    advice.changes.push_back(fmt::format("A gate on your task (kerf-cli gate, margin {:g} points) that rejects it{}.",
        tolerancePoints(question.tolerance),
        wider == advice.ranked.end() ? std::string() : fmt::format(": then {}", wider->format->text)));
}

} // namespace

const char* toleranceName(Tolerance tolerance)
{
    return rowOf(tolerance).name;
}

double tolerancePoints(Tolerance tolerance)
{
    return rowOf(tolerance).points;
}

double toleranceScreen(Tolerance tolerance)
{
    return rowOf(tolerance).screen;
}

bool Advice::hasRule(std::string_view rule) const
{
    return std::ranges::find(reasons, rule, &Reason::rule) != reasons.end();
}

Result<Advice> advise(const AdviceQuestion& question)
{
    KERF_CHECK(checkUse(question.model, question.use));
    Advice advice;
    advice.ranked = rankedFormats(question);
    addRefusals(question, advice);
    applyRules(question, advice);
    if (advice.first().fit.verdict == FitVerdict::No) {
        addRemedies(question, advice);
        return advice;
    }
    addMeasurements(question, advice);
    addTurns(question, advice);
    return advice;
}

Json toJson(const Advice& advice)
{
    Json ranked = Json::array(), refused = Json::array(), reasons = Json::array();
    for (const AdvisedFormat& advised : advice.ranked) {
        Json row = toJson(advised.fit);
        row.update({ { "format", advised.format->format }, { "text", advised.format->text },
            { "resident_bytes", advised.weights.resident() }, { "bits_per_weight", advised.weights.bitsPerWeight },
            { "speed_source", advised.speedSource },
            { "kld", advised.predicted ? Json(advised.predicted->kld) : Json() },
            { "kld_se", advised.predicted ? Json(advised.predicted->standardError) : Json() },
            { "within_tolerance", advised.isWithinTolerance } });
        ranked.push_back(std::move(row));
    }
    for (const Refusal& refusal : advice.refused)
        refused.push_back({ { "format", refusal.format }, { "reason", refusal.reason } });
    for (const Reason& reason : advice.reasons)
        reasons.push_back({ { "rule", reason.rule }, { "text", reason.text } });
    return { { "ranked", ranked }, { "refused", refused }, { "reasons", reasons }, { "warnings", advice.warnings },
        { "changes", advice.changes }, { "cache", advice.cache } };
}

} // namespace kerf::core
