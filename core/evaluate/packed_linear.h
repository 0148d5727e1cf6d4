// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/matrix.h"
#include "core/format/format.h"
#include "core/model/network.h"

namespace kerf::core {

/// A layer in the shape that the fast kernels run, and what running it costs.
struct PackedLayer {
    LinearPtr linear;
    std::int64_t bytes = 0; ///< of weight, scales and zero points: what one decoded token reads
    std::string kernel; ///< storage and instruction set: "4-bit avx512-vnni", "bf16 avx512", "f32 BLAS"
};

/// Packs the codes for kernels/quantized_linear.h. The product is the function of the codes that makeQuantizedLinear
/// computes, to float32 accuracy; it runs in tiles of fixed numbers of rows, so it is bit-identical for any number of
/// threads. Time O(rows * cols), memory bits / 8 of that, codes of 3 bits in 4 and of 5 to 7 bits in 8.
/// Errors: InvalidArgument for a format that no kernel runs packed (all but integers).
Result<PackedLayer> packQuantized(const std::shared_ptr<const QuantizedTensor>& tensor);

/// Keeps a float weight in the smallest type that holds every element exactly: bfloat16, float16 or float32; that is
/// the type a checkpoint stores it in. Few tokens run straight from it, many through BLAS on tiles widened to float32.
PackedLayer packFloat(const Matrix& weight);

} // namespace kerf::core
