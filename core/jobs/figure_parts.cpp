// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/figure_parts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::array<const char*, kSeriesStyles> kColours { "#5f6672", "#9b5001", "#2f6fdf", "#007449", "#6f2a77",
    "#10a3ad", "#ba8c12", "#890b14" };
constexpr std::array<const char*, kSeriesStyles> kMarkers { "M-3 0A3 3 0 1 0 3 0A3 3 0 1 0 -3 0Z",
    "M0 -4L3.6 2.6H-3.6Z", "M0 -4.2L4.2 0L0 4.2L-4.2 0Z", "M-3 -3H3V3H-3Z", "M0 4L3.6 -2.6H-3.6Z",
    "M-1.2 -4H1.2V-1.2H4V1.2H1.2V4H-1.2V1.2H-4V-1.2H-1.2Z",
    "M-4 -2.6L-2.6 -4L0 -1.4L2.6 -4L4 -2.6L1.4 0L4 2.6L2.6 4L0 1.4L-2.6 4L-4 2.6L-1.4 0Z",
    "M0 -4.4L1.2 -1.4L4.4 -1.2L1.9 .8L2.8 4L0 2.2L-2.8 4L-1.9 .8L-4.4 -1.2L-1.2 -1.4Z" };

} // namespace

std::string tickText(double value)
{
    if (std::abs(value) >= 1e9)
        return fmt::format("{:g} G", value / 1e9);
    if (std::abs(value) >= 1e6)
        return fmt::format("{:g} M", value / 1e6);
    return fmt::format("{:g}", value);
}

FigureAxis::FigureAxis(double low, double high, bool logarithmic, double first, double last)
    : m_logarithmic(logarithmic)
    , m_first(first)
    , m_last(last)
{
    if (logarithmic) {
        m_low = std::floor(std::log10(low) + 1e-9);
        m_high = std::max(m_low + 1, std::ceil(std::log10(high) - 1e-9));
        for (double decade = m_low; decade <= m_high; ++decade)
            m_ticks.push_back(std::pow(10.0, decade));
        return;
    }
    const double span = std::max(high - low, 1e-12 + std::abs(high) * 1e-6);
    const double raw = span / 5;
    const double decade = std::pow(10.0, std::floor(std::log10(raw)));
    const double step = decade * (raw / decade < 1.5 ? 1 : raw / decade < 3.5 ? 2 : raw / decade < 7.5 ? 5 : 10);
    m_low = std::floor(low / step) * step;
    m_high = std::ceil(high / step) * step;
    for (int i = 0; m_low + i * step <= m_high + step / 2; ++i)
        m_ticks.push_back(m_low + i * step);
}

double FigureAxis::pixel(double value) const
{
    const double position = !m_logarithmic ? value : value > 0 ? std::max(m_low, std::log10(value)) : m_low;
    return m_first + (position - m_low) / (m_high - m_low) * (m_last - m_first);
}

const char* seriesColour(std::size_t series)
{
    return kColours[series % kSeriesStyles];
}

const char* seriesMarker(std::size_t series)
{
    return kMarkers[series % kSeriesStyles];
}

} // namespace kerf::core
