// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/paired_difference.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "core/base/normal_distribution.h"
#include "core/base/random.h"
#include "core/evaluate/clusters.h"
#include "core/evaluate/student.h"

namespace kerf::core {
namespace {

double apply(OfMean of, double mean)
{
    return of == OfMean::Exponential ? std::exp(mean) : mean;
}

/// What is drawn at once: a window, or the windows of a cluster.
struct Drawn {
    double sum = 0, other = 0, items = 0;
};

std::vector<Drawn> unitsOf(const PairedDraws& paired)
{
    const Clusters clusters = clustersOf(paired.clusters, paired.draws.size());
    std::vector<Drawn> units(clusters.count);
    for (std::size_t item = 0; item < paired.draws.size(); ++item) {
        Drawn& unit = units[clusters.ofItem[item]];
        unit.sum += paired.draws[item];
        unit.other += paired.reference[item];
        ++unit.items;
    }
    return units;
}

double differenceOf(const Drawn& drawn, OfMean of)
{
    return apply(of, drawn.sum / drawn.items) - apply(of, drawn.other / drawn.items);
}

Drawn totalOf(const std::vector<Drawn>& units)
{
    Drawn total;
    for (const Drawn& unit : units)
        total = { total.sum + unit.sum, total.other + unit.other, total.items + unit.items };
    return total;
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
std::vector<double> resampled(const std::vector<Drawn>& units, OfMean of, int resamples, std::uint64_t seed)
{
    const CounterRng random(seed);
    std::vector<double> found(static_cast<std::size_t>(resamples));
    for (std::size_t resample = 0; resample < found.size(); ++resample) {
        Drawn all;
        CounterRng drawn(random.at(resample));
        for (std::size_t i = 0; i < units.size(); ++i) {
            const Drawn& unit = units[drawn.below(units.size())];
            all.sum += unit.sum;
            all.other += unit.other;
            all.items += unit.items;
        }
        found[resample] = differenceOf(all, of);
    }
    std::ranges::sort(found);
    return found;
}

/// A sixth of the skewness of the difference without each of the units (equation 14.15); 0 where all are alike.
double acceleration(const std::vector<Drawn>& units, OfMean of)
{
    const Drawn total = totalOf(units);
    std::vector<double> without(units.size());
    double sum = 0;
    for (std::size_t i = 0; i < without.size(); ++i) {
        const Drawn& unit = units[i];
        without[i] = differenceOf({ total.sum - unit.sum, total.other - unit.other, total.items - unit.items }, of);
        sum += without[i];
    }
    const double mean = sum / static_cast<double>(without.size());
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

PairedDifference pairedDifference(const PairedDraws& paired, OfMean of, int resamples, std::uint64_t seed)
{
    assert(paired.draws.size() == paired.reference.size() && paired.draws.size() > 1);
    const std::vector<Drawn> units = unitsOf(paired);
    const std::vector<double> found = resampled(units, of, resamples, seed);
    const double tail = tailOfInterval(units.size());
    return { differenceOf(totalOf(units), of), quantile(found, tail), quantile(found, 1 - tail) };
}

PairedBounds pairedBounds(const PairedDraws& paired, OfMean of, double confidence, int resamples, std::uint64_t seed)
{
    assert(paired.draws.size() == paired.reference.size() && paired.draws.size() > 1);
    const std::vector<Drawn> units = unitsOf(paired);
    const double value = differenceOf(totalOf(units), of);
    const std::vector<double> found = resampled(units, of, resamples, seed);
    const double bias = biasOf(found, value), accelerated = acceleration(units, of);
    const auto at
        = [&](double z) { return quantile(found, normalShare(bias + (bias + z) / (1 - accelerated * (bias + z)))); };
    const double z = normalQuantile(confidence);
    return { value, at(-z), at(z) };
}

} // namespace kerf::core
