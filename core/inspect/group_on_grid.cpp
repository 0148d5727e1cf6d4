// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/inspect/group_on_grid.h"

#include <algorithm>

#include "core/base/random.h"

namespace kerf::core {
namespace {

constexpr std::uint64_t kSeed = 1;

double relativeSquares(const std::vector<float>& weights, const std::vector<float>& rounded)
{
    double error = 0, energy = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto weight = static_cast<double>(weights[i]), off = static_cast<double>(rounded[i]) - weight;
        error += off * off;
        energy += weight * weight;
    }
    return energy > 0 ? error / energy : 0;
}

} // namespace

std::int64_t GroupOnGrid::used() const
{
    return std::ranges::count_if(counts, [](std::int64_t count) { return count > 0; });
}

Result<GroupOnGrid> groupOnGrid(
    const Matrix& weight, const FormatPtr& format, std::int64_t group, const JobContext& job)
{
    GroupOnGrid found;
    KERF_TRY(found.grid, plainGrid(weight, format, group, job));
    const auto count = static_cast<std::size_t>(found.grid.columns);
    const float* const first = weight.row(found.grid.row).data() + found.grid.firstColumn;
    found.weights.assign(first, first + found.grid.columns);
    found.rounded.resize(count);
    std::vector<std::uint8_t> codes(count);
    const std::vector<float> scales(count, found.grid.scale);
    const std::vector<float> zeros(found.grid.zero ? count : 0, found.grid.zero.value_or(0));
    format->quantize(found.weights, scales, zeros, codes, found.rounded);
    found.counts.resize(found.grid.values.size());
    for (const float value : found.rounded) {
        const auto at = std::ranges::lower_bound(found.grid.values, value);
        ++found.counts[static_cast<std::size_t>(at - found.grid.values.begin())];
    }
    found.error = relativeSquares(found.weights, found.rounded);
    return found;
}

Matrix standardGaussian(std::int64_t rows, std::int64_t cols)
{
    CounterRng random(kSeed);
    Matrix numbers(rows, cols);
    for (Eigen::Index row = 0; row < rows; ++row)
        for (Eigen::Index col = 0; col < cols; ++col)
            numbers(row, col) = static_cast<float>(random.normal());
    return numbers;
}

} // namespace kerf::core
