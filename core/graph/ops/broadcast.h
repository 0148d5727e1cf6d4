// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace kerf::core {

/// "2 x 3 x 4", for errors; "a single number" of no dimensions.
std::string dimensionsText(const Shape& shape);

/// Dense tensors read as if each were repeated along its dimensions of 1 until all have one shape (numpy's rules:
/// shapes stand flush right). Neighbouring dimensions that are read alike become one, so that equal shapes, a single
/// number and one number a channel are long straight stretches.
class Broadcast {
public:
    static constexpr std::size_t kMost = 3; ///< operands

    /// Errors: InvalidArgument: shapes that do not go together. @pre at most kMost shapes
    static Result<Broadcast> of(std::span<const Shape> operands);

    const Shape& shape() const { return m_shape; } ///< of the result
    /// Distance of neighbours along the innermost dimension: 0 or 1.
    std::int64_t step(std::size_t operand) const { return m_dimensions.back().strides[operand]; }

    /// Elements [first, first + count) of the result in straight pieces: body(at, length, offsets), where offsets are
    /// those of the operands' elements for element `at`.
    template <class Body> void walk(std::int64_t first, std::int64_t count, const Body& body) const
    {
        const std::int64_t inner = m_dimensions.back().size;
        for (std::int64_t at = first; at < first + count;) {
            const std::int64_t length = std::min(inner - at % inner, first + count - at);
            body(at, length, offsetsOf(at));
            at += length;
        }
    }

private:
    struct Dimension {
        std::int64_t size = 1;
        std::array<std::int64_t, kMost> strides {}; ///< 0: repeated
    };

    std::array<std::int64_t, kMost> offsetsOf(std::int64_t element) const
    {
        std::array<std::int64_t, kMost> offsets {};
        for (std::size_t i = m_dimensions.size(); i-- > 0;) {
            const std::int64_t index = element % m_dimensions[i].size;
            element /= m_dimensions[i].size;
            for (std::size_t operand = 0; operand < kMost; ++operand)
                offsets[operand] += index * m_dimensions[i].strides[operand];
        }
        return offsets;
    }

    Shape m_shape;
    std::vector<Dimension> m_dimensions; ///< at least one
};

} // namespace kerf::core
