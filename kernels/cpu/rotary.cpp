// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/rotary.h"

#include <cstddef>

#include "kernels/multiversion.h"

namespace kerf::kernels {
namespace {

KERF_MULTIVERSION void rotateHalves(float* __restrict first, float* __restrict second, const float* __restrict cosine,
    const float* __restrict sine, std::size_t half)
{
    for (std::size_t i = 0; i < half; ++i) {
        const float a = first[i];
        const float b = second[i];
        first[i] = a * cosine[i] - b * sine[i];
        second[i] = b * cosine[i] + a * sine[i];
    }
}

} // namespace

void rotate(std::span<float> x, std::span<const float> cosine, std::span<const float> sine)
{
    rotateHalves(x.data(), x.data() + cosine.size(), cosine.data(), sine.data(), cosine.size());
}

} // namespace kerf::kernels
