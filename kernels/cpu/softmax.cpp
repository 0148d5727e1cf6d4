// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/softmax.h"

#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/fast_exp.h"
#include "kernels/multiversion.h"

namespace kerf::kernels {
namespace {

constexpr std::size_t kLanes = 16; // partial maxima and sums: the same order on every instruction set

KERF_MULTIVERSION float maximum(const float* x, std::size_t n)
{
    float lanes[kLanes];
    for (float& lane : lanes)
        lane = -std::numeric_limits<float>::infinity();
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] = x[i + lane] > lanes[lane] ? x[i + lane] : lanes[lane];
    float highest = -std::numeric_limits<float>::infinity();
    for (; i < n; ++i)
        highest = x[i] > highest ? x[i] : highest;
    for (const float lane : lanes)
        highest = lane > highest ? lane : highest;
    return highest;
}

/// x = exp(scale * x - shift)
KERF_MULTIVERSION void exponentials(float* x, std::size_t n, float scale, float shift)
{
    for (std::size_t i = 0; i < n; ++i)
        x[i] = fastExp(scale * x[i] - shift);
}

KERF_MULTIVERSION double sumOf(const float* x, std::size_t n)
{
    double lanes[kLanes] = {};
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            lanes[lane] += static_cast<double>(x[i + lane]);
    for (; i < n; ++i)
        lanes[0] += static_cast<double>(x[i]);
    double sum = 0;
    for (const double lane : lanes)
        sum += lane;
    return sum;
}

KERF_MULTIVERSION void multiply(float* x, std::size_t n, float factor)
{
    for (std::size_t i = 0; i < n; ++i)
        x[i] *= factor;
}

} // namespace

void softCap(std::span<float> x, float cap)
{
    for (float& value : x)
        value = cap * std::tanh(value / cap);
}

void softmax(std::span<float> x, float scale, float cap)
{
    if (cap > 0) {
        multiply(x.data(), x.size(), scale);
        softCap(x, cap);
        scale = 1.0f;
    }
    // A negative scale would turn the maximum into the minimum; attention scales are positive.
    const float shift = scale * maximum(x.data(), x.size());
    exponentials(x.data(), x.size(), scale, shift);
    multiply(x.data(), x.size(), static_cast<float>(1.0 / sumOf(x.data(), x.size())));
}

} // namespace kerf::kernels
