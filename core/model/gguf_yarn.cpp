// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/gguf_yarn.h"

#include <cmath>

#include <fmt/format.h>

#include "core/model/rotary.h"

namespace kerf::core {
namespace {

constexpr double kNear = 1e-6; ///< numbers of a file are float32
constexpr double kLogUnit = 0.1; ///< the file's logarithm multiplier of 1 (conversion/deepseek.py)

bool areNear(double a, double b)
{
    return std::abs(a - b) <= kNear * std::max(1.0, std::abs(b));
}

/// What a model multiplies by, of the keys: queries and keys (each once) and the scores of latent attention.
struct Magnitudes {
    double heads = 1, scores = 1;
};

Magnitudes magnitudesOf(const GgufYarn& keys, double factor, bool isLatent)
{
    const double usual = yarnMagnitude(factor, 1), slope = keys.logMultiplier / kLogUnit;
    const double heads = keys.attention * (slope == 0 ? usual : 1.0);
    return { heads, isLatent ? std::pow(heads * yarnMagnitude(factor, slope), 2) : 1.0 };
}

} // namespace

GgufYarn ggufYarn(const DecoderConfig& config)
{
    const RotaryAngles& rotary = config.rotaries.front();
    const double factor = rotary.yarn->factor, usual = yarnMagnitude(factor, 1);
    const GgufYarn plain { rotary.magnitude / usual, 0 };
    if (config.latent.rank == 0)
        return plain;
    const double scores = static_cast<double>(config.attentionScale) * std::sqrt(static_cast<double>(config.headDim));
    const double slope = (std::sqrt(scores) / rotary.magnitude - 1) / (usual - 1);
    return areNear(slope, 0) ? plain : GgufYarn { rotary.magnitude, kLogUnit * slope };
}

bool roundsYarnEnds(const RotaryAngles& rotary)
{
    YarnRamp whole = *rotary.yarn;
    whole.isTruncated = true;
    constexpr double kNoPair = 1e-4; // frequencies then differ by less than float32 shows
    const std::size_t pairs = rotary.frequencies.size();
    const auto [low, high] = yarnEnds(*rotary.yarn, rotary.theta, pairs);
    const auto [first, last] = yarnEnds(whole, rotary.theta, pairs);
    return std::abs(low - first) > kNoPair || std::abs(high - last) > kNoPair;
}

Result<Json> readGgufYarn(
    GgufKeys& keys, const GgufFamily& family, const Architecture& architecture, std::int64_t positions)
{
    KERF_TRY(const double factor, keys.number("rope.scaling.factor"));
    KERF_TRY(const std::int64_t original, keys.count("rope.scaling.original_context_length", positions));
    KERF_TRY(const double fast, keys.number("rope.scaling.yarn_beta_fast", 32.0));
    KERF_TRY(const double slow, keys.number("rope.scaling.yarn_beta_slow", 1.0));
    GgufYarn yarn;
    KERF_TRY(yarn.attention, keys.number("rope.scaling.attn_factor", 1.0));
    KERF_TRY(yarn.logMultiplier, keys.number("rope.scaling.yarn_log_multiplier", 0.0));
    if (!(factor > 1) || !(yarn.attention > 0) || (yarn.logMultiplier != 0 && !architecture.isLatent))
        return keys.error("has settings of its rope scaling (\"yarn\") that Kerf does not read from GGUF files");
    Json settings { { "rope_type", "yarn" }, { "factor", factor }, { "original_max_position_embeddings", original },
        { "beta_fast", fast }, { "beta_slow", slow } };
    if (!family.roundsYarn)
        settings["truncate"] = false;
    const Magnitudes made = magnitudesOf(yarn, factor, architecture.isLatent);
    const double usual = yarnMagnitude(factor, 1), slope = (std::sqrt(made.scores) - 1) / (usual - 1);
    const bool isSloped = architecture.isLatent && !areNear(slope, 0);
    if (isSloped && slope < 0)
        return keys.error(fmt::format("divides its scores by {:g} (rope.scaling.yarn_log_multiplier), which Kerf does "
                                      "not run",
            1 / made.scores));
    if (isSloped)
        settings["mscale_all_dim"] = slope;
    if (isSloped && areNear(made.heads, 1))
        settings["mscale"] = slope;
    else if (!areNear(made.heads, usual))
        settings["attention_factor"] = made.heads;
    return settings;
}

} // namespace kerf::core
