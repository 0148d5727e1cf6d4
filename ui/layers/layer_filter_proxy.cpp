// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/layers/layer_filter_proxy.h"

#include <functional>

#include "ui/layers/layer_tree_model.h"

namespace kerf::ui {
namespace {

int countLayers(const QAbstractItemModel* model, const QModelIndex& parent)
{
    int count = 0;
    for (int row = 0; model && row < model->rowCount(parent); ++row) {
        const QModelIndex at = model->index(row, 0, parent);
        count += at.data(LayerTreeModel::LayerRole).toInt() >= 0 ? 1 : countLayers(model, at);
    }
    return count;
}

} // namespace

LayerFilterProxy::LayerFilterProxy(QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
    setSortRole(LayerTreeModel::SortRole);
}

void LayerFilterProxy::setFilter(const QRegularExpression& filter)
{
    m_filter = filter;
    invalidateFilter();
}

int LayerFilterProxy::shownLayers() const
{
    return countLayers(this, {});
}

int LayerFilterProxy::totalLayers() const
{
    return countLayers(sourceModel(), {});
}

bool LayerFilterProxy::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    if (m_filter.pattern().isEmpty())
        return true;
    const QString text = sourceModel()->index(row, 0, parent).data(LayerTreeModel::FilterRole).toString();
    return !text.isEmpty() && text.contains(m_filter);
}

} // namespace kerf::ui
