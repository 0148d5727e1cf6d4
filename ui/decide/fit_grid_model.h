// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include <QAbstractTableModel>
#include <QStyledItemDelegate>

#include "core/decide/fit_grid.h"

namespace kerf::ui {

/// What fits by context (columns) and batch (rows, the largest first), with predicted tokens a second.
class FitGridModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { VerdictRole = Qt::UserRole, IsAskedRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setGrid(core::FitGrid grid, const core::Use& asked);
    core::Use useAt(const QModelIndex& at) const;
    QModelIndex asked() const; ///< the cell that is asked
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& at, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::size_t batchOf(int row) const { return m_grid.batches.size() - 1 - static_cast<std::size_t>(row); }

    core::FitGrid m_grid;
    core::Use m_asked;
};

/// Blue: fits; outlined: tight; hatched: only so many sequences, or none. The cell that is asked has a frame.
class FitCellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace kerf::ui
