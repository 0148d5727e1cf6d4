// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Largest or mean value under a window that goes over each plane of dense tensors [..., height, width]. The largest is
/// that of the cells inside the plane, NaN left out. What has one dimension is reshaped to a height of 1.
struct Pool {
    enum class Kind { Max, Mean } kind = Kind::Max;
    std::int64_t height = 0, width = 0; ///< of the window; 0: the whole plane
    std::int64_t strideY = 1, strideX = 1;
    std::int64_t top = 0, left = 0, bottom = 0, right = 0; ///< cells around the plane
    std::int64_t dilationY = 1, dilationX = 1;
    /// A last window that reaches over the end counts, if it starts before it.
    bool isCeil = false;
    /// The mean is over the cells around the plane too, which are 0; never over those that only isCeil adds.
    bool countsPadding = false;
};
const Op& poolOp();

} // namespace kerf::core
