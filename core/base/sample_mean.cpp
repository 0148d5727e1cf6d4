// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/sample_mean.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>

namespace kerf::core {

SampleMean sampleMean(std::span<const double> draws)
{
    assert(!draws.empty());
    const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / static_cast<double>(draws.size());
    return { mean, standardErrorAround(mean, draws) };
}

double varianceAround(double mean, std::span<const double> draws)
{
    if (draws.size() < 2)
        return 0;
    double squares = 0;
    for (const double draw : draws)
        squares += (draw - mean) * (draw - mean);
    return squares / static_cast<double>(draws.size() - 1);
}

double standardErrorAround(double mean, std::span<const double> draws)
{
    return draws.size() < 2 ? 0 : std::sqrt(varianceAround(mean, draws) / static_cast<double>(draws.size()));
}

double median(std::vector<double> values)
{
    assert(!values.empty());
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

SampleMean sampleMedian(const std::vector<double>& draws)
{
    SampleMean result { median(draws), 0 };
    std::vector<double> deviations;
    deviations.reserve(draws.size());
    for (const double draw : draws)
        deviations.push_back(std::abs(draw - result.value));
    result.standardError
        = std::sqrt(std::numbers::pi / 2) * 1.4826 * median(deviations) / std::sqrt(static_cast<double>(draws.size()));
    return result;
}

} // namespace kerf::core
