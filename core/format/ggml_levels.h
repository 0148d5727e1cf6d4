// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <span>
#include <vector>

namespace kerf::core {

/// ggml's non-linear 4-bit levels (ggml-common.h, kvalues_iq4nl).
inline constexpr std::array<float, 16> kNonLinear4 { -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69,
    89, 113 };

/// first, first + 1 … for every code of that many bits.
std::vector<float> countedLevels(int bits, int first);
/// value as float16 keeps it, never infinite; a step that is not 0 stays so.
float storedHalf(float value);
/// The element of largest magnitude, with its sign; 0 for none.
float signedLargest(std::span<const float> values);

} // namespace kerf::core
