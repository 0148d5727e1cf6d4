// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>

#include "core/graph/graph.h"

namespace kerf::core {

/// The axis counted from the first, of one that may be counted from behind; nothing when there is none.
inline std::optional<std::size_t> axisOf(const Shape& shape, std::int64_t axis)
{
    const auto rank = static_cast<std::int64_t>(shape.size());
    if (axis < -rank || axis >= rank)
        return {};
    return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

/// Elements of dimensions [first, last).
inline std::int64_t elementsOf(const Shape& shape, std::size_t first, std::size_t last)
{
    std::int64_t elements = 1;
    for (std::size_t i = first; i < last; ++i)
        elements *= shape[i];
    return elements;
}

/// A dense tensor as [outer, size, inner] around one axis.
struct AxisView {
    std::int64_t outer, size, inner;

    AxisView(const Shape& shape, std::size_t axis)
        : outer(elementsOf(shape, 0, axis))
        , size(shape[axis])
        , inner(elementsOf(shape, axis + 1, shape.size()))
    {
    }
};

} // namespace kerf::core
