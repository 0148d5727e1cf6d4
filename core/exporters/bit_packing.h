// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kerf::core {

/// Writes fields of `bits` bits, the first in the lowest bits, without gaps into words that are `stride` apart: element
/// i takes bits [i * bits, (i + 1) * bits) of the stream and may straddle two words. Words start as 0.
/// Preconditions: values[i * valueStride] < 2^bits; words has room for ceil(count * bits / 32) words.
inline void packFields(const std::uint8_t* values, std::size_t valueStride, std::size_t count, int bits,
    std::uint32_t* words, std::size_t stride)
{
    std::uint64_t buffer = 0;
    int filled = 0;
    for (std::size_t i = 0; i < count; ++i) {
        buffer |= static_cast<std::uint64_t>(values[i * valueStride]) << filled;
        filled += bits;
        if (filled >= 32) {
            *words = static_cast<std::uint32_t>(buffer);
            words += stride;
            buffer >>= 32;
            filled -= 32;
        }
    }
    if (filled > 0)
        *words = static_cast<std::uint32_t>(buffer);
}

/// Two codes of 4 bits a byte, the first in the low half.
inline std::vector<std::uint8_t> nibbles(const std::vector<std::uint8_t>& codes)
{
    std::vector<std::uint8_t> bytes(codes.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(codes[2 * i] | (codes[2 * i + 1] << 4));
    return bytes;
}

} // namespace kerf::core
