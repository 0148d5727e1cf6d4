// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/paired_difference.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "core/base/random.h"
#include "core/evaluate/student.h"

namespace kerf::core {
namespace {

double apply(OfMean of, double mean)
{
    return of == OfMean::Exponential ? std::exp(mean) : mean;
}

double meanOf(std::span<const double> draws)
{
    return std::accumulate(draws.begin(), draws.end(), 0.0) / static_cast<double>(draws.size());
}

/// Between the nearest ranks, linearly.
double quantile(const std::vector<double>& sorted, double share)
{
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

} // namespace

double tailOfInterval(std::size_t draws)
{
    const auto n = static_cast<double>(draws);
    const double z = studentQuantile(static_cast<int>(draws) - 1) * std::sqrt(n / (n - 1));
    return std::erfc(z / std::numbers::sqrt2) / 2;
}

PairedDifference pairedDifference(
    std::span<const double> draws, std::span<const double> reference, OfMean of, int resamples, std::uint64_t seed)
{
    assert(draws.size() == reference.size() && draws.size() > 1);
    const auto count = draws.size();
    const CounterRng random(seed);
    std::vector<double> found(static_cast<std::size_t>(resamples));
    for (std::size_t resample = 0; resample < found.size(); ++resample) {
        double sum = 0, other = 0;
        CounterRng windows(random.at(resample));
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t window = windows.below(count);
            sum += draws[window];
            other += reference[window];
        }
        found[resample] = apply(of, sum / static_cast<double>(count)) - apply(of, other / static_cast<double>(count));
    }
    std::ranges::sort(found);
    const double tail = tailOfInterval(count);
    return { apply(of, meanOf(draws)) - apply(of, meanOf(reference)), quantile(found, tail),
        quantile(found, 1 - tail) };
}

} // namespace kerf::core
