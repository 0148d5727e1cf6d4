// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <bit>
#include <cstdint>

namespace kerf::kernels {

inline constexpr float kE2m1Max = 6.0f;

/// The value that E2M1 (OCP Microscaling 1.0, section 5.3.3: 0, .5, 1, 1.5, 2, 3, 4, 6) holds for x: round to nearest
/// even, saturating; NaN stays NaN. No branch and no call, so that loops of it are vectorized.
inline float roundToE2m1(float x)
{
    x = x > kE2m1Max ? kE2m1Max : x;
    x = x < -kE2m1Max ? -kE2m1Max : x;
    constexpr std::uint32_t kOne = 127u << 23; // below it numbers are spaced as above it
    std::uint32_t exponent = std::bit_cast<std::uint32_t>(x) & 0x7f800000u;
    exponent = exponent < kOne ? kOne : exponent;
    exponent = exponent > (230u << 23) ? (230u << 23) : exponent; // NaN: any sum with it is NaN
    // 1.5 * 2^22 times the power of two of x: the unit of such a number is half that power, so adding it rounds to one
    // bit.
    const float rounder = 1.5f * std::bit_cast<float>(exponent + (22u << 23));
    const float sum = x + rounder;
    return sum - rounder;
}

} // namespace kerf::kernels
