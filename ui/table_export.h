// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QList>
#include <QString>
#include <QStringList>

class QTableView;

namespace kerf::ui {

/// Gives a table a context menu that copies it as text with tabs (Ctrl+C too, where the table has the focus) and writes
/// it as CSV, as it is sorted and filtered. `name` is suggested for the file.
void addTableExport(QTableView* view, const QString& name);
/// The table's heads and cells as they are shown.
QList<QStringList> shownTable(const QTableView* view);
/// Rows as lines with tabs between the cells, as spreadsheets paste it.
QString tabbedText(const QList<QStringList>& rows);

} // namespace kerf::ui
