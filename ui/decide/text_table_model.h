// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QStringList>

namespace kerf::ui {

/// A table that is filled as a whole: texts, the first columns to the left, the others to the right.
class TextTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    struct Row {
        QStringList cells;
        QString tip {};
        QVariant data {}; ///< Qt::UserRole
        bool isBold = false, isDim = false;
    };
    TextTableModel(QStringList heads, int leftColumns, QObject* parent);

    void setRows(std::vector<Row> rows);
    const std::vector<Row>& rows() const { return m_rows; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    int alignment(int column) const;

    QStringList m_heads;
    int m_leftColumns;
    std::vector<Row> m_rows;
};

} // namespace kerf::ui
