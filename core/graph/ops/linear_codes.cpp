// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/linear_codes.h"

#include <algorithm>
#include <cmath>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

constexpr float kMostByte = 255;

/// @pre x is a number or NaN
float codeOf(float x, float scale, float zero, float low, float high)
{
    const float code = std::nearbyint(x / scale) + zero;
    return std::isnan(code) ? code : std::clamp(code, low, high);
}

void convert(const LinearCodes& codes, std::size_t parameter, std::span<float> x)
{
    const float scale = codes.scales[parameter], zero = codes.zeros[parameter];
    if (codes.isDecoding)
        for (float& value : x)
            value = (value - zero) * scale;
    else
        for (float& value : x)
            value = codeOf(value, scale, zero, codes.low, codes.high);
}

class LinearCodesOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "linear_codes", "", {}, 1 };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& codes = attributesOf<LinearCodes>(node);
        const std::size_t last = codes.parameterOf(inputs[0].width() - 1);
        if (codes.scales.size() != codes.zeros.size() || last >= codes.scales.size())
            return fail(ErrorCode::InvalidArgument, "has scales and zero points that do not fit its input.");
        return std::vector { inputs[0] };
    }

    Status forward(OpContext& context) const override
    {
        const auto& codes = context.attributes<LinearCodes>();
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        copyUnlessSame(x, y);
        forEachStretch(y.rows(), y.cols(), [&](std::int64_t row, std::int64_t first, std::int64_t count) {
            applyLinearCodes(codes, first, { y.row(row).data() + first, static_cast<std::size_t>(count) });
        });
        return {};
    }
};

struct ByteGrid {
    float scale = 1, zero = 0;
};

/// onnx/onnx, DynamicQuantizeLinear.
ByteGrid gridOf(std::span<const float> x)
{
    float low = 0, high = 0;
    for (const float value : x) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    ByteGrid grid;
    grid.scale = low == high ? 1.0f : (high - low) / kMostByte;
    grid.zero = std::nearbyint(std::clamp(-low / grid.scale, 0.0f, kMostByte));
    return grid;
}

class DynamicCodesOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "dynamic_codes", "DynamicQuantizeLinear" };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node&, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const ValueType one { {}, inputs[0].rows, ElementType::Float };
        return std::vector { inputs[0], one, one };
    }

    Status forward(OpContext& context) const override
    {
        const MatrixRef x = context.input();
        MutableMatrixRef codes = context.output(0), scales = context.output(1), zeros = context.output(2);
        forEachRow(x.rows(), [&](std::int64_t row) {
            const ByteGrid grid = gridOf(rowOf(x, row));
            for (Eigen::Index i = 0; i < x.cols(); ++i)
                codes(row, i) = codeOf(x(row, i), grid.scale, grid.zero, 0, kMostByte);
            scales(row, 0) = grid.scale;
            zeros(row, 0) = grid.zero;
        });
        return {};
    }
};

} // namespace

void applyLinearCodes(const LinearCodes& codes, std::int64_t first, std::span<float> x)
{
    const std::int64_t straight = codes.innerStep != 0 ? 1 : codes.axisStep != 0 ? codes.inner * codes.block : 0;
    const auto count = static_cast<std::int64_t>(x.size());
    for (std::int64_t at = 0; at < count;) {
        const std::int64_t element = first + at, place = element % (codes.inner * codes.axis);
        const std::int64_t toEnd = codes.inner * codes.axis - place; // a block may be cut short by the axis
        const std::int64_t length = straight == 0 ? count : std::min(toEnd, straight - place % straight);
        const std::int64_t here = std::min(length, count - at);
        convert(
            codes, codes.parameterOf(element), x.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(here)));
        at += here;
    }
}

void roundDynamically(std::span<float> x)
{
    const ByteGrid grid = gridOf(x);
    for (float& value : x)
        value = (codeOf(value, grid.scale, grid.zero, 0, kMostByte) - grid.zero) * grid.scale;
}

const Op& linearCodesOp()
{
    static const LinearCodesOp op;
    return op;
}

const Op& dynamicCodesOp()
{
    static const DynamicCodesOp op;
    return op;
}

} // namespace kerf::core
