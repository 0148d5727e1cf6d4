// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/base/matrix.h"
#include "core/base/parallel.h"

namespace kerf::core {

inline constexpr std::int64_t kRowTile = 32; ///< rows of norms, rotations and activations that one task does

/// Calls body(row) for each row, in parallel tiles.
template <class Body> void forEachRow(std::int64_t rows, const Body& body)
{
    parallelFor((rows + kRowTile - 1) / kRowTile, [&](std::int64_t tile) {
        const std::int64_t end = std::min(rows, (tile + 1) * kRowTile);
        for (std::int64_t row = tile * kRowTile; row < end; ++row)
            body(row);
    });
}

inline constexpr std::int64_t kStretch = 16384; ///< elements of a row that one task does

/// Calls body(row, first, count) for stretches of columns that together are all rows, in parallel: for operators on
/// single elements, whose rows are as long as a picture or as short as a word.
template <class Body> void forEachStretch(std::int64_t rows, std::int64_t cols, const Body& body)
{
    const std::int64_t stretches = std::max<std::int64_t>(1, (cols + kStretch - 1) / kStretch);
    const std::int64_t rowsOfTask = std::clamp<std::int64_t>(kStretch / std::max<std::int64_t>(1, cols), 1, kRowTile);
    parallelFor((rows + rowsOfTask - 1) / rowsOfTask * stretches, [&](std::int64_t task) {
        const std::int64_t first = task % stretches * kStretch;
        const std::int64_t end = std::min(rows, (task / stretches + 1) * rowsOfTask);
        for (std::int64_t row = task / stretches * rowsOfTask; row < end; ++row)
            body(row, first, std::min(kStretch, cols - first));
    });
}

/// y = x with apply(values) done to it, in stretches; y may be x.
template <class Apply> void applyInStretches(const MatrixRef& x, MutableMatrixRef y, const Apply& apply)
{
    forEachStretch(y.rows(), y.cols(), [&](std::int64_t row, std::int64_t first, std::int64_t count) {
        float* const to = y.row(row).data() + first;
        if (x.data() != y.data())
            std::copy_n(x.row(row).data() + first, count, to);
        apply(std::span<float>(to, static_cast<std::size_t>(count)));
    });
}

inline std::span<const float> rowOf(const MatrixRef& matrix, std::int64_t row)
{
    return { matrix.row(row).data(), static_cast<std::size_t>(matrix.cols()) };
}
inline std::span<float> rowOf(MutableMatrixRef& matrix, std::int64_t row)
{
    return { matrix.row(row).data(), static_cast<std::size_t>(matrix.cols()) };
}
inline std::span<const float> spanOf(const Vector& vector)
{
    return { vector.data(), static_cast<std::size_t>(vector.size()) };
}

/// y = x, unless they are one.
inline void copyUnlessSame(const MatrixRef& x, MutableMatrixRef y)
{
    if (x.data() != y.data())
        y = x;
}

} // namespace kerf::core
