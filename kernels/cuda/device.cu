// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/cuda/device.h"

#include <cuda_runtime.h>

namespace kerf::kernels {

CudaDevices findCudaDevices()
{
    CudaDevices found;
    int count = 0;
    if (const cudaError_t error = cudaGetDeviceCount(&count); error != cudaSuccess) {
        found.reason = cudaGetErrorString(error);
        return found;
    }
    for (int index = 0; index < count; ++index) {
        cudaDeviceProp properties {};
        std::size_t free = 0, total = 0;
        if (cudaSetDevice(index) != cudaSuccess || cudaGetDeviceProperties(&properties, index) != cudaSuccess
            || cudaMemGetInfo(&free, &total) != cudaSuccess)
            continue;
        found.devices.push_back({ index, properties.name, static_cast<std::int64_t>(total),
            static_cast<std::int64_t>(free), properties.major, properties.minor });
    }
    if (found.devices.empty())
        found.reason = "no CUDA device answers";
    return found;
}

} // namespace kerf::kernels
