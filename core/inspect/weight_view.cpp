// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/inspect/weight_view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/quantize/layer_solver.h"

namespace kerf::core {
namespace {

/// Sums of powers of (w - mean), each row's first: what is added up does not depend on how many rows there are.
std::array<double, 2> centralMoments(const MatrixRef& weight, double mean)
{
    std::array<double, 2> sums {};
    for (Eigen::Index row = 0; row < weight.rows(); ++row) {
        const auto squares = (weight.row(row).cast<double>().array() - mean).square().eval();
        sums[0] += squares.sum();
        sums[1] += squares.square().sum();
    }
    const auto count = static_cast<double>(weight.size());
    return { sums[0] / count, sums[1] / count };
}

std::vector<std::int64_t> histogram(const MatrixRef& weight, double absMax, int bins)
{
    std::vector<std::int64_t> counts(static_cast<std::size_t>(bins));
    const double perUnit = absMax > 0 ? bins / (2 * absMax) : 0;
    for (Eigen::Index row = 0; row < weight.rows(); ++row)
        for (Eigen::Index column = 0; column < weight.cols(); ++column) {
            const double at = (static_cast<double>(weight(row, column)) + absMax) * perUnit;
            ++counts[static_cast<std::size_t>(std::clamp(static_cast<int>(at), 0, bins - 1))];
        }
    return counts;
}

/// What every code stands for in a group, by the decoder that layers are run with.
std::vector<float> decodeAll(const QuantizedTensor& tensor, std::int64_t group)
{
    const auto at = static_cast<std::size_t>(group);
    const std::size_t codes = tensor.format->levels().size();
    QuantizedTensor all { tensor.format, { 1, static_cast<std::int64_t>(codes) }, std::vector<std::uint8_t>(codes),
        { tensor.scales[at] }, {}, std::vector<std::int32_t>(codes, 0) };
    std::iota(all.codes.begin(), all.codes.end(), std::uint8_t { 0 });
    if (!tensor.zeros.empty())
        all.zeros = { tensor.zeros[at] };
    const Matrix values = dequantize(all);
    return { values.data(), values.data() + values.size() };
}

} // namespace

WeightView viewWeight(const MatrixRef& weight, int bins)
{
    WeightView view;
    view.shape = { weight.rows(), weight.cols() };
    double sum = 0;
    for (Eigen::Index row = 0; row < weight.rows(); ++row) {
        sum += weight.row(row).cast<double>().sum();
        view.absMax = std::max(view.absMax, static_cast<double>(weight.row(row).cwiseAbs().maxCoeff()));
        view.zeros += (weight.row(row).array() == 0).count();
    }
    view.mean = sum / static_cast<double>(weight.size());
    const auto [variance, fourth] = centralMoments(weight, view.mean);
    view.sigma = std::sqrt(variance);
    view.kurtosis = variance > 0 ? fourth / (variance * variance) : 0;
    view.counts = histogram(weight, view.absMax, bins);
    return view;
}

double GroupGrid::step() const
{
    double least = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        const double gap = static_cast<double>(values[i]) - static_cast<double>(values[i - 1]);
        least = least > 0 ? std::min(least, gap) : gap;
    }
    return least;
}

Result<GroupGrid> gridOf(const QuantizedTensor& tensor, std::int64_t group)
{
    const std::int64_t perRow = tensor.groups();
    GroupGrid grid;
    grid.group = group;
    grid.groups = perRow * tensor.shape.rows;
    if (group < 0 || group >= grid.groups)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no group {}: the layer has groups 0 to {}.", group, grid.groups - 1));
    grid.row = group / perRow;
    grid.columns = tensor.format->groupSize(tensor.shape.cols);
    grid.firstColumn = group % perRow * grid.columns;
    grid.scale = tensor.scales[static_cast<std::size_t>(group)];
    if (!tensor.zeros.empty())
        grid.zero = tensor.zeros[static_cast<std::size_t>(group)];
    grid.values = decodeAll(tensor, group);
    std::erase_if(grid.values, [](float value) { return !std::isfinite(value); });
    std::ranges::sort(grid.values);
    grid.values.erase(std::unique(grid.values.begin(), grid.values.end()), grid.values.end());
    return grid;
}

Result<GroupGrid> plainGrid(const Matrix& weight, const FormatPtr& format, std::int64_t group, const JobContext& job)
{
    KERF_CHECK(format->checkShape({ weight.rows(), weight.cols() }));
    const std::int64_t perRow = weight.cols() / format->groupSize(weight.cols());
    const std::int64_t row = group / perRow;
    if (group < 0 || row >= weight.rows())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is no group {}: the layer has groups 0 to {}.", group, perRow * weight.rows() - 1));
    const bool isAlone = !format->isNested(); // else scales of other rows have a part in what the row's become
    KERF_TRY(const Method* const rtn, findMethod("rtn"));
    const LayerTask task { "weight", LayerFormat { format, ActivationFormat::None }, rtn, {}, 0 };
    KERF_TRY(
        const LayerResult made, solveLayer(task, isAlone ? Matrix(weight.middleRows(row, 1)) : weight, nullptr, job));
    KERF_TRY(GroupGrid grid, gridOf(made.tensor, isAlone ? group % perRow : group));
    grid.group = group;
    grid.groups = perRow * weight.rows();
    grid.row = row;
    return grid;
}

std::vector<std::int64_t> countCodes(const QuantizedTensor& tensor)
{
    std::vector<std::int64_t> counts(std::size_t { 1 } << tensor.format->codeBits());
    for (const std::uint8_t code : tensor.codes)
        ++counts[code];
    return counts;
}

} // namespace kerf::core
