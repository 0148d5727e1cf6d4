// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/norm.h"

#include <cmath>

namespace kerf::kernels::reference {

void rmsNorm(std::span<const float> x, std::span<const float> weight, double epsilon, std::span<double> y)
{
    double squares = 0;
    for (const float value : x)
        squares += static_cast<double>(value) * value;
    const double factor = 1.0 / std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
    for (std::size_t i = 0; i < x.size(); ++i)
        y[i] = x[i] * factor * weight[i];
}

void layerNorm(std::span<const float> x, std::span<const float> weight, std::span<const float> bias, double epsilon,
    std::span<double> y)
{
    double sum = 0;
    for (const float value : x)
        sum += value;
    const double mean = sum / static_cast<double>(x.size());
    double squares = 0;
    for (const float value : x)
        squares += (value - mean) * (value - mean);
    const double factor = 1.0 / std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
    for (std::size_t i = 0; i < x.size(); ++i)
        y[i] = (x[i] - mean) * factor * weight[i] + (bias.empty() ? 0.0 : static_cast<double>(bias[i]));
}

} // namespace kerf::kernels::reference
