// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/graph/op.h"

namespace kerf::core {

/// Patches put down side by side and added up where they overlap (col2im): what a transposed convolution makes of the
/// rows of its linear map, and the transpose of patchesOp(). Input: a row [channels, kernel height, kernel width] for
/// each place of a grid. Output: pictures [channels, height, width], one a sample, of
/// stride * (places - 1) + dilation * (kernel - 1) + 1 + added - cut in each direction. One dimension: a height of 1.
/// A convolution in groups needs nothing more: its channels stand group after group.
struct OverlapAdd {
    std::int64_t placesY = 1, placesX = 1; ///< of the grid
    std::int64_t kernelHeight = 1, kernelWidth = 1;
    std::int64_t strideY = 1, strideX = 1;
    std::int64_t top = 0, left = 0, bottom = 0, right = 0; ///< what is cut off: pads of ONNX
    std::int64_t dilationY = 1, dilationX = 1;
    std::int64_t addedY = 0, addedX = 0; ///< at the end: output_padding of ONNX
};
const Op& overlapAddOp();

} // namespace kerf::core
