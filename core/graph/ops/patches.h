// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// What a convolution's filters see at every place of a picture (im2col), one place a row: [channels, kernel height,
/// kernel width] of it, 0 outside the picture. The convolution is then a linear map of these rows, and putting them
/// back into a picture: addConvolution(). Input: pictures [channels, height, width], one a sample.
struct Patches {
    std::int64_t kernelHeight = 1, kernelWidth = 1;
    std::int64_t strideY = 1, strideX = 1;
    std::int64_t top = 0, left = 0, bottom = 0, right = 0; ///< rows and columns of zeros around the picture
    std::int64_t dilationY = 1, dilationX = 1;
    std::int64_t firstChannel = 0, channels = 0; ///< of the picture; 0: all
};
const Op& patchesOp();
/// Places in each direction: [height, width] of what the convolution makes. Numbers below 1: the kernel does not fit.
Shape placesOf(const Patches& patches, std::int64_t height, std::int64_t width);

} // namespace kerf::core
