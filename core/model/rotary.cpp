// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/rotary.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::int64_t kMaxPositions = std::int64_t { 1 } << 31;

std::vector<double> plainFrequencies(std::int64_t dimension, double theta)
{
    std::vector<double> frequencies(static_cast<std::size_t>(dimension / 2));
    for (std::size_t i = 0; i < frequencies.size(); ++i)
        frequencies[i] = std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(dimension));
    return frequencies;
}

Status scaleLinearly(const ConfigReader& settings, RotaryAngles& rotary)
{
    KERF_TRY(const double factor, settings.positive("factor"));
    for (double& frequency : rotary.frequencies)
        frequency /= factor;
    return {};
}

/// Llama 3.1: long wave lengths are stretched by factor, short ones kept, those between interpolated.
Status scaleLikeLlama3(const ConfigReader& settings, RotaryAngles& rotary)
{
    KERF_TRY(const double factor, settings.positive("factor"));
    KERF_TRY(const double low, settings.positive("low_freq_factor"));
    KERF_TRY(const double high, settings.positive("high_freq_factor"));
    KERF_TRY(const std::int64_t original, settings.count("original_max_position_embeddings", kMaxPositions));
    if (high <= low)
        return settings.wrong("high_freq_factor", "larger than low_freq_factor");
    for (double& frequency : rotary.frequencies) {
        const double turns = static_cast<double>(original) * frequency / (2 * std::numbers::pi);
        const double smooth = std::clamp((turns - low) / (high - low), 0.0, 1.0);
        frequency *= (1 - smooth) / factor + smooth;
    }
    return {};
}

/// Whether a number is there, and is not 0, which says nothing.
bool isFilledNumber(const ConfigReader& settings, std::string_view key)
{
    if (!settings.has(key) || settings.value(key) != 0)
        return settings.has(key);
    settings.accept(key);
    return false;
}

Result<double> readYarnMagnitude(const ConfigReader& settings, double factor)
{
    if (settings.has("attention_factor"))
        return settings.positive("attention_factor");
    const bool hasSlope = isFilledNumber(settings, "mscale"), hasAll = isFilledNumber(settings, "mscale_all_dim");
    if (hasSlope && hasAll) {
        KERF_TRY(const double slope, settings.positive("mscale"));
        KERF_TRY(const double allDims, settings.positive("mscale_all_dim"));
        return yarnMagnitude(factor, slope) / yarnMagnitude(factor, allDims);
    }
    return yarnMagnitude(factor, 1.0);
}

/// Between the pair that turns betaFast times over the original length and the one that turns betaSlow times, the
/// frequencies go from kept to divided by factor.
Status scaleLikeYarn(const ConfigReader& settings, const RotaryContext& context, double theta, RotaryAngles& rotary)
{
    YarnRamp yarn;
    KERF_TRY(yarn.factor, settings.positive("factor"));
    KERF_TRY(yarn.fast, settings.positive("beta_fast", 32.0));
    KERF_TRY(yarn.slow, settings.positive("beta_slow", 1.0));
    KERF_TRY(yarn.isTruncated, settings.flag("truncate", true));
    KERF_TRY(yarn.originalPositions,
        settings.count("original_max_position_embeddings", kMaxPositions, context.maxPositions));
    KERF_TRY(rotary.magnitude, readYarnMagnitude(settings, yarn.factor));
    const auto [low, high] = yarnEnds(yarn, theta, rotary.frequencies.size());
    const double width = high == low ? 0.001 : high - low;
    for (std::size_t i = 0; i < rotary.frequencies.size(); ++i) {
        const double ramp = std::clamp((static_cast<double>(i) - low) / width, 0.0, 1.0);
        rotary.frequencies[i] *= ramp / yarn.factor + (1 - ramp);
    }
    rotary.yarn = yarn;
    return {};
}

Result<std::vector<double>> dividedBy(
    const ConfigReader& settings, std::string_view key, const std::vector<double>& frequencies)
{
    if (!settings.has(key) || !settings.value(key).is_array() || settings.value(key).size() != frequencies.size())
        return settings.wrong(key, fmt::format("a list of {} numbers, one for each pair", frequencies.size()));
    std::vector<double> divided = frequencies;
    for (std::size_t i = 0; i < divided.size(); ++i) {
        const Json& factor = settings.value(key)[i];
        if (!factor.is_number() || !(factor.get<double>() > 0) || !std::isfinite(factor.get<double>()))
            return settings.wrong(key, "a list of positive numbers");
        divided[i] /= factor.get<double>();
    }
    return divided;
}

