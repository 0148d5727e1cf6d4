// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QRegularExpression>
#include <QSortFilterProxyModel>

namespace kerf::ui {

/// Keeps the jobs whose title, kind, state or result matches; those that ended can be left out.
class JobFilterProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setFilter(const QRegularExpression& filter);
    void showHistory(bool on);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QRegularExpression m_filter;
    bool m_showsHistory = true;
};

} // namespace kerf::ui
