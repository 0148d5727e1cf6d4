// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>
#include <QTableView>

class QStandardItemModel;

namespace kerf::ui {

/// The data of a chart as a table, in place of its plot: for reading exact values, and for screen readers. Ctrl+C
/// copies it. Numbers stand in the user's locale, with six digits.
class ChartTable : public QTableView {
    Q_OBJECT
public:
    /// `name` is suggested for a file.
    explicit ChartTable(const QString& name, QWidget* parent = nullptr);

    /// First row the heads, as Chart::table() gives them: numbers in the C locale.
    void setRows(const QList<QStringList>& rows);

private:
    QStandardItemModel* m_model;
    QList<QStringList> m_rows;
};

} // namespace kerf::ui