/// Every pair has a factor of its own, another one in samples longer than those the model learned from first.
Status scaleLikeLongRope(const ConfigReader& settings, const RotaryContext& context, RotaryAngles& rotary)
{
    const bool isKnown = context.originalPositions > 0 || settings.has("original_max_position_embeddings");
    KERF_TRY(rotary.originalPositions,
        settings.count("original_max_position_embeddings", kMaxPositions,
            context.originalPositions > 0 ? context.originalPositions : context.maxPositions));
    KERF_TRY(double factor, settings.positive("factor", 1.0));
    if (isKnown)
        factor = static_cast<double>(context.maxPositions) / static_cast<double>(rotary.originalPositions);
    const double usual
        = factor <= 1 ? 1.0 : std::sqrt(1 + std::log(factor) / std::log(static_cast<double>(rotary.originalPositions)));
    KERF_TRY(rotary.magnitude, settings.positive("attention_factor", usual));
    KERF_TRY(rotary.longFrequencies, dividedBy(settings, "long_factor", rotary.frequencies));
    KERF_TRY(rotary.frequencies, dividedBy(settings, "short_factor", rotary.frequencies));
    return {};
}

/// Longer samples have a larger base, by how much longer they are than what the model learned from.
Status scaleDynamically(const ConfigReader& settings, const RotaryContext& context, RotaryAngles& rotary)
{
    KERF_TRY(rotary.stretch, settings.positive("factor"));
    if (rotary.stretch < 1)
        return settings.wrong("factor", "1 or larger");
    if (rotary.frequencies.size() < 2)
        return settings.wrong("rope_type", "another where one pair turns");
    rotary.originalPositions = context.originalPositions > 0 ? context.originalPositions : context.maxPositions;
    return {};
}

} // namespace

double yarnMagnitude(double factor, double slope)
{
    return factor <= 1 ? 1.0 : 0.1 * slope * std::log(factor) + 1.0;
}

std::pair<double, double> yarnEnds(const YarnRamp& ramp, double theta, std::size_t pairs)
{
    const auto count = static_cast<double>(pairs);
    const auto pairThatTurns = [&](double turns) {
        return count * std::log(static_cast<double>(ramp.originalPositions) / (turns * 2 * std::numbers::pi))
            / std::log(theta);
    };
    const double low = pairThatTurns(ramp.fast), high = pairThatTurns(ramp.slow);
    return { std::max(ramp.isTruncated ? std::floor(low) : low, 0.0),
        std::min(ramp.isTruncated ? std::ceil(high) : high, 2 * count - 1) };
}

Result<double> readScoreMagnitude(const ConfigReader& settings)
{
    KERF_TRY(const std::string kind, settings.text(settings.has("rope_type") ? "rope_type" : "type", "default"));
    if (kind == "default" || !isFilledNumber(settings, "mscale_all_dim"))
        return 1.0;
    KERF_TRY(const double factor, settings.positive("factor"));
    KERF_TRY(const double slope, settings.positive("mscale_all_dim"));
    return std::pow(yarnMagnitude(factor, slope), 2);
}

Result<RotaryAngles> readRotary(const ConfigReader& settings, const RotaryContext& context)
{
    const std::string_view kindKey = settings.has("rope_type") ? "rope_type" : "type";
    KERF_TRY(const std::string kind, settings.text(kindKey, "default"));
    if (settings.holds("type", kind))
        settings.accept("type"); // many files have both spellings
    KERF_TRY(const double theta, settings.positive("rope_theta", context.theta));
    KERF_TRY(const double fraction, settings.positive("partial_rotary_factor", context.fraction));
    const double elements = std::trunc(static_cast<double>(context.headDim) * fraction);
    const std::int64_t dimension = fraction <= 1 ? static_cast<std::int64_t>(elements) : 0; // else it may be no integer
    if (dimension < 2 || dimension % 2 != 0)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: {:g} of {} elements of a head rotate; it must be an even number, at most all of them. Check "
                "\"head_dim\" and \"partial_rotary_factor\".",
                settings.what(), elements, context.headDim));
    if (theta <= 1)
        return settings.wrong("rope_theta", "larger than 1");
    RotaryAngles rotary { plainFrequencies(dimension, theta), 1.0, theta };
    if (kind == "default")
        return rotary;
    if (kind == "linear")
        KERF_CHECK(scaleLinearly(settings, rotary));
    else if (kind == "llama3")
        KERF_CHECK(scaleLikeLlama3(settings, rotary));
    else if (kind == "yarn")
        KERF_CHECK(scaleLikeYarn(settings, context, theta, rotary));
    else if (kind == "longrope" || kind == "su")
        KERF_CHECK(scaleLikeLongRope(settings, context, rotary));
    else if (kind == "dynamic")
        KERF_CHECK(scaleDynamically(settings, context, rotary));
    else
        return settings.wrong(kindKey, "one of default, linear, dynamic, llama3, longrope, yarn");
    return rotary;
}

} // namespace kerf::core
