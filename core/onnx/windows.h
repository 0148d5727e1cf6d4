// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/onnx/onnx_node.h"

namespace kerf::core {

/// Kernel, stride, padding and dilation of a convolution or pool over planes; what has one dimension has a height of 1.
struct Windows {
    std::int64_t height = 1, width = 1, strideY = 1, strideX = 1;
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;
    std::int64_t dilationY = 1, dilationX = 1;
};

/// A value [samples, channels, length] or [samples, channels, height, width] as one of four dimensions. Errors: other
/// dimensions.
Result<Shape> planesOf(const Shape& dims);

/// The attributes kernel_shape, strides, pads, dilations and auto_pad. `kernel`: of the weight, one or two numbers;
/// empty: kernel_shape has to say it. `dims`: of the input, as planesOf() has it. Errors: attributes that are not as
/// many, not positive or larger than any picture.
Result<Windows> windowsOf(OnnxNode& node, const Shape& dims, bool isFlat, std::vector<std::int64_t> kernel = {});

} // namespace kerf::core
