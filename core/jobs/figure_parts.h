// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kerf::core {

/// What the pictures of core/jobs/*_svg.cpp have in common.

/// A number on an axis, in the fewest digits that tell it.
std::string tickText(double value);

/// One axis: data to pixels, and ticks at round numbers, or at powers of ten.
class FigureAxis {
public:
    /// @param low @param high what it must reach over; of a logarithmic axis above 0
    /// @param first @param last pixels of its ends
    FigureAxis(double low, double high, bool logarithmic, double first, double last);

    /// Values that a logarithm cannot take stand on the axis.
    double pixel(double value) const;
    const std::vector<double>& ticks() const { return m_ticks; }

private:
    bool m_logarithmic;
    double m_first, m_last;
    double m_low = 0, m_high = 1;
    std::vector<double> m_ticks;
};

/// Colours and outlines around (0, 0) that are told apart under every colour blindness; the window draws runs in the
/// same colours on white. They repeat after kSeriesStyles.
inline constexpr std::size_t kSeriesStyles = 8;
const char* seriesColour(std::size_t series);
const char* seriesMarker(std::size_t series);

} // namespace kerf::core
