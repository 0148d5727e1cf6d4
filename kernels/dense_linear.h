// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Linear layers whose weight stays in the float type it is stored in: y = x Wᵀ for a few tokens at a time, where
// reading W is all the work. Many tokens belong to BLAS.

#pragma once

#include <cstdint>
#include <vector>

#include "kernels/quantized_linear.h"

namespace kerf::kernels {

enum class DenseType { Float32, BFloat16, Float16 };

/// Bytes of one element.
std::int64_t denseElementSize(DenseType type);

/// A row-major weight [rows, cols] as it lies in a file; any alignment that the element type allows.
struct DenseMatrix {
    DenseType type = DenseType::Float32;
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    const void* data = nullptr;
};

struct DenseLinearKernel {
    const char* name; ///< the instruction set: "avx512", "avx2", …, "reference"
    /// y[t, r] for every token and the rows [firstRow, lastRow), in float32 sums (double in the reference): off by at
    /// most (cols + 1) 2^-24 sum|w x|. Rows and tokens depend on nothing but themselves.
    void (*multiply)(const DenseMatrix& weight, const ActivationView& x, std::int64_t firstRow, std::int64_t lastRow,
        float* y, std::int64_t yStride);
};

/// The kernels that this machine can run, fastest first; the last one is the reference.
const std::vector<const DenseLinearKernel*>& denseLinearKernels();

} // namespace kerf::kernels
