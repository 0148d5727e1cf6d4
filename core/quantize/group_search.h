// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/format/format.h"

namespace kerf::core {

/// Σ h (Q(w) - w)² of one group rounded under these parameters, h the importance of each column.
double gridError(
    const Format& format, std::span<const float> values, std::span<const float> importance, float scale, float zero);

/// Searches scale and zero of one group after the other for the least gridError: never above Format::chooseParams.
/// Not thread-safe; meant to be reused, because it keeps its buffers.
class GroupSearch {
public:
    GroupSearch(const Format& format, std::int64_t groupSize);
    void run(std::span<const float> values, std::span<const float> importance, float& scale, float& zero);

private:
    double errorOf(float scale, float zero);
    void round(float scale, float zero);
    /// Keeps these parameters when they are the best so far.
    void consider(float scale, float zero);
    /// Considers these parameters, and those that fit the codes chosen under them best by least squares.
    void considerRefitted(float scale, float zero);
    void fitOffset(const double (&sums)[5], float triedZero);
    void shrinkSymmetric();
    void shrinkBothEnds();
    void polish();

    const Format& m_format;
    std::vector<float> m_scales, m_zeros, m_rounded;
    std::vector<std::uint8_t> m_codes;
    std::vector<float> m_values, m_importance; // padded with zero importance to whole vectors
    std::size_t m_count;
    float m_maxCode;
    float m_centre; // the zero point of symmetric integers, which is not stored
    float m_low = 0, m_high = 0; // range of the values, 0 included
    float m_firstScale = 0, m_firstZero = 0;
    float m_scale = 0, m_zero = 0;
    double m_error = 0;
};

} // namespace kerf::core
