// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

namespace kerf::kernels {

/// Softmax of one row of attention scores, in place: s = scale * x, then cap * tanh(s / cap) when cap > 0, then
/// exp(s - max) / sum. The sum is in double. Absolute error of a probability against reference::softmax: below
/// 2e-6 for |s| <= 10, growing with the roundings of s (epsilon * |s|).
/// @pre x is not empty; a finite maximum
void softmax(std::span<float> x, float scale, float cap);

/// x = cap * tanh(x / cap), in place: the soft cap of Gemma 2 (arXiv 2408.00118, section 2).
void softCap(std::span<float> x, float cap);

namespace reference {
void softmax(std::span<const float> x, double scale, double cap, std::span<double> y);
} // namespace reference

} // namespace kerf::kernels
