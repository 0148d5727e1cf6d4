// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>
#include <QStringList>

namespace kerf::ui {

class ByteView;

/// The same bytes as a table: name, before, after, share of what is left.
class ByteTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NameColumn, BeforeColumn, AfterColumn, ShareColumn, ColumnCount };

    explicit ByteTableModel(const ByteView* view, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Raw numbers, first row the heads.
    QList<QStringList> rows() const;

private:
    const ByteView* m_view;
};

} // namespace kerf::ui
