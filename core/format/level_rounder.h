// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kerf::core {

/// Rounds scaled values to the nearest of a table of levels: the code books of FP8, FP4, NF4, IQ4 and the integers of
/// ggml's blocks.
class LevelRounder {
public:
    /// What a value exactly between two levels becomes.
    enum class Ties {
        EvenCode, ///< the even code: round half to even for floats, whose even codes are even mantissas
        Lower, ///< the lower level
    };

    /// At most 256 levels, by code; NaN and infinity are never chosen, of equal levels the first.
    LevelRounder(std::vector<float> levels, Ties ties);

    std::span<const float> levels() const { return m_levels; }
    float largest() const { return m_sorted.back(); }
    float smallest() const { return m_sorted.front(); }
    /// codes[i] = code of the level nearest to (values[i] + zeros[i]) / scales[i]; rounded[i] = scale * level - zero.
    /// A scale of 0 counts as a quotient of 0. zeros may be empty.
    void round(std::span<const float> values, std::span<const float> scales, std::span<const float> zeros,
        std::span<std::uint8_t> codes, std::span<float> rounded) const;

private:
    std::vector<float> m_levels; // by code
    std::vector<float> m_sorted; // rising, 16 or 256 of them, the last repeated
    std::vector<float> m_thresholds; // quotients above threshold k belong to sorted level k + 1 or later
    std::vector<std::uint8_t> m_codes; // of the sorted levels
};

} // namespace kerf::core
