// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/rotary.h"

#include <cstddef>

namespace kerf::kernels::reference {

void rotate(std::span<const float> x, std::span<const float> cosine, std::span<const float> sine, std::span<double> y)
{
    const std::size_t half = cosine.size();
    for (std::size_t i = 0; i < half; ++i) {
        const double first = x[i];
        const double second = x[i + half];
        y[i] = first * cosine[i] - second * sine[i];
        y[i + half] = second * cosine[i] + first * sine[i];
    }
    for (std::size_t i = 2 * half; i < x.size(); ++i)
        y[i] = x[i];
}

void rotateNeighbours(
    std::span<const float> x, std::span<const float> cosine, std::span<const float> sine, std::span<double> y)
{
    const std::size_t pairs = cosine.size();
    for (std::size_t i = 0; i < pairs; ++i) {
        const double first = x[2 * i];
        const double second = x[2 * i + 1];
        y[2 * i] = first * cosine[i] - second * sine[i];
        y[2 * i + 1] = second * cosine[i] + first * sine[i];
    }
    for (std::size_t i = 2 * pairs; i < x.size(); ++i)
        y[i] = x[i];
}

} // namespace kerf::kernels::reference
