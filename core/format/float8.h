// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

namespace kerf::core {

/// 8-bit floats (OCP OFP8; Micikevicius et al., arXiv 2209.05433): E4M3 has no infinity and reaches 448, E5M2 reaches
/// 57344.
enum class Float8 { E4M3, E5M2 };

/// The largest finite number: 448 or 57344.
float largestFloat8(Float8 type);
/// Value of a code; NaN and infinity where the type has them.
float float8ToFloat(Float8 type, std::uint8_t code);
/// Nearest code, ties to even, subnormals included. Saturates: what lies beyond the largest number, infinity too,
/// becomes it. NaN becomes 0x7F.
std::uint8_t floatToFloat8(Float8 type, float value);
/// All 256 values by code.
std::vector<float> float8Levels(Float8 type);

} // namespace kerf::core
