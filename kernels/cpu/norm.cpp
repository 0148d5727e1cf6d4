// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/norm.h"

#include <cmath>
#include <cstddef>

#include "kernels/multiversion.h"

namespace kerf::kernels {
namespace {

// As many partial sums as vectorize on every instruction set: the order of summation, so the bits, are the same on all.
constexpr std::size_t kLanes = 16;

double total(const double (&lanes)[kLanes])
{
    double sum = 0;
    for (const double lane : lanes)
        sum += lane;
    return sum;
}

KERF_MULTIVERSION double sumOf(const float* x, std::size_t n)
{
    double lanes[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += static_cast<double>(x[i + lane]);
    for (; i < n; ++i)
        lanes[i % kLanes] += static_cast<double>(x[i]);
    return total(lanes);
}

KERF_MULTIVERSION double sumOfSquares(const float* x, std::size_t n, double mean)
{
    double lanes[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const double centred = static_cast<double>(x[i + lane]) - mean;
            lanes[lane] += centred * centred;
        }
    for (; i < n; ++i) {
        const double centred = static_cast<double>(x[i]) - mean;
        lanes[i % kLanes] += centred * centred;
    }
    return total(lanes);
}

KERF_MULTIVERSION void scale(const float* x, const float* weight, float factor, float* y, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        y[i] = x[i] * factor * weight[i];
}

KERF_MULTIVERSION void centreAndScale(
    const float* x, const float* weight, double mean, double factor, float* y, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        y[i] = static_cast<float>((static_cast<double>(x[i]) - mean) * factor) * weight[i];
}

} // namespace

void rmsNorm(std::span<const float> x, std::span<const float> weight, double epsilon, std::span<float> y)
{
    const double mean = sumOfSquares(x.data(), x.size(), 0.0) / static_cast<double>(x.size());
    scale(x.data(), weight.data(), static_cast<float>(1.0 / std::sqrt(mean + epsilon)), y.data(), x.size());
}

void layerNorm(std::span<const float> x, std::span<const float> weight, std::span<const float> bias, double epsilon,
    std::span<float> y)
{
    const auto count = static_cast<double>(x.size());
    const double mean = sumOf(x.data(), x.size()) / count;
    const double factor = 1.0 / std::sqrt(sumOfSquares(x.data(), x.size(), mean) / count + epsilon);
    centreAndScale(x.data(), weight.data(), mean, factor, y.data(), x.size());
    for (std::size_t i = 0; i < bias.size(); ++i)
        y[i] += bias[i];
}

} // namespace kerf::kernels
