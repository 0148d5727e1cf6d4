// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

namespace kerf::core {

/// Rows that are solved together. A tile lies in memory column by column, kRowTile floats each, so that 128 columns of
/// it are 32 KiB and stay in the first-level cache.
inline constexpr std::int64_t kRowTile = 64;

inline std::int64_t rowTiles(std::int64_t rows)
{
    return (rows + kRowTile - 1) / kRowTile;
}

/// later[k] += factors[k] * column for the columns of a tile that stand behind one another at `later`.
void addOuter(const float* column, const float* factors, std::int64_t columns, float* later);

/// out += or = left · columns, [rows, kRowTile], for a row-major left [rows, inner] and `inner` columns of a tile.
/// `transposed`: left is stored [inner, rows].
void multiplyTile(bool transposed, std::int64_t rows, std::int64_t inner, const float* left, std::int64_t stride,
    const float* columns, bool add, float* out);

} // namespace kerf::core
