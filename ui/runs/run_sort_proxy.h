// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QSortFilterProxyModel>

namespace kerf::ui {

/// Sorts runs by what a column measures. Runs that were not measured come last, whichever way is sorted; equal ones
/// stay in the order in which they were started.
class RunSortProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RunSortProxy(QObject* parent = nullptr);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

} // namespace kerf::ui
