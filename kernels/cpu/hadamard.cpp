// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/hadamard.h"

#include <cstddef>

#include "kernels/multiversion.h"

namespace kerf::kernels {
namespace {

KERF_MULTIVERSION void transform(float* x, std::size_t count)
{
    for (std::size_t width = 1; width < count; width *= 2)
        for (std::size_t first = 0; first < count; first += 2 * width) {
            float* __restrict low = x + first;
            float* __restrict high = low + width;
            for (std::size_t i = 0; i < width; ++i) {
                const float a = low[i], b = high[i];
                low[i] = a + b;
                high[i] = a - b;
            }
        }
}

constexpr std::size_t kLanes = 16;

/// `Width` columns of all blocks: their sums stay in registers, the results in the first-level cache.
template <std::size_t Width>
inline __attribute__((always_inline)) void mixColumns(
    const float* matrix, std::size_t order, std::size_t inner, float* x, float* mixed)
{
    for (std::size_t j = 0; j < order; ++j) {
        float sums[Width] = {};
        for (std::size_t k = 0; k < order; ++k)
            for (std::size_t i = 0; i < Width; ++i)
                sums[i] += matrix[k * order + j] * x[k * inner + i];
        for (std::size_t i = 0; i < Width; ++i)
            mixed[j * Width + i] = sums[i];
    }
    for (std::size_t j = 0; j < order; ++j)
        for (std::size_t i = 0; i < Width; ++i)
            x[j * inner + i] = mixed[j * Width + i];
}

KERF_MULTIVERSION void mix(const float* matrix, std::size_t order, std::size_t inner, float* x)
{
    float mixed[kMaxBlocks * kLanes];
    if (inner % kLanes == 0)
        for (std::size_t first = 0; first < inner; first += kLanes)
            mixColumns<kLanes>(matrix, order, inner, x + first, mixed);
    else
        for (std::size_t first = 0; first < inner; ++first)
            mixColumns<1>(matrix, order, inner, x + first, mixed);
}

} // namespace

void mixBlocks(std::span<const float> matrix, std::size_t order, std::span<float> x)
{
    mix(matrix.data(), order, x.size() / order, x.data());
}

void walshHadamard(std::span<float> x)
{
    transform(x.data(), x.size());
}

} // namespace kerf::kernels
