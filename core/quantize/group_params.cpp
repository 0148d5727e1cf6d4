// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/group_params.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "core/base/parallel.h"
#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kRowTile = 16;
constexpr std::int64_t kLanes = 16;
constexpr int kShrinkSteps = 64;
constexpr double kLargestShrink = 1.15, kSmallestShrink = 0.35;
constexpr float kRounder = 12582912.0f; // 1.5 * 2^23: adding and subtracting it rounds to nearest, ties to even

void forEachRow(std::int64_t rows, const std::function<void(std::int64_t)>& body)
{
    parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        for (std::int64_t row = tile * kRowTile; row < std::min(rows, (tile + 1) * kRowTile); ++row)
            body(row);
    });
}

// Σ h (Q(w) - w)² of one group, in lanes so that every instruction set adds in the same order. Arrays are padded with
// zero importance to a multiple of the lanes.
KERF_MULTIVERSION float weightedError(
    const float* values, const float* importance, std::int64_t padded, float scale, float zero, float maxCode)
{
    const float inverse = 1.0f / scale;
    const float low = -zero, high = maxCode - zero;
    float sums[kLanes] = {};
    for (std::int64_t j = 0; j < padded; j += kLanes) {
        for (std::int64_t lane = 0; lane < kLanes; ++lane) {
            const float steps = values[j + lane] * inverse;
            float code = steps < low ? low : steps;
            code = code > high ? high : code;
            code = (code + kRounder) - kRounder;
            const float error = code - steps;
            sums[lane] += importance[j + lane] * (error * error);
        }
    }
    float total = 0;
    for (const float sum : sums)
        total += sum;
    return total * scale * scale;
}

/// The search in one group.
class GroupSearch {
public:
    GroupSearch(const Format& format, std::int64_t groupSize)
        : m_format(format)
        , m_maxCode(static_cast<float>((1 << format.codeBits()) - 1))
        , m_centre(format.isSymmetric() ? -format.levels().front() : 0.0f)
        , m_padded((groupSize + kLanes - 1) / kLanes * kLanes)
        , m_values(static_cast<std::size_t>(m_padded))
        , m_importance(static_cast<std::size_t>(m_padded))
    {
    }

    void run(std::span<const float> values, std::span<const float> importance, float& scale, float& zero)
    {
        std::copy(values.begin(), values.end(), m_values.begin());
        std::copy(importance.begin(), importance.end(), m_importance.begin());
        m_format.chooseParams(values, m_scale, m_zero);
        m_error = errorOf(m_scale, m_zero);
        const float fullScale = m_scale, fullZero = m_zero;
        for (int step = 0; step <= kShrinkSteps; ++step) {
            const double shrink = kLargestShrink - (kLargestShrink - kSmallestShrink) * step / kShrinkSteps;
            const float tried = m_format.storedScale(static_cast<float>(fullScale * shrink));
            consider(tried, fullZero);
            if (m_format.isSymmetric())
                continue;
            consider(tried, std::max(fullZero - 1.0f, 0.0f));
            consider(tried, std::min(fullZero + 1.0f, m_maxCode));
        }
        scale = m_scale;
        zero = m_zero;
    }

private:
    float errorOf(float scale, float zero) const
    {
        return weightedError(m_values.data(), m_importance.data(), m_padded, scale, zero + m_centre, m_maxCode);
    }
    void consider(float scale, float zero)
    {
        const float error = errorOf(scale, zero);
        if (!(error < m_error))
            return;
        m_error = error;
        m_scale = scale;
        m_zero = zero;
    }

    const Format& m_format;
    float m_maxCode;
    float m_centre; // the zero point of a symmetric format, which is not stored
    std::int64_t m_padded;
    std::vector<float> m_values, m_importance;
    float m_scale = 0, m_zero = 0, m_error = 0;
};

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

GroupParams searchedParams(
    const MatrixRef& weight, const Format& format, const Vector& importance, const JobContext& job)
{
    assert(importance.size() == weight.cols());
    GroupParams params = minMaxParams(weight, format);
    const std::int64_t size = format.groupSize(weight.cols());
    // Only ratios matter; dividing by the largest keeps the sums far from overflow.
    const float largest = importance.maxCoeff();
    const Vector relative = largest > 0 ? Vector(importance / largest) : Vector::Zero(importance.size());
    forEachRow(weight.rows(), [&](std::int64_t row) {
        if (job.stopRequested())
            return;
        GroupSearch search(format, size);
        for (std::int64_t g = 0; g < params.scales.rows(); ++g) {
            float zero = 0;
            search.run(rowSpan(weight, row, g * size, size),
                { relative.data() + g * size, static_cast<std::size_t>(size) }, params.scales(g, row), zero);
            if (params.zeros.size() > 0)
                params.zeros(g, row) = zero;
        }
    });
    return params;
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
