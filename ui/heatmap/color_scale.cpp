// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/color_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kerf::ui {
namespace {

/// Nine colours of cividis, evenly spaced; linear between them.
constexpr std::array<std::array<int, 3>, 9> kAnchors { { { 0, 32, 77 }, { 16, 52, 108 }, { 61, 79, 107 },
    { 93, 104, 111 }, { 124, 123, 120 }, { 153, 146, 117 }, { 187, 171, 104 }, { 222, 198, 84 }, { 253, 231, 55 } } };

std::array<QColor, 256> makeTable()
{
    std::array<QColor, 256> table;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const double at = static_cast<double>(i) / 255.0 * (kAnchors.size() - 1);
        const auto low = std::min(static_cast<std::size_t>(at), kAnchors.size() - 2);
        const double part = at - static_cast<double>(low);
        const auto channel = [&](std::size_t c) {
            return static_cast<int>(std::lround(kAnchors[low][c] + part * (kAnchors[low + 1][c] - kAnchors[low][c])));
        };
        table[i] = QColor(channel(0), channel(1), channel(2));
    }
    return table;
}

double luminance(const QColor& color)
{
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

QColor cividis(double position)
{
    static const std::array<QColor, 256> table = makeTable();
    const double clamped = std::isnan(position) ? 0.0 : std::clamp(position, 0.0, 1.0);
    return table[static_cast<std::size_t>(std::lround(clamped * 255))];
}

QColor orangePurple(double position)
{
    constexpr std::array<std::array<int, 3>, 5> anchors { { { 230, 97, 1 }, { 253, 184, 99 }, { 240, 240, 240 },
        { 178, 171, 210 }, { 94, 60, 153 } } };
    const double at = (std::isnan(position) ? 0.0 : std::clamp(position, -1.0, 1.0)) * 2 + 2;
    const auto low = std::min(static_cast<std::size_t>(at), anchors.size() - 2);
    const double part = at - static_cast<double>(low);
    const auto channel = [&](std::size_t c) {
        return static_cast<int>(std::lround(anchors[low][c] + part * (anchors[low + 1][c] - anchors[low][c])));
    };
    return QColor(channel(0), channel(1), channel(2));
}

QColor textColorOn(const QColor& background)
{
    // Equal contrast with black and white is at luminance sqrt(1.05 * 0.05) - 0.05.
    return luminance(background) > 0.179 ? QColor(Qt::black) : QColor(Qt::white);
}

} // namespace kerf::ui
