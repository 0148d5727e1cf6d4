// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include <QColor>

namespace kerf::test {

using Triple = std::array<double, 3>;
using Vision = std::array<Triple, 3>; ///< what linear red, green and blue become

/// Seeing all colours, and the three kinds of colour blindness (Machado, Oliveira, Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency", 2009, severity 1).
constexpr std::array<Vision, 4> kVisions { { { { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
    { { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } } },
    { { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } } },
    { { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } } } } };

inline Triple linear(const QColor& color)
{
    const auto of = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return { of(color.red() / 255.0), of(color.green() / 255.0), of(color.blue() / 255.0) };
}

/// WCAG 2.1, 1.4.3: 4.5 is asked of text, 3 of what is drawn.
inline double contrast(const QColor& one, const QColor& two)
{
    const auto luminance = [](const QColor& color) {
        const Triple c = linear(color);
        return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    };
    const double a = luminance(one), b = luminance(two);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

/// A colour over another that is not seen through.
inline QColor over(const QColor& front, const QColor& back)
{
    const auto mixed = [&](int f, int b) { return static_cast<int>(std::lround(b + front.alphaF() * (f - b))); };
    return { mixed(front.red(), back.red()), mixed(front.green(), back.green()), mixed(front.blue(), back.blue()) };
}

/// CIE 1976 L*a*b*, white D65.
inline Triple lab(const QColor& color, const Vision& vision)
{
    const Triple seen = linear(color);
    Triple c {};
    for (std::size_t i = 0; i < 3; ++i)
        c[i] = std::clamp(vision[i][0] * seen[0] + vision[i][1] * seen[1] + vision[i][2] * seen[2], 0.0, 1.0);
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.95047);
    const double y = f(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]);
    const double z = f((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.08883);
    return { 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

/// The least of the distances with which people of all visions see two colours.
inline double leastDistance(const QColor& one, const QColor& two)
{
    double least = 1e9;
    for (const Vision& vision : kVisions) {
        const Triple a = lab(one, vision), b = lab(two, vision);
        least = std::min(least, std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
    return least;
}

} // namespace kerf::test
