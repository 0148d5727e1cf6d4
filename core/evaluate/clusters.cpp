// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/clusters.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/base/normal_distribution.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/student.h"

namespace kerf::core {
namespace {

/// The effect where the items of a cluster are always alike: how many others an item has beside it, and itself.
double largestEffect(const Clusters& clusters)
{
    std::vector<double> sizes(clusters.count, 0.0);
    for (const std::size_t cluster : clusters.ofItem)
        ++sizes[cluster];
    return std::inner_product(sizes.begin(), sizes.end(), sizes.begin(), 0.0)
        / static_cast<double>(clusters.ofItem.size());
}

} // namespace

Clusters clustersOf(std::span<const std::int32_t> numbers, std::size_t items)
{
    Clusters clusters;
    std::map<std::int32_t, std::size_t> known;
    if (numbers.size() == items)
        for (const std::int32_t number : numbers)
            clusters.ofItem.push_back(known.try_emplace(number, known.size()).first->second);
    clusters.toldApart = clusters.count = known.size();
    if (known.size() < 2) {
        clusters.ofItem.resize(items);
        std::iota(clusters.ofItem.begin(), clusters.ofItem.end(), std::size_t { 0 });
        clusters.count = items;
    }
    return clusters;
}

double designEffect(std::span<const double> values, const Clusters& clusters)
{
    if (clusters.areItems())
        return 1;
    const double mean = sampleMean(values).value, single = varianceAround(mean, values);
    if (single == 0)
        return 1;
    std::vector<double> sums(clusters.count, 0.0);
    for (std::size_t item = 0; item < values.size(); ++item)
        sums[clusters.ofItem[item]] += values[item] - mean;
    const auto count = static_cast<double>(clusters.count);
    const double squares = std::inner_product(sums.begin(), sums.end(), sums.begin(), 0.0);
    return count / (count - 1) * squares / (single * static_cast<double>(values.size()));
}

double guardedDesignEffect(std::span<const double> values, const Clusters& clusters, double confidence)
{
    if (clusters.areItems())
        return 1;
    const auto seen = static_cast<double>(std::ranges::count_if(values, [](double value) { return value != 0; }));
    const double effect = std::max(1.0, designEffect(values, clusters));
    const double tails = studentQuantile(static_cast<int>(clusters.count) - 1, confidence) / normalQuantile(confidence);
    return (seen * effect + largestEffect(clusters)) / (seen + 1) * tails * tails;
}

} // namespace kerf::core
