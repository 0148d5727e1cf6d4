// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/paired_difference.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/normal_distribution.h"
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

/// The difference of each resample, ascending.
std::vector<double> resampled(
    std::span<const double> draws, std::span<const double> reference, OfMean of, int resamples, std::uint64_t seed)
{
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
    return found;
}

/// A sixth of the skewness of the difference without each of the draws (equation 14.15); 0 where all are alike.
double acceleration(std::span<const double> draws, std::span<const double> reference, OfMean of)
{
    const auto rest = static_cast<double>(draws.size() - 1);
    const double sum = std::accumulate(draws.begin(), draws.end(), 0.0),
                 other = std::accumulate(reference.begin(), reference.end(), 0.0);
    std::vector<double> without(draws.size());
    for (std::size_t i = 0; i < without.size(); ++i)
        without[i] = apply(of, (sum - draws[i]) / rest) - apply(of, (other - reference[i]) / rest);
    const double mean = meanOf(without);
    double squares = 0, cubes = 0;
    for (const double value : without) {
        squares += (mean - value) * (mean - value);
        cubes += (mean - value) * (mean - value) * (mean - value);
    }
    return squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0;
}

/// How far the estimate is from the middle of the resamples, in standard deviations; of equal ones half count.
double biasOf(const std::vector<double>& sorted, double value)
{
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    const double below = static_cast<double>(low - sorted.begin()) + 0.5 * static_cast<double>(high - low);
    const auto count = static_cast<double>(sorted.size());
    return normalQuantile(std::clamp(below / count, 0.5 / count, 1 - 0.5 / count));
}

} // namespace

double tailOfInterval(std::size_t draws)
{
    const auto n = static_cast<double>(draws);
    const double z = studentQuantile(static_cast<int>(draws) - 1) * std::sqrt(n / (n - 1));
    return normalShare(-z);
}

PairedDifference pairedDifference(
    std::span<const double> draws, std::span<const double> reference, OfMean of, int resamples, std::uint64_t seed)
{
    assert(draws.size() == reference.size() && draws.size() > 1);
    const std::vector<double> found = resampled(draws, reference, of, resamples, seed);
    const double tail = tailOfInterval(draws.size());
    return { apply(of, meanOf(draws)) - apply(of, meanOf(reference)), quantile(found, tail),
        quantile(found, 1 - tail) };
}

PairedBounds pairedBounds(std::span<const double> draws, std::span<const double> reference, OfMean of,
    double confidence, int resamples, std::uint64_t seed)
{
    assert(draws.size() == reference.size() && draws.size() > 1);
    const double value = apply(of, meanOf(draws)) - apply(of, meanOf(reference));
    const std::vector<double> found = resampled(draws, reference, of, resamples, seed);
    const double bias = biasOf(found, value), accelerated = acceleration(draws, reference, of);
    const auto at
        = [&](double z) { return quantile(found, normalShare(bias + (bias + z) / (1 - accelerated * (bias + z)))); };
    const double z = normalQuantile(confidence);
    return { value, at(-z), at(z) };
}

} // namespace kerf::core
