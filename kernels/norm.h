// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

namespace kerf::kernels {

/// Root-mean-square norm of one row (Zhang and Sennrich, arXiv 1910.07467): y = x / sqrt(mean(x^2) + epsilon) * weight.
/// The mean is summed in double. y may be x. Error against reference::rmsNorm: 3 roundings to float.
/// @pre x, weight and y have the same size
void rmsNorm(std::span<const float> x, std::span<const float> weight, double epsilon, std::span<float> y);

/// Layer norm of one row (Ba et al., arXiv 1607.06450): y = (x - mean) / sqrt(variance + epsilon) * weight + bias.
/// Sums in double, the variance around the mean. bias may be empty. y may be x. Error: 4 roundings to float, of
/// quantities no larger than |x - mean| / deviation * |weight| + |bias|.
/// @pre x, weight and y have the same size
void layerNorm(std::span<const float> x, std::span<const float> weight, std::span<const float> bias, double epsilon,
    std::span<float> y);

namespace reference {
void rmsNorm(std::span<const float> x, std::span<const float> weight, double epsilon, std::span<double> y);
void layerNorm(std::span<const float> x, std::span<const float> weight, std::span<const float> bias, double epsilon,
    std::span<double> y);
} // namespace reference

} // namespace kerf::kernels
