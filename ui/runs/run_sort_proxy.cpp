// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/run_sort_proxy.h"

#include "ui/runs/run_table_model.h"

namespace kerf::ui {

RunSortProxy::RunSortProxy(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(RunTableModel::SortRole);
    setFilterKeyColumn(RunTableModel::NameColumn);
    setFilterRole(RunTableModel::SearchRole);
}

bool RunSortProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const QVariant a = left.data(sortRole()), b = right.data(sortRole());
    const bool descending = sortOrder() == Qt::DescendingOrder;
    if (a.isValid() != b.isValid())
        return a.isValid() != descending; // the order turns what is said here round
    if (!a.isValid() || a == b)
        return (left.row() < right.row()) != descending;
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace kerf::ui
