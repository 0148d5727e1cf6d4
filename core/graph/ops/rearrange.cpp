// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/rearrange.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/graph/ops/rows.h"

namespace kerf::core {
namespace {

template <class Number> void copyBox(const StridedCopy& copy, const Number* from, Number* to, std::size_t dimension)
{
    if (dimension == copy.sizes.size()) {
        *to = *from;
        return;
    }
    const std::int64_t size = copy.sizes[dimension], fromStride = copy.fromStrides[dimension],
                       toStride = copy.toStrides[dimension];
    if (dimension + 1 < copy.sizes.size()) {
        for (std::int64_t i = 0; i < size; ++i)
            copyBox(copy, from + i * fromStride, to + i * toStride, dimension + 1);
    } else if (fromStride == 1 && toStride == 1) {
        std::copy_n(from, size, to);
    } else {
        for (std::int64_t i = 0; i < size; ++i)
            to[i * toStride] = from[i * fromStride];
    }
}

/// First and last element that a copy touches on one side lie inside.
bool isInside(const StridedCopy& copy, std::int64_t start, const Shape& strides, std::int64_t elements)
{
    std::int64_t least = start, most = start;
    for (std::size_t i = 0; i < copy.sizes.size(); ++i) {
        if (copy.sizes[i] == 0)
            return true;
        (strides[i] < 0 ? least : most) += strides[i] * (copy.sizes[i] - 1);
    }
    return least >= 0 && most < elements;
}

class RearrangeOp final : public Op {
public:
    const OpInfo& info() const override
    {
        static const OpInfo info { "rearrange", "", {} };
        return info;
    }

    Result<std::vector<ValueType>> outputs(
        const Node& node, std::span<const ValueType> inputs, std::span<const Shape>) const override
    {
        const auto& moves = attributesOf<Rearrange>(node);
        const std::int64_t elements = elementCount(moves.shape);
        for (const StridedCopy& copy : moves.copies) {
            if (copy.input < 0 || static_cast<std::size_t>(copy.input) >= inputs.size()
                || !isInside(copy, copy.from, copy.fromStrides, inputs[static_cast<std::size_t>(copy.input)].width())
                || !isInside(copy, copy.to, copy.toStrides, elements))
                return fail(ErrorCode::InvalidArgument, "elements outside of its tensors are moved.");
        }
        for (const ValueType& input : inputs)
            if (!(input.rows == inputs[0].rows))
                return fail(ErrorCode::InvalidArgument, "its inputs have not as many rows.");
        return std::vector { ValueType { moves.shape, inputs[0].rows, ElementType::Float } };
    }

    Status forward(OpContext& context) const override
    {
        const auto& moves = context.attributes<Rearrange>();
        MutableMatrixRef y = context.output();
        forEachRow(y.rows(), [&](std::int64_t row) {
            std::vector<const float*> inputs;
            for (std::size_t i = 0; i < context.inputCount(); ++i)
                inputs.push_back(context.input(i).row(row).data());
            rearrange<float>(moves, inputs, rowOf(y, row));
        });
        return {};
    }
};

} // namespace

const Op& rearrangeOp()
{
    static const RearrangeOp op;
    return op;
}

template <class Number>
void rearrange(const Rearrange& moves, std::span<const Number* const> inputs, std::span<Number> to)
{
    if (moves.fills)
        std::ranges::fill(to, static_cast<Number>(moves.fill));
    for (const StridedCopy& copy : moves.copies)
        if (std::ranges::find(copy.sizes, 0) == copy.sizes.end())
            copyBox(copy, inputs[static_cast<std::size_t>(copy.input)] + copy.from, to.data() + copy.to, 0);
}

template void rearrange(const Rearrange& moves, std::span<const float* const> inputs, std::span<float> to);
template void rearrange(const Rearrange& moves, std::span<const double* const> inputs, std::span<double> to);
template void rearrange(
    const Rearrange& moves, std::span<const std::uint8_t* const> inputs, std::span<std::uint8_t> to);
template void rearrange(
    const Rearrange& moves, std::span<const std::int32_t* const> inputs, std::span<std::int32_t> to);

StridedCopy simplified(const StridedCopy& copy)
{
    StridedCopy result { copy.input, copy.from, copy.to, {}, {}, {} };
    for (std::size_t i = 0; i < copy.sizes.size(); ++i) {
        if (copy.sizes[i] == 1)
            continue;
        const bool joins = !result.sizes.empty() && result.fromStrides.back() == copy.fromStrides[i] * copy.sizes[i]
            && result.toStrides.back() == copy.toStrides[i] * copy.sizes[i];
        if (joins) {
            result.sizes.back() *= copy.sizes[i];
            result.fromStrides.back() = copy.fromStrides[i];
            result.toStrides.back() = copy.toStrides[i];
        } else {
            result.sizes.push_back(copy.sizes[i]);
            result.fromStrides.push_back(copy.fromStrides[i]);
            result.toStrides.push_back(copy.toStrides[i]);
        }
    }
    return result;
}

Shape denseStrides(const Shape& shape)
{
    Shape strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;)
        strides[i - 1] = strides[i] * shape[i];
    return strides;
}

std::int64_t elementCount(const Shape& shape)
{
    return std::accumulate(shape.begin(), shape.end(), std::int64_t { 1 }, std::multiplies<>());
}

} // namespace kerf::core
