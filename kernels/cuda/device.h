// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Includes no CUDA header: builds without CUDA have the same functions, which then find no device.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kerf::kernels {

struct CudaDevice {
    int index = 0;
    std::string name;
    std::int64_t memoryBytes = 0;
    std::int64_t freeMemoryBytes = 0;
    int computeMajor = 0, computeMinor = 0; ///< compute capability
};

struct CudaDevices {
    std::vector<CudaDevice> devices;
    std::string reason; ///< why there is none: "built without CUDA", what the driver says; empty when there are some
};

/// The CUDA devices of this machine. Any error means that there is none.
CudaDevices findCudaDevices();

} // namespace kerf::kernels
