// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QRegularExpression>
#include <QSortFilterProxyModel>

namespace kerf::ui {

/// Keeps the layers whose name or format matches, with the groups above them.
class LayerFilterProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit LayerFilterProxy(QObject* parent = nullptr);

    void setFilter(const QRegularExpression& filter);
    int shownLayers() const;
    int totalLayers() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QRegularExpression m_filter;
};

} // namespace kerf::ui
