// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>
#include <QString>
#include <qcustomplot.h>

namespace kerf::ui {

/// How the runs of a comparison are told apart everywhere: a letter, a marker, a dash and a colour each, by their place
/// in the comparison (0 … kMostCompared - 1).
QString runLetter(int place); ///< "A"
QColor runColor(int place, const QPalette& palette); ///< seriesColor()
QCPScatterStyle runMarker(int place, const QPalette& palette, double size);
Qt::PenStyle runDash(int place);
/// The marker as a picture for tables and lists, as large as a line of text.
QIcon runIcon(int place, const QPalette& palette, int size);

} // namespace kerf::ui
