// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/graph/op.h"

namespace kerf::core {

/// Numbers as codes, or codes as numbers (onnx/onnx, QuantizeLinear and DequantizeLinear): code = x / scale, ties to
/// even, + zero, within [low, high]; x = scale * (code - zero). Codes are whole numbers carried as float32, exact up to
/// 2^24. What is not a number stays so. The input is a dense tensor, one a sample.
struct LinearCodes {
    bool isDecoding = false; ///< from codes to numbers
    std::vector<float> scales;
    std::vector<float> zeros; ///< as many; the codes that stand for 0
    float low = 0, high = 255; ///< of codes
    // Which scale an element has: elements are counted along [outer, axis, inner], and `block` neighbours on the axis
    // share one.
    std::int64_t axis = 1, inner = 1, block = 1;
    std::int64_t outerStep = 0, axisStep = 0, innerStep = 0; ///< distance of neighbours among the scales; 0: the same

    /// Index into `scales` of an element.
    std::size_t parameterOf(std::int64_t element) const
    {
        const std::int64_t row = element / inner;
        return static_cast<std::size_t>(
            row / axis * outerStep + row % axis / block * axisStep + element % inner * innerStep);
    }
};
const Op& linearCodesOp();
/// Elements [first, first + x.size()) of a tensor, in place.
void applyLinearCodes(const LinearCodes& codes, std::int64_t first, std::span<float> x);

/// Unsigned bytes by the range of the tensor itself, widened to have 0 in it (onnx/onnx, DynamicQuantizeLinear).
/// Outputs: the codes, their scale and the code that stands for 0, one number each. All numbers 0: the scale is 1. No
/// attributes.
const Op& dynamicCodesOp();
/// Rounds numbers as dynamicCodesOp() and back, in place.
void roundDynamically(std::span<float> x);

} // namespace kerf::core
