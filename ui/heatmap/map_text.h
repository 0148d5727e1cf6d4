// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QPoint>
#include <QString>
#include <QStringList>

namespace kerf::ui {

class HeatmapModel;

/// What the map says in words and tables; cells are points, x the column and y the row.

/// The names of the rows as they stand before the cells; one that opens has room for its arrow.
QStringList mapRowNames(const HeatmapModel& model);
/// All that is known of a cell's layer, as rich text; of several layers their formats and the mean of the measure.
QString mapCellCard(const HeatmapModel& model, const QPoint& cell);
/// What a block or a role adds up to, with its share of all.
QString mapBlockText(const HeatmapModel& model, int column);
QString mapRoleText(const HeatmapModel& model, int row);
/// The layers with all that the map shows of them, first row the heads; no layers: all. Numbers in the C locale.
QList<QStringList> mapTable(const HeatmapModel& model, const std::vector<int>& layers);

} // namespace kerf::ui
