// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/activation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/fast_exp.h"
#include "kernels/multiversion.h"

namespace kerf::kernels {
namespace {

inline float silu(float x)
{
    return x / (1.0f + fastExp(-x));
}

/// 0.5 (1 + tanh u) = 1 / (1 + e^-2u)
inline float geluTanh(float x)
{
    constexpr float kTwiceRootOfTwoOverPi = 1.5957691216057308f;
    return x / (1.0f + fastExp(-kTwiceRootOfTwoOverPi * (x + 0.044715f * x * x * x)));
}

inline float gelu(float x)
{
    return 0.5f * x * (1.0f + std::erf(x * 0.70710678118654752f));
}

KERF_MULTIVERSION void siluOf(const float* x, float* y, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        y[i] = silu(x[i]);
}

KERF_MULTIVERSION void siluTimes(const float* x, const float* up, float* y, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        y[i] = silu(x[i]) * up[i];
}

KERF_MULTIVERSION void geluTanhOf(const float* x, float* y, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        y[i] = geluTanh(x[i]);
}

KERF_MULTIVERSION void geluTanhTimes(const float* x, const float* up, float* y, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i)
        y[i] = geluTanh(x[i]) * up[i];
}

} // namespace

void activate(Activation activation, std::span<float> x)
{
    switch (activation) {
    case Activation::Silu:
        return siluOf(x.data(), x.data(), x.size());
    case Activation::GeluTanh:
        return geluTanhOf(x.data(), x.data(), x.size());
    case Activation::Gelu:
        std::transform(x.begin(), x.end(), x.begin(), gelu);
        return;
    case Activation::Relu:
        std::transform(x.begin(), x.end(), x.begin(), [](float value) { return value <= 0 ? 0.0f : value; });
        return;
    case Activation::Tanh:
        std::transform(x.begin(), x.end(), x.begin(), [](float value) { return std::tanh(value); });
        return;
    }
}

void activateGated(Activation activation, std::span<const float> gate, std::span<const float> up, std::span<float> y)
{
    switch (activation) {
    case Activation::Silu:
        return siluTimes(gate.data(), up.data(), y.data(), y.size());
    case Activation::GeluTanh:
        return geluTanhTimes(gate.data(), up.data(), y.data(), y.size());
    case Activation::Gelu:
        std::transform(gate.begin(), gate.end(), up.begin(), y.begin(), [](float a, float b) { return gelu(a) * b; });
        return;
    case Activation::Relu:
        std::transform(
            gate.begin(), gate.end(), up.begin(), y.begin(), [](float a, float b) { return a <= 0 ? 0.0f : a * b; });
        return;
    case Activation::Tanh:
        std::transform(
            gate.begin(), gate.end(), up.begin(), y.begin(), [](float a, float b) { return std::tanh(a) * b; });
        return;
    }
}

} // namespace kerf::kernels
