// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "kernels/quantized_linear.h"

namespace kerf::kernels {

/// The product of kernels/quantized_linear.h on a CUDA device, from the same packed layout: float32 multiply-adds, zero
/// points taken off the codes. Copies the weight and x there and y [tokens, rows] back.
/// @param device index of a CudaDevice
/// @return empty, or what the device says went wrong; y is then undefined and the caller goes on with the CPU
std::string cudaQuantizedLinear(
    int device, const PackedMatrix& weight, const ActivationView& x, float* y, std::int64_t yStride);

} // namespace kerf::kernels
