// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/data/exif.h"

#include <cstddef>

namespace kerf::core {
namespace {

constexpr std::size_t kHeader = 8, kEntry = 12;
constexpr std::uint32_t kOrientationTag = 0x0112, kShort = 3;

/// The numbers of a TIFF header's byte order.
struct TiffReader {
    std::span<const std::uint8_t> block;
    bool isLittle;

    /// @pre inside
    std::uint32_t number(std::size_t at, std::size_t bytes) const
    {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8 | block[at + (isLittle ? bytes - 1 - i : i)];
        return value;
    }
};

} // namespace

int exifOrientation(std::span<const std::uint8_t> block)
{
    if (block.size() < kHeader || block[0] != block[1] || (block[0] != 'I' && block[0] != 'M'))
        return 1;
    const TiffReader tiff { block, block[0] == 'I' };
    const std::size_t directory = tiff.number(4, 4);
    if (tiff.number(2, 2) != 42 || directory > block.size() - 2)
        return 1;
    const std::size_t entries = tiff.number(directory, 2);
    for (std::size_t i = 0, at = directory + 2; i < entries && at + kEntry <= block.size(); ++i, at += kEntry) {
        if (tiff.number(at, 2) != kOrientationTag || tiff.number(at + 2, 2) != kShort || tiff.number(at + 4, 4) != 1)
            continue;
        const std::uint32_t value = tiff.number(at + 8, 2);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

} // namespace kerf::core
