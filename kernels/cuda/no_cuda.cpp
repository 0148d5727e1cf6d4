// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the .cu files define, for builds without CUDA.

#include "kernels/cuda/device.h"
#include "kernels/cuda/quantized_linear.h"

namespace kerf::kernels {

CudaDevices findCudaDevices()
{
    return { {}, "this program was built without CUDA" };
}

std::string cudaQuantizedLinear(int, const PackedMatrix&, const ActivationView&, float*, std::int64_t)
{
    return "this program was built without CUDA";
}

} // namespace kerf::kernels
