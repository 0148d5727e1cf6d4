// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>

namespace kerf::kernels {

/// Rotary position embedding of one head's vector, in place (Su et al., arXiv 2104.09864, with the halves layout of
/// GPT-NeoX and Llama): for i < n = cosine.size(), (x[i], x[i + n]) is rotated by the angle of pair i.
/// Elements from 2 n on stay as they are (partial rotary). Error against reference::rotate: 3 roundings to float.
/// @pre sine.size() == cosine.size(); x.size() >= 2 * cosine.size()
void rotate(std::span<float> x, std::span<const float> cosine, std::span<const float> sine);
/// The same with GPT-J's layout: (x[2 i], x[2 i + 1]) is rotated by the angle of pair i.
void rotateNeighbours(std::span<float> x, std::span<const float> cosine, std::span<const float> sine);

namespace reference {
void rotate(std::span<const float> x, std::span<const float> cosine, std::span<const float> sine, std::span<double> y);
void rotateNeighbours(
    std::span<const float> x, std::span<const float> cosine, std::span<const float> sine, std::span<double> y);
} // namespace reference

} // namespace kerf::kernels
