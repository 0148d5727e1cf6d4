// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "kernels/activation.h"

#include <cmath>
#include <numbers>

namespace kerf::kernels::reference {

double activation(Activation activation, double x)
{
    switch (activation) {
    case Activation::Silu:
        return x / (1.0 + std::exp(-x));
    case Activation::Gelu:
        return 0.5 * x * (1.0 + std::erf(x / std::numbers::sqrt2));
    case Activation::GeluTanh:
        return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case Activation::Tanh:
        return std::tanh(x);
    case Activation::Relu:
        break;
    }
    return x <= 0 ? 0 : x;
}

} // namespace kerf::kernels::reference
