// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Ranks of the others when one value is not there: those above it move down by one, its equals by a half.
std::vector<double> ranksWithout(std::span<const double> values, const std::vector<double>& ranks, std::size_t item)
{
    std::vector<double> left;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (i != item)
            left.push_back(ranks[i] - (values[i] > values[item] ? 1.0 : values[i] == values[item] ? 0.5 : 0.0));
    return left;
}

} // namespace

std::vector<double> ranksOf(std::span<const double> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && values[order[end]] == values[order[begin]])
            ++end;
        for (std::size_t i = begin; i < end; ++i)
            ranks[order[i]] = (static_cast<double>(begin + end) + 1) / 2;
    }
    return ranks;
}

double pearson(std::span<const double> x, std::span<const double> y)
{
    const double meanX = meanOf(x), meanY = meanOf(y);
    double products = 0, squaresX = 0, squaresY = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        products += (x[i] - meanX) * (y[i] - meanY);
        squaresX += (x[i] - meanX) * (x[i] - meanX);
        squaresY += (y[i] - meanY) * (y[i] - meanY);
    }
    if (squaresX <= 0 || squaresY <= 0)
        return std::numeric_limits<double>::quiet_NaN();
    return products / std::sqrt(squaresX * squaresY);
}

double spearman(std::span<const double> x, std::span<const double> y)
{
    return pearson(ranksOf(x), ranksOf(y));
}

std::vector<double> spearmanWithoutEach(std::span<const double> x, std::span<const double> y)
{
    const std::vector<double> ranksX = ranksOf(x), ranksY = ranksOf(y);
    std::vector<double> found(x.size());
    parallelFor(static_cast<std::int64_t>(x.size()), [&](std::int64_t i) {
        const auto item = static_cast<std::size_t>(i);
        found[item] = pearson(ranksWithout(x, ranksX, item), ranksWithout(y, ranksY, item));
    });
    return found;
}

} // namespace kerf::core
