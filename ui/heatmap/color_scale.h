// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QColor>

namespace kerf::ui {

/// Cividis (Nuñez, Anderton, Renslow, PLOS ONE 2018): a scale whose lightness rises evenly and that people with and
/// without red-green colour blindness see alike.
QColor cividis(double position); ///< 0 = dark blue … 1 = yellow; clamped

/// Orange (less) over light grey (the same) to purple (more): ColorBrewer's PuOr, which people with red-green colour
/// blindness tell apart (Brewer, colorbrewer2.org). -1 … 1, clamped.
QColor orangePurple(double position);

/// Black or white, whichever reads better on a background (WCAG 2 contrast).
QColor textColorOn(const QColor& background);

} // namespace kerf::ui
