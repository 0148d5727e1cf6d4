// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/format/level_rounder.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "kernels/multiversion.h"

namespace kerf::core {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// What a loop over items reads.
struct Table {
    const float* sorted;
    const float* thresholds;
    const std::uint8_t* codes;
};

template <int count>
inline void roundItem(const Table& table, float value, float scale, float zero, std::uint8_t& code, float& rounded)
{
    const float quotient = scale == 0.0f ? 0.0f : (value + zero) / scale;
    int at = 0;
    for (int step = count / 2; step > 0; step /= 2)
        at += quotient > table.thresholds[at + step - 1] ? step : 0;
    code = table.codes[at];
    rounded = scale * table.sorted[at] - zero;
}

template <int count>
inline void roundItems(const Table& table, const float* values, const float* scales, const float* zeros,
    std::size_t items, std::uint8_t* codes, float* rounded)
{
    for (std::size_t i = 0; i < items; ++i)
        roundItem<count>(table, values[i], scales[i], zeros ? zeros[i] : 0.0f, codes[i], rounded[i]);
}

KERF_MULTIVERSION void roundFew(const Table& table, const float* values, const float* scales, const float* zeros,
    std::size_t items, std::uint8_t* codes, float* rounded)
{
    roundItems<16>(table, values, scales, zeros, items, codes, rounded);
}

KERF_MULTIVERSION void roundMany(const Table& table, const float* values, const float* scales, const float* zeros,
    std::size_t items, std::uint8_t* codes, float* rounded)
{
    roundItems<256>(table, values, scales, zeros, items, codes, rounded);
}

/// The largest float that is not above the midpoint; the one before it when the midpoint itself belongs above.
float threshold(float below, float above, bool tieGoesUp)
{
    const double middle = (static_cast<double>(below) + static_cast<double>(above)) / 2;
    const auto nearest = static_cast<float>(middle);
    if (static_cast<double>(nearest) > middle || (tieGoesUp && static_cast<double>(nearest) == middle))
        return std::nextafter(nearest, -kInfinity);
    return nearest;
}

} // namespace

LevelRounder::LevelRounder(std::vector<float> levels, Ties ties)
    : m_levels(std::move(levels))
{
    std::vector<std::size_t> order;
    for (std::size_t code = 0; code < m_levels.size(); ++code)
        if (std::isfinite(m_levels[code]))
            order.push_back(code);
    std::stable_sort(
        order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return m_levels[a] < m_levels[b]; });
    order.erase(std::unique(order.begin(), order.end(),
                    [&](std::size_t a, std::size_t b) { return m_levels[a] == m_levels[b]; }),
        order.end());
    const std::size_t size = order.size() <= 16 ? 16 : 256;
    assert(order.size() <= size);
    for (std::size_t k = 0; k < size; ++k) {
        const std::size_t code = order[std::min(k, order.size() - 1)];
        m_sorted.push_back(m_levels[code]);
        m_codes.push_back(static_cast<std::uint8_t>(code));
        const bool isLast = k + 1 >= order.size();
        m_thresholds.push_back(isLast
                ? kInfinity
                : threshold(m_levels[code], m_levels[order[k + 1]], ties == Ties::EvenCode && code % 2 == 1));
    }
}

void LevelRounder::round(std::span<const float> values, std::span<const float> scales, std::span<const float> zeros,
    std::span<std::uint8_t> codes, std::span<float> rounded) const
{
    const Table table { m_sorted.data(), m_thresholds.data(), m_codes.data() };
    const auto run = m_sorted.size() == 16 ? roundFew : roundMany;
    run(table, values.data(), scales.data(), zeros.empty() ? nullptr : zeros.data(), values.size(), codes.data(),
        rounded.data());
}

} // namespace kerf::core
