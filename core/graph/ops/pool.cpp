// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/pool.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

/// The windows along one direction.
struct Line {
    std::int64_t size, window, stride, before, after, dilation, places = 0;
    std::vector<std::pair<std::int64_t, std::int64_t>> inside {}; ///< of each window, the cells [first, last) inside

    std::int64_t reach() const { return dilation * (window - 1) + 1; }
    std::int64_t start(std::int64_t place) const { return place * stride - before; }
    /// Cells of a window that lie before `end`.
    std::int64_t cellsBefore(std::int64_t place, std::int64_t end) const
    {
        const std::int64_t room = end - start(place);
        return room <= 0 ? 0 : std::min(window, (room + dilation - 1) / dilation);
    }
    void findInside()
    {
        for (std::int64_t place = 0; place < places; ++place) {
            const std::int64_t from = start(place);
            const std::int64_t first = from < 0 ? (-from + dilation - 1) / dilation : 0;
            inside.emplace_back(first, std::max(first, cellsBefore(place, size)));
        }
    }
    std::pair<std::int64_t, std::int64_t> at(std::int64_t place) const
    {
        return inside[static_cast<std::size_t>(place)];
    }
    std::int64_t counted(std::int64_t place, bool countsPadding) const
    {
        const auto [first, last] = at(place);
        return countsPadding ? cellsBefore(place, size + after) : last - first;
    }
};

struct Windows {
    Line y, x;

    Windows(const Pool& pool, const Shape& shape)
        : y { shape[shape.size() - 2], pool.height, pool.strideY, pool.top, pool.bottom, pool.dilationY }
        , x { shape.back(), pool.width, pool.strideX, pool.left, pool.right, pool.dilationX }
    {
        for (Line* line : { &y, &x }) {
            if (line->window == 0)
                line->window = line->size;
            const std::int64_t room = line->size + line->before + line->after - line->reach();
            if (room < 0)
                continue;
            line->places = (room + (pool.isCeil ? line->stride - 1 : 0)) / line->stride + 1;
            if (pool.isCeil && line->start(line->places - 1) >= line->size)
                --line->places;
            line->findInside();
        }
    }
};

float largest(const Windows& windows, const float* plane, std::int64_t i, std::int64_t j)
{
    const auto [firstY, lastY] = windows.y.at(i);
    const auto [firstX, lastX] = windows.x.at(j);
    float best = -std::numeric_limits<float>::infinity();
    for (std::int64_t a = firstY; a < lastY; ++a) {
        const float* const row = plane + (windows.y.start(i) + a * windows.y.dilation) * windows.x.size;
        for (std::int64_t b = firstX; b < lastX; ++b) {
            const float value = row[windows.x.start(j) + b * windows.x.dilation];
            best = value > best ? value : best;
        }
    }
    return best;
}

double sum(const Windows& windows, const float* plane, std::int64_t i, std::int64_t j)
{
    const auto [firstY, lastY] = windows.y.at(i);
    const auto [firstX, lastX] = windows.x.at(j);
    double total = 0;
    for (std::int64_t a = firstY; a < lastY; ++a) {
        const float* const row = plane + (windows.y.start(i) + a * windows.y.dilation) * windows.x.size;
        for (std::int64_t b = firstX; b < lastX; ++b)
            total += static_cast<double>(row[windows.x.start(j) + b * windows.x.dilation]);
    }
    return total;
}

void poolPlane(const Pool& pool, const Windows& windows, const float* plane, float* out)
{
    for (std::int64_t i = 0; i < windows.y.places; ++i)
        for (std::int64_t j = 0; j < windows.x.places; ++j) {
            if (pool.kind == Pool::Kind::Max) {
                *out++ = largest(windows, plane, i, j);
                continue;
            }
            const std::int64_t cells
                = windows.y.counted(i, pool.countsPadding) * windows.x.counted(j, pool.countsPadding);
            *out++ = static_cast<float>(sum(windows, plane, i, j) / static_cast<double>(cells));
        }
}

class PoolOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "pool", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& pool = attributesOf<Pool>(node);
        if (inputs[0].shape.size() < 3 || inputs[0].width() == 0)
            return fail(ErrorCode::InvalidArgument, "a picture [channels, height, width] is needed.");
        if (std::min({ pool.strideY, pool.strideX, pool.dilationY, pool.dilationX }) < 1
            || std::min({ pool.height, pool.width, pool.top, pool.left, pool.bottom, pool.right }) < 0)
            return fail(
                ErrorCode::InvalidArgument, "strides and dilations start at 1, windows and cells around it at 0.");
        const Windows windows(pool, inputs[0].shape);
        if (windows.y.places < 1 || windows.x.places < 1)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("a window of {} x {} does not fit a picture of {} x {}.", windows.y.window,
                    windows.x.window, windows.y.size, windows.x.size));
        if (!seesThePlane(windows.y) || !seesThePlane(windows.x))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("some windows of {} x {} see nothing but what is around the picture of {} x {}.",
                    windows.y.window, windows.x.window, windows.y.size, windows.x.size));
        Shape shape = inputs[0].shape;
        shape[shape.size() - 2] = windows.y.places;
        shape.back() = windows.x.places;
        return std::vector { ValueType { std::move(shape), inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& pool = context.attributes<Pool>();
        const Windows windows(pool, context.shape(0));
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const std::int64_t cells = windows.y.size * windows.x.size, places = windows.y.places * windows.x.places;
        const std::int64_t planes = x.cols() / cells;
        parallelFor(x.rows() * planes, [&](std::int64_t task) {
            const std::int64_t row = task / planes, plane = task % planes;
            poolPlane(pool, windows, x.row(row).data() + plane * cells, y.row(row).data() + plane * places);
        });
        return {};
    }

private:
    static bool seesThePlane(const Line& line)
    {
        return std::ranges::none_of(line.inside, [](const auto& cells) { return cells.first == cells.second; });
    }
};

} // namespace

const Op& poolOp()
{
    static const PoolOp op;
    return op;
}

} // namespace kerf::core
