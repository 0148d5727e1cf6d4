// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Linear layers in integers: codes of the weight times int8 codes of the activations, summed in 32 bits, then scaled:
//     y[t, r] = step[t] * sum over groups g of scale[r, g] * (sum over columns c of g of (code[r, c] - zero[r, g]) a[t,
//     c]).
// The integer sums are exact in every kernel; only the sum over groups rounds, in float32. This is the arithmetic of
// W8A8 and W4A8 (Xiao et al., SmoothQuant, arXiv 2211.10438, section 3; Dettmers et al., LLM.int8(), arXiv 2208.07339).

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/aligned_buffer.h"
#include "kernels/quantized_linear.h"

namespace kerf::kernels {

/// Largest magnitude of an activation's code: the range is symmetric.
inline constexpr float kActivationCodeMax = 127.0f;

/// Activations as int8 in the packed order of one weight.
struct IntegerActivations {
    std::int64_t tokens = 0;
    AlignedBuffer<std::int8_t> codes; ///< [tokens, paddedColumns], zeros in the padding
    AlignedBuffer<float> steps; ///< [tokens]
    AlignedBuffer<std::int32_t> sums; ///< [tokens, groups]: of the codes, for the zero points
};

void allocateIntegerActivations(const PackedMatrix& weight, std::int64_t tokens, IntegerActivations& prepared);
/// codes = clamp(roundToEven(x / step), -127, 127) for tokens [first, last), each with its own step. A token whose step
/// is NaN or Inf gets codes of 0 and keeps the step, so that its results are NaN.
/// @pre steps has an entry for each token, none 0
void quantizeActivations(const PackedMatrix& weight, const ActivationView& x, std::int64_t first, std::int64_t last,
    std::span<const float> steps, IntegerActivations& prepared);

/// max |x| of one row; NaN when a value is NaN or infinite.
float rowMagnitude(const float* x, std::int64_t count);

/// One implementation of the product.
struct IntegerLinearKernel {
    const char* name; ///< the instruction set: "avx512-vnni", "portable", "reference"
    /// y[t, r] for every token t and the rows r of blocks [firstBlock, lastBlock). yStride in floats. Rows and tokens
    /// depend on nothing but themselves. @pre groupSize * 255 * 127 < 2^31
    void (*multiply)(const PackedMatrix& weight, const IntegerActivations& x, std::int64_t firstBlock,
        std::int64_t lastBlock, float* y, std::int64_t yStride);
};

/// The kernels that this machine can run, fastest first; the last one is the reference: scalar, sums in 64 bits,
/// scaled in double.
const std::vector<const IntegerLinearKernel*>& integerLinearKernels();

} // namespace kerf::kernels
