// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/text/token_color.h"

#include <algorithm>
#include <cmath>

#include "ui/heatmap/color_scale.h"
#include "ui/theme.h"

namespace kerf::ui {

QColor tokenColor(double kld, double end, const ThemeColors& colors)
{
    const double share = end > 0 ? std::sqrt(std::clamp(kld / end, 0.0, 1.0)) : 0;
    const QColor strong = cividis(1);
    const auto mixed = [share](int from, int to) { return static_cast<int>(std::lround(from + share * (to - from))); };
    return { mixed(colors.panel.red(), strong.red()), mixed(colors.panel.green(), strong.green()),
        mixed(colors.panel.blue(), strong.blue()) };
}

} // namespace kerf::ui
