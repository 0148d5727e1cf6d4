// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Checks of one kernel against the product in double precision: what the self-test runs on the user's machine and the
// unit tests run over many more shapes.

#pragma once

#include <cstdint>
#include <vector>

#include "kernels/dense_linear.h"
#include "kernels/quantized_linear.h"

namespace kerf::core {

/// Shape of a random product with a quantized weight.
struct LinearCase {
    std::int64_t rows = 0, cols = 0, groupSize = 0, tokens = 0;
    int bits = 4;
    bool symmetric = true;
    bool halfScales = true; ///< scales exact in float16
    bool reordered = false; ///< groups made of columns in random order (desc_act)
};

/// A random weight in codes and random activations (one in fifty 30 times larger), the same for the same case.
struct LinearProblem {
    explicit LinearProblem(const LinearCase& shape, float magnitude = 1.0f);
    kernels::QuantizedMatrix matrix() const;

    LinearCase shape;
    std::vector<std::uint8_t> codes, zeros;
    std::vector<float> scales, x;
    std::vector<std::int32_t> order;
};

/// The result that came closest to its bound, or farthest beyond.
struct LinearDeviation {
    double error = 0; ///< absolute
    double bound = 0; ///< what arithmetic of that precision allows there
    bool withinBound() const { return error <= bound; }
};

/// y [tokens, rows] of one kernel; at most blocksAtOnce blocks of rows a call.
std::vector<float> runQuantizedLinear(const LinearProblem& problem, const kernels::QuantizedLinearKernel& kernel,
    std::int64_t blocksAtOnce = std::int64_t(1) << 30);
/// Compares any float32 implementation's y [tokens, rows] with the product in double.
///
/// Float sums of n terms are off by at most n u sum|term| (u = 2^-24; Higham, Accuracy and Stability, 4.2). A chunk has
/// at most 128 terms, then come the sums over chunks and 8 more roundings for conversion, zero point, scale and result.
/// Terms count as code + zero, because a kernel may sum both apart. activationError: see QuantizedLinearKernel.
LinearDeviation compareQuantizedLinear(
    const LinearProblem& problem, const std::vector<float>& y, double activationError);
/// Both together.
LinearDeviation checkQuantizedLinear(const LinearProblem& problem, const kernels::QuantizedLinearKernel& kernel);

/// A random product with a float weight against double; the bound is (cols + 1) u sum|w x|.
LinearDeviation checkDenseLinear(kernels::DenseType type, std::int64_t rows, std::int64_t cols, std::int64_t tokens,
    const kernels::DenseLinearKernel& kernel);

} // namespace kerf::core
