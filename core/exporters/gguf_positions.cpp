// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/gguf_positions.h"

#include <algorithm>
#include <cmath>

namespace kerf::core {
namespace {

/// By how much each of the plain frequencies was divided.
std::vector<float> factorsOf(const RotaryAngles& rotary)
{
    const auto width = static_cast<double>(2 * rotary.frequencies.size());
    std::vector<float> factors;
    for (std::size_t i = 0; i < rotary.frequencies.size(); ++i)
        factors.push_back(
            static_cast<float>(std::pow(rotary.theta, -2.0 * static_cast<double>(i) / width) / rotary.frequencies[i]));
    return factors;
}

} // namespace

std::optional<float> ggufRopeFactor(const RotaryAngles& rotary)
{
    const std::vector<float> factors = factorsOf(rotary);
    const bool isOne = std::ranges::all_of(
        factors, [&](float factor) { return std::abs(factor - factors.front()) <= 1e-6F * factors.front(); });
    return isOne ? std::optional(factors.front()) : std::nullopt;
}

std::vector<float> ggufRopeFactors(const GgufFamily& family, const DecoderConfig& config)
{
    if (!family.pairsHeads || config.rotaries.empty() || config.rotaries.front().yarn)
        return {};
    std::vector<float> factors = factorsOf(config.rotaries.front());
    const bool isPlain = std::ranges::all_of(factors, [](float factor) { return factor == 1.0F; });
    return isPlain ? std::vector<float>() : factors;
}

std::int64_t ggufWindowPeriod(const DecoderConfig& config)
{
    for (std::int64_t period = 1; period <= config.blocks + 1; ++period) {
        bool fits = true;
        for (std::int64_t block = 0; block < config.blocks; ++block)
            fits = fits && config.slides[static_cast<std::size_t>(block)] == (block % period < period - 1);
        if (fits)
            return period;
    }
    return 0;
}

bool turnsByWindow(const DecoderConfig& config)
{
    return config.rotaries.size() > 1;
}

} // namespace kerf::core
