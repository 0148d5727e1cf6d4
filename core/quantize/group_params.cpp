// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/group_params.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <vector>

#include "core/base/parallel.h"
#include "core/quantize/group_search.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 16;
void forEachRow(std::int64_t rows, const std::function<void(std::int64_t)>& body)
{
    parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kRowTile; row < std::min(rows, (tile + 1) * kRowTile); ++row)
            body(row);
    });
}

GroupParams sizedParams(const MatrixRef& weight, const Format& format)
{
    const std::int64_t groups = weight.cols() / format.groupSize(weight.cols());
    const bool hasZeros = format.zeroKind() != ZeroKind::None;
    return { Matrix(groups, weight.rows()), hasZeros ? Matrix(groups, weight.rows()) : Matrix() };
}

std::span<const float> rowSpan(const MatrixRef& weight, std::int64_t row, std::int64_t first, std::int64_t count)
{
    return { weight.data() + row * weight.outerStride() + first, static_cast<std::size_t>(count) };
}

} // namespace

GroupParams minMaxParams(const MatrixRef& weight, const Format& format)
{
    GroupParams params = sizedParams(weight, format);
    const std::int64_t size = format.groupSize(weight.cols());
    forEachRow(weight.rows(), [&](std::int64_t row) {
        for (std::int64_t g = 0; g < params.scales.rows(); ++g) {
            float zero = 0;
            format.chooseParams(rowSpan(weight, row, g * size, size), params.scales(g, row), zero);
            if (params.zeros.size() > 0)
                params.zeros(g, row) = zero;
        }
    });
    format.snapParams({ weight.rows(), weight.cols() }, params, {});
    return params;
}

namespace {

/// What parameters cost, group by group: for Format::snapParams and to compare two choices.
class WeightedCost {
public:
    WeightedCost(const MatrixRef& weight, const Format& format, const Vector& importance)
        : m_weight(weight)
        , m_format(format)
        , m_importance(importance)
        , m_size(format.groupSize(weight.cols()))
    {
    }
    double operator()(std::int64_t group, std::int64_t row, float scale, float zero) const
    {
        return gridError(m_format, rowSpan(m_weight, row, group * m_size, m_size), importanceOf(group), scale, zero);
    }
    double total(const GroupParams& params) const
    {
        std::vector<double> sums(static_cast<std::size_t>(m_weight.rows()));
        forEachRow(m_weight.rows(), [&](std::int64_t row) {
            for (std::int64_t g = 0; g < params.scales.rows(); ++g)
                sums[static_cast<std::size_t>(row)]
                    += (*this)(g, row, params.scales(g, row), params.zeros.size() > 0 ? params.zeros(g, row) : 0.0f);
        });
        return std::accumulate(sums.begin(), sums.end(), 0.0);
    }
    std::span<const float> importanceOf(std::int64_t group) const
    {
        return { m_importance.data() + group * m_size, static_cast<std::size_t>(m_size) };
    }

private:
    const MatrixRef& m_weight;
    const Format& m_format;
    const Vector& m_importance;
    std::int64_t m_size;
};

} // namespace

GroupParams searchedParams(
    const MatrixRef& weight, const Format& format, const Vector& importance, const JobContext& job)
{
    assert(importance.size() == weight.cols());
    const GroupParams minMax = minMaxParams(weight, format);
    const std::int64_t size = format.groupSize(weight.cols());
    // Only ratios matter; dividing by the largest keeps the sums far from overflow.
    const float largest = importance.maxCoeff();
    const Vector relative = largest > 0 ? Vector(importance / largest) : Vector::Zero(importance.size());
    const WeightedCost cost(weight, format, relative);
    GroupParams params = minMax;
    forEachRow(weight.rows(), [&](std::int64_t row) {
        if (job.stopRequested())
            return;
        GroupSearch search(format, size);
        for (std::int64_t g = 0; g < params.scales.rows(); ++g) {
            float zero = 0;
            search.run(rowSpan(weight, row, g * size, size), cost.importanceOf(g), params.scales(g, row), zero);
            if (params.zeros.size() > 0)
                params.zeros(g, row) = zero;
        }
    });
    if (job.stopRequested())
        return minMax;
    format.snapParams({ weight.rows(), weight.cols() }, params, cost);
    // What groups store together may lose what each had gained alone.
    return format.isNested() && !(cost.total(params) <= cost.total(minMax)) ? minMax : params;
}

QuantizedTensor emptyTensor(const LayerShape& shape, const FormatPtr& format, const GroupParams& params)
{
    QuantizedTensor tensor { format, shape,
        std::vector<std::uint8_t>(static_cast<std::size_t>(shape.rows * shape.cols)), {}, {}, {} };
    tensor.setParams(params);
    return tensor;
}

QuantizedTensor roundWeight(const MatrixRef& weight, const FormatPtr& format, const GroupParams& params)
{
    QuantizedTensor tensor = emptyTensor({ weight.rows(), weight.cols() }, format, params);
    const std::int64_t size = format->groupSize(weight.cols());
    const auto count = static_cast<std::size_t>(size);
    forEachRow(weight.rows(), [&](std::int64_t row) {
        std::vector<float> scales(count), zeros(params.zeros.size() > 0 ? count : 0), rounded(count);
        for (std::int64_t g = 0; g < params.scales.rows(); ++g) {
            std::fill(scales.begin(), scales.end(), params.scales(g, row));
            if (!zeros.empty())
                std::fill(zeros.begin(), zeros.end(), params.zeros(g, row));
            format->quantize(rowSpan(weight, row, g * size, size), scales, zeros,
                { tensor.codes.data() + row * weight.cols() + g * size, count }, rounded);
        }
    });
    return tensor;
}

std::int64_t clampedGroups(const Format& format, const GroupParams& params)
{
    const float* scales = params.scales.data();
    return std::count_if(scales, scales + params.scales.size(), [&](float scale) { return format.losesScale(scale); });
}

} // namespace kerf::core
