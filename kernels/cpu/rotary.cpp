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

KERF_MULTIVERSION void rotatePairs(
    float* __restrict x, const float* __restrict cosine, const float* __restrict sine, std::size_t pairs)
{
    for (std::size_t i = 0; i < pairs; ++i) {
        const float a = x[2 * i];
        const float b = x[2 * i + 1];
        x[2 * i] = a * cosine[i] - b * sine[i];
        x[2 * i + 1] = b * cosine[i] + a * sine[i];
    }
}

} // namespace

void rotateNeighbours(std::span<float> x, std::span<const float> cosine, std::span<const float> sine)
{
    rotatePairs(x.data(), cosine.data(), sine.data(), cosine.size());
}

void rotate(std::span<float> x, std::span<const float> cosine, std::span<const float> sine)
{
    rotateHalves(x.data(), x.data() + cosine.size(), cosine.data(), sine.data(), cosine.size());
}

} // namespace kerf::kernels
