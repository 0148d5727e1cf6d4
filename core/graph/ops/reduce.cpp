// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/graph/ops/axes.h"
#include "core/graph/ops/broadcast.h"
#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

using Kind = Reduce::Kind;

bool isArgument(Kind kind)
{
    return kind == Kind::ArgMax || kind == Kind::ArgMin;
}

std::vector<bool> reducedAxes(const Reduce& reduce, const Shape& shape)
{
    std::vector<bool> reduced(shape.size(), reduce.axes.empty());
    for (const std::int64_t axis : reduce.axes)
        reduced[*axisOf(shape, axis)] = true;
    return reduced;
}

/// Offsets of all elements that differ in the axes that `wanted` says.
std::vector<std::int64_t> offsetsAlong(const Shape& shape, const std::vector<bool>& reduced, bool wanted)
{
    std::vector<std::int64_t> offsets { 0 };
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
        if (reduced[axis] != wanted)
            continue;
        const std::int64_t stride = elementsOf(shape, axis + 1, shape.size());
        std::vector<std::int64_t> more;
        more.reserve(offsets.size() * static_cast<std::size_t>(shape[axis]));
        for (const std::int64_t offset : offsets)
            for (std::int64_t i = 0; i < shape[axis]; ++i)
                more.push_back(offset + i * stride);
        offsets = std::move(more);
    }
    return offsets;
}

/// The elements that become one number.
struct Elements {
    const float* data;
    const std::vector<std::int64_t>& offsets;

    double at(std::size_t i) const { return static_cast<double>(data[offsets[i]]); }
    template <class F> double sum(const F& f) const
    {
        double total = 0;
        for (std::size_t i = 0; i < offsets.size(); ++i)
            total += f(at(i));
        return total;
    }
    /// The largest of sign * x, times sign; NaN when one is NaN.
    double extreme(double sign) const
    {
        double best = -std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            const double value = sign * at(i);
            if (value != value)
                return value;
            best = std::max(best, value);
        }
        return sign * best;
    }
    double argument(double sign, bool isLast) const
    {
        std::size_t best = 0;
        for (std::size_t i = 1; i < offsets.size(); ++i)
            if (sign * at(i) > sign * at(best) || (isLast && at(i) == at(best)))
                best = i;
        return static_cast<double>(best);
    }
};

double square(double x)
{
    return x * x;
}

double logSumExp(const Elements& elements)
{
    const double highest = elements.extreme(1);
    if (!std::isfinite(highest))
        return highest;
    return highest + std::log(elements.sum([=](double x) { return std::exp(x - highest); }));
}

double reduced(const Reduce& reduce, const Elements& elements)
{
    const auto same = [](double x) { return x; };
    switch (reduce.kind) {
    case Kind::Mean:
        return elements.sum(same) / static_cast<double>(elements.offsets.size());
    case Kind::Sum:
        return elements.sum(same);
    case Kind::Max:
        return elements.extreme(1);
    case Kind::Min:
        return elements.extreme(-1);
    case Kind::Prod: {
        double product = 1;
        for (std::size_t i = 0; i < elements.offsets.size(); ++i)
            product *= elements.at(i);
        return product;
    }
    case Kind::L1:
        return elements.sum([](double x) { return std::fabs(x); });
    case Kind::L2:
        return std::sqrt(elements.sum(square));
    case Kind::SumSquare:
        return elements.sum(square);
    case Kind::LogSum:
        return std::log(elements.sum(same));
    case Kind::LogSumExp:
        return logSumExp(elements);
    case Kind::ArgMax:
        return elements.argument(1, reduce.isLast);
    case Kind::ArgMin:
        return elements.argument(-1, reduce.isLast);
    }
    return 0;
}

class ReduceOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "reduce", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& reduce = attributesOf<Reduce>(node);
        const Shape& shape = inputs[0].shape;
        for (const std::int64_t axis : reduce.axes)
            if (!axisOf(shape, axis))
                return fail(ErrorCode::InvalidArgument, fmt::format("{} has no axis {}.", dimensionsText(shape), axis));
        if (isArgument(reduce.kind) && reduce.axes.size() != 1)
            return fail(ErrorCode::InvalidArgument, "an index is found along one axis.");
        if (inputs[0].width() == 0)
            return fail(ErrorCode::InvalidArgument, "there is nothing to reduce.");
        const std::vector<bool> reducedOnes = reducedAxes(reduce, shape);
        ValueType type { {}, inputs[0].rows, ElementType::Float };
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            if (!reducedOnes[axis])
                type.shape.push_back(shape[axis]);
            else if (reduce.keepsDimensions)
                type.shape.push_back(1);
        return std::vector { std::move(type) };
    }

    Status forward(OpContext& context) const override
    {
        const auto& reduce = context.attributes<Reduce>();
        const std::vector<bool> axes = reducedAxes(reduce, context.shape(0));
        const std::vector<std::int64_t> kept = offsetsAlong(context.shape(0), axes, false);
        const std::vector<std::int64_t> along = offsetsAlong(context.shape(0), axes, true);
        const MatrixRef x = context.input();
        MutableMatrixRef y = context.output();
        const auto count = static_cast<std::int64_t>(kept.size());
        const std::int64_t tile = std::max<std::int64_t>(1, kStretch / static_cast<std::int64_t>(along.size()));
        const std::int64_t tiles = (count + tile - 1) / tile;
        parallelFor(y.rows() * tiles, [&](std::int64_t task) {
            const float* const from = x.row(task / tiles).data();
            float* const to = y.row(task / tiles).data();
            const std::int64_t first = task % tiles * tile;
            for (std::int64_t i = first; i < std::min(count, first + tile); ++i)
                to[i] = static_cast<float>(reduced(reduce, { from + kept[static_cast<std::size_t>(i)], along }));
        });
        return {};
    }
};

} // namespace

const Op& reduceOp()
{
    static const ReduceOp op;
    return op;
}

} // namespace kerf::core
