// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

class QFont;
class QPalette;

namespace kerf::ui {

class HeatmapModel;

/// Writes the whole map, whatever of it is in view, by the file's ending: .png, .svg, .pdf, or .csv with a row a layer.
/// Returns what went wrong, or nothing.
QString saveMap(const QString& file, const HeatmapModel& model, const QFont& font, const QPalette& palette);

} // namespace kerf::ui
