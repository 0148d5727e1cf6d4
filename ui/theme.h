// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QColor>
#include <QPalette>

namespace kerf::ui {

/// The colours that widgets painted by hand use, beyond what QPalette names. One set for light, one for dark.
struct ThemeColors {
    QColor window; ///< behind the panels
    QColor panel; ///< behind text, tables and charts
    QColor line; ///< borders
    QColor text;
    QColor dim; ///< labels and units beside a value
    QColor accent; ///< selection, links, the main button
    QColor accentSoft; ///< background of selected rows
    QColor grid; ///< chart grid, empty part of a bar
    QColor good;
    QColor warning;
    QColor error;
    QColor errorSoft; ///< background of a message that is an error
    bool dark = false;
};

/// The set that goes with a palette, chosen by the lightness of its window colour.
const ThemeColors& themeColors(const QPalette& palette);

/// The window colour of a palette that boxes to tick and round buttons are drawn with: their outline is a darker shade
/// of it, which must be seen on any window.
QColor indicatorColor(const QPalette& palette);

/// Colours of up to eight series that must be told apart in one chart, by their place. Under every colour blindness two
/// of them are at least 19 apart (CIE 1976), and each has a contrast of 3 on a panel. Place 2 is the accent.
QColor seriesColor(int place, const QPalette& palette);

enum class ThemeMode { System, Light, Dark };

/// Gives the whole application the palette and style sheet of a mode. System is what the desktop said when the
/// program started. Widgets learn of it by QEvent::PaletteChange.
void applyTheme(ThemeMode mode);
/// The mode that was saved last, System at first.
ThemeMode savedThemeMode();
void saveThemeMode(ThemeMode mode);

} // namespace kerf::ui
