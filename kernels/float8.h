// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <bit>
#include <cstdint>

namespace kerf::kernels {

inline constexpr float kE4m3Max = 448.0f;

/// The value that float8 E4M3 (Micikevicius et al., arXiv 2209.05433; no infinity) holds for x: round to nearest even,
/// subnormals included, saturating; NaN stays NaN. No branch and no call, so that loops of it are vectorized.
inline float roundToE4m3(float x)
{
    x = x > kE4m3Max ? kE4m3Max : x;
    x = x < -kE4m3Max ? -kE4m3Max : x;
    constexpr std::uint32_t kSmallestNormal = (127u - 6) << 23; // 2^-6
    std::uint32_t exponent = std::bit_cast<std::uint32_t>(x) & 0x7f800000u;
    exponent = exponent < kSmallestNormal ? kSmallestNormal : exponent;
    exponent = exponent > (240u << 23) ? (240u << 23) : exponent; // NaN: any sum with it is NaN
    // 1.5 * 2^20 times the power of two of x: the unit of such a number is an eighth of that power, so adding it rounds
    // to 3 bits.
    const float rounder = 1.5f * std::bit_cast<float>(exponent + (20u << 23));
    const float sum = x + rounder;
    return sum - rounder;
}

} // namespace kerf::kernels
