// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QAbstractTableModel>

#include "core/jobs/flips.h"

namespace kerf::ui {

/// Items whose answer changed, a row each: texts in one line, whole in the tooltip and in what is copied.
class FlipTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { KindColumn, ItemColumn, TextColumn, ExpectedColumn, BeforeColumn, AfterColumn, ColumnCount };
    static constexpr int SortRole = Qt::UserRole; ///< numbers as numbers

    using QAbstractTableModel::QAbstractTableModel;

    /// `before`, `after`: whose answers the last two columns are.
    void setFlips(core::Flips flips, const QString& before, const QString& after);
    const core::Flip& flip(int row) const { return m_flips.flips[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString text(const core::Flip& flip, int column) const;

    core::Flips m_flips;
    QString m_before, m_after;
};

} // namespace kerf::ui
