// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>

namespace kerf::kernels {

/// Attention of one query of one head over keys and values that lie in memory with a fixed distance between positions:
/// out = sum_p softmax(scale * q.k_p, capped)_p * v_p (Vaswani et al., arXiv 1706.03762, section 3.2.1).
/// For decoding, where a matrix product of one row is all overhead. Sums in double for the softmax, float elsewhere.
///
/// @param query   [headDim]
/// @param keys    position p's key is at keys + p * stride, [headDim] floats
/// @param values  likewise
/// @param scores  scratch, one float a position: its size is the number of positions (> 0)
/// @param out     [headDim]
void attendOne(std::span<const float> query, const float* keys, const float* values, std::int64_t stride, float scale,
    float cap, std::span<float> scores, std::span<float> out);

namespace reference {
void attendOne(std::span<const float> query, const float* keys, const float* values, std::int64_t stride, double scale,
    double cap, std::int64_t positions, std::span<double> out);
} // namespace reference

} // namespace kerf::kernels
