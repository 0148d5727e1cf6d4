// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

class QDialog;
class QVBoxLayout;
class QWidget;

namespace kerf::ui {

/// No dialog needs more width than this, in pixels, whatever the font: it fits beside a panel on 1024 × 640.
inline constexpr int kWidestDialog = 940;

/// So many characters of the widget's font, but no more than kWidestDialog.
int charactersWide(const QWidget* widget, int characters);

/// The layout for what a dialog asks: it scrolls where a small screen or a large font leaves no room, while the buttons
/// below it stay in view. `outer` is the dialog's own layout.
QVBoxLayout* scrollingBody(QDialog* dialog, QVBoxLayout* outer);

/// As large as the content wants, so many characters wide, and no larger than the screen.
void fitToScreen(QDialog* dialog, int characters);

} // namespace kerf::ui
