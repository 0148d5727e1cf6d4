// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/ops/broadcast.h"

#include <cassert>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kerf::core {
namespace {

/// Size of a dimension that is counted from the right; 1 in front of the first.
std::int64_t fromRight(const Shape& shape, std::size_t index)
{
    return index < shape.size() ? shape[shape.size() - 1 - index] : 1;
}

} // namespace

std::string dimensionsText(const Shape& shape)
{
    return shape.empty() ? "a single number" : fmt::format("{}", fmt::join(shape, " x "));
}

Result<Broadcast> Broadcast::of(std::span<const Shape> operands)
{
    assert(operands.size() <= kMost);
    Broadcast result;
    std::size_t rank = 0;
    for (const Shape& shape : operands)
        rank = std::max(rank, shape.size());
    std::array<std::int64_t, kMost> distances;
    distances.fill(1);
    for (std::size_t i = 0; i < rank; ++i) {
        Dimension dimension;
        for (std::size_t operand = 0; operand < operands.size(); ++operand) {
            const std::int64_t size = fromRight(operands[operand], i);
            if (size != 1 && dimension.size != 1 && size != dimension.size)
                return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} and {} are no shapes of which one can be repeated to fit the other.",
                        dimensionsText(operands[0]), dimensionsText(operands[operand])));
            dimension.size = size == 1 ? dimension.size : size;
        }
        for (std::size_t operand = 0; operand < operands.size(); ++operand) {
            const std::int64_t size = fromRight(operands[operand], i);
            dimension.strides[operand] = size == 1 ? 0 : distances[operand];
            distances[operand] *= size;
        }
        result.m_shape.insert(result.m_shape.begin(), dimension.size);
        if (dimension.size == 1)
            continue;
        const bool isOneWithInner = !result.m_dimensions.empty() && [&] {
            const Dimension& inner = result.m_dimensions.front();
            for (std::size_t operand = 0; operand < operands.size(); ++operand)
                if (dimension.strides[operand] != inner.strides[operand] * inner.size)
                    return false;
            return true;
        }();
        if (isOneWithInner)
            result.m_dimensions.front().size *= dimension.size;
        else
            result.m_dimensions.insert(result.m_dimensions.begin(), dimension);
    }
    if (result.m_dimensions.empty())
        result.m_dimensions.push_back({});
    return result;
}

} // namespace kerf::core
