// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/overlap_add.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// One direction.
struct Line {
    std::int64_t places, kernel, stride, before, dilation, size;

    Line(std::int64_t count, std::int64_t reach, std::int64_t step, std::int64_t cutBefore, std::int64_t cutAfter,
        std::int64_t distance, std::int64_t added)
        : places(count)
        , kernel(reach)
        , stride(step)
        , before(cutBefore)
        , dilation(distance)
        , size(step * (count - 1) + distance * (reach - 1) + 1 + added - cutBefore - cutAfter)
    {
    }
    std::int64_t cell(std::int64_t place, std::int64_t k) const { return place * stride - before + k * dilation; }
    bool isInside(std::int64_t cell) const { return cell >= 0 && cell < size; }
};

struct Grid {
    Line y, x;

    explicit Grid(const OverlapAdd& add)
        : y(add.placesY, add.kernelHeight, add.strideY, add.top, add.bottom, add.dilationY, add.addedY)
        , x(add.placesX, add.kernelWidth, add.strideX, add.left, add.right, add.dilationX, add.addedX)
    {
    }
    std::int64_t places() const { return y.places * x.places; }
    std::int64_t kernel() const { return y.kernel * x.kernel; }
};

/// Places in order, so that each cell's sum is in one order. `rows`: of one sample.
void addUp(const Grid& grid, const MatrixRef& rows, std::int64_t channel, float* plane)
{
    std::fill_n(plane, grid.y.size * grid.x.size, 0.0f);
    for (std::int64_t place = 0; place < grid.places(); ++place) {
        const float* patch = rows.row(place).data() + channel * grid.kernel();
        for (std::int64_t a = 0; a < grid.y.kernel; ++a) {
            const std::int64_t y = grid.y.cell(place / grid.x.places, a);
            for (std::int64_t b = 0; b < grid.x.kernel; ++b, ++patch) {
                const std::int64_t x = grid.x.cell(place % grid.x.places, b);
                if (grid.y.isInside(y) && grid.x.isInside(x))
                    plane[y * grid.x.size + x] += *patch;
            }
        }
    }
}

class OverlapAddOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "overlap_add", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& add = attributesOf<OverlapAdd>(node);
        if (std::min({ add.placesY, add.placesX, add.kernelHeight, add.kernelWidth, add.strideY, add.strideX,
                add.dilationY, add.dilationX })
                < 1
            || std::min({ add.top, add.left, add.bottom, add.right, add.addedY, add.addedX }) < 0)
            return fail(ErrorCode::InvalidArgument,
                "places, kernel, strides and dilations start at 1, what is cut or added at 0.");
        const Grid grid(add);
        if (!(inputs[0].rows == RowSpace { RowSpace::Kind::PerSample, grid.places(), -1, -1 })
            || inputs[0].width() % grid.kernel() != 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("its rows are not those of {} x {} places with a kernel of {} x {}.", add.placesY,
                    add.placesX, add.kernelHeight, add.kernelWidth));
        if (grid.y.size < 1 || grid.x.size < 1)
            return fail(ErrorCode::InvalidArgument, "more is cut off than there is.");
        return std::vector { ValueType { { inputs[0].width() / grid.kernel(), grid.y.size, grid.x.size },
            { RowSpace::Kind::PerSample, 1, -1, -1 }, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const Grid grid(context.attributes<OverlapAdd>());
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const std::int64_t channels = x.cols() / grid.kernel();
        parallelFor(y.rows() * channels, [&](std::int64_t task) {
            const std::int64_t sample = task / channels, channel = task % channels;
            addUp(grid, x.middleRows(sample * grid.places(), grid.places()), channel,
                y.row(sample).data() + channel * grid.y.size * grid.x.size);
        });
        return {};
    }
};

} // namespace

const Op& overlapAddOp()
{
    static const OverlapAddOp op;
    return op;
}

} // namespace kerf::core
