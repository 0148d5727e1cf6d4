// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QColor>

namespace kerf::ui {

struct ThemeColors;

/// Background of a token: from the panel's colour at 0 to cividis' yellow at `end` and above, by the square root of its
/// KLD, so that the many small ones can be told apart.
QColor tokenColor(double kld, double end, const ThemeColors& colors);

} // namespace kerf::ui
