// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

namespace kerf::kernels {

enum class Activation {
    Silu, ///< x / (1 + e^-x)
    Gelu, ///< x * Phi(x), exact (Hendrycks and Gimpel, arXiv 1606.08415)
    GeluTanh, ///< the same paper's approximation with tanh: "gelu_new", "gelu_pytorch_tanh"
    Relu, ///< keeps NaN
    Tanh,
};

/// y = activation(x), in place. Error against reference::activation: 1e-6 * max(|x|, 1).
void activate(Activation activation, std::span<float> x);
/// y = activation(gate) * up (Shazeer, arXiv 2002.05202). y may be gate or up.
/// @pre equal sizes
void activateGated(Activation activation, std::span<const float> gate, std::span<const float> up, std::span<float> y);

namespace reference {
double activation(Activation activation, double x);
} // namespace reference

} // namespace kerf::kernels
