// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/graph/ops/rearrange.h"

namespace kerf::core {

/// What ONNX's operators that move elements do to tensors of known dimensions (onnx/onnx, docs/Operators.md). Errors:
/// BadFile, a sentence without the node.

/// An axis, counted from the end when negative. Errors: BadFile.
Result<std::size_t> axisOf(std::int64_t axis, std::size_t rank);
/// The dimensions that two have in common (numpy). Errors: BadFile.
Result<Shape> broadcastShape(const Shape& a, const Shape& b);

Result<Rearrange> transposed(const Shape& dims, const std::vector<std::int64_t>& permutation);
struct SliceRange {
    std::int64_t axis = 0, start = 0, end = 0, step = 1;
};
Result<Rearrange> sliced(const Shape& dims, const std::vector<SliceRange>& ranges);
/// Of each axis the elements of these numbers, which may be negative (from the end).
Result<Rearrange> picked(const Shape& dims, std::size_t axis, const std::vector<std::int64_t>& indices);
/// `width`: elements of the axis.
Rearrange partOf(const Shape& dims, std::size_t axis, std::int64_t first, std::int64_t width);
Result<Rearrange> joined(const std::vector<Shape>& dims, std::size_t axis);
/// @pre dims broadcast to `target`
Rearrange expanded(const Shape& dims, const Shape& target);
Result<Rearrange> tiled(const Shape& dims, const std::vector<std::int64_t>& repeats);
/// Elements put before and behind each axis (negative: cut off), all of them `value`.
Result<Rearrange> padded(
    const Shape& dims, const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& behind, double value);
/// Of one axis, mirrored without the edge ("reflect"), the edge again ("edge"), from the other side ("wrap").
Result<Rearrange> paddedAxis(
    const Shape& dims, std::size_t axis, std::int64_t before, std::int64_t behind, const std::string& mode);

/// Dimensions that Reshape makes: 0 copies one unless `allowZero`, one -1 is what is left. Errors: BadFile.
Result<Shape> reshaped(const Shape& dims, const std::vector<std::int64_t>& target, bool allowZero);

} // namespace kerf::core
