// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>

#include <cuda_runtime.h>

namespace kerf::kernels {

/// Memory of the current device. Move-free and copy-free: it lives in one scope.
template <class T> class DeviceBuffer {
public:
    DeviceBuffer() = default;
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;
    ~DeviceBuffer() { cudaFree(m_data); }

    cudaError_t allocate(std::size_t size) { return cudaMalloc(reinterpret_cast<void**>(&m_data), size * sizeof(T)); }
    /// Allocates and copies.
    cudaError_t upload(const T* source, std::size_t size)
    {
        if (const cudaError_t error = allocate(size); error != cudaSuccess)
            return error;
        return cudaMemcpy(m_data, source, size * sizeof(T), cudaMemcpyHostToDevice);
    }
    T* data() { return m_data; }

private:
    T* m_data = nullptr;
};

} // namespace kerf::kernels

/// Returns the driver's text from the enclosing function when a call fails.
#define KERF_CUDA_CHECK(call)                                                                                          \
    do {                                                                                                               \
        if (const cudaError_t kerfCudaError = (call); kerfCudaError != cudaSuccess)                                    \
            return cudaGetErrorString(kerfCudaError);                                                                  \
    } while (false)
