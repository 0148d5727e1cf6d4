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

} // namespace

void walshHadamard(std::span<float> x)
{
    transform(x.data(), x.size());
}

} // namespace kerf::kernels
