// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/layers/layers_panel.h"

#include <QAction>
#include <QHeaderView>
#include <QItemSelection>
#include <QScopedValueRollback>
#include <QTreeView>
#include <QVBoxLayout>

#include "ui/filter_bar.h"
#include "ui/layers/layer_filter_proxy.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/selection.h"

namespace kerf::ui {

LayersPanel::LayersPanel(LayerTreeModel* model, Selection* selection, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_selection(selection)
    , m_proxy(new LayerFilterProxy(this))
    , m_view(new QTreeView(this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_proxy->setSourceModel(model);
    m_view->setObjectName(QStringLiteral("layerTree"));
    m_view->setAccessibleName(tr("Layers"));
    m_view->setModel(m_proxy);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setUniformRowHeights(true);
    m_view->setIndentation(fontMetrics().averageCharWidth() * 2);
    m_view->setAllColumnsShowFocus(true);
    m_view->setTextElideMode(Qt::ElideLeft); // the end of a name tells layers apart
    QHeaderView* header = m_view->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(LayerTreeModel::NameColumn, QHeaderView::Stretch);
    header->setMinimumSectionSize(5 * fontMetrics().averageCharWidth());
    // The narrow panel shows what a plan is; what a layer costs is one click away, and in the map's hover card.
    header->hideSection(LayerTreeModel::KldColumn);
    auto* showKld = new QAction(tr("Show Predicted KLD"), this);
    showKld->setCheckable(true);
    connect(showKld, &QAction::toggled, header,
        [header](bool on) { header->setSectionHidden(LayerTreeModel::KldColumn, !on); });
    header->setContextMenuPolicy(Qt::ActionsContextMenu);
    header->addAction(showKld);

    auto* filter = new FilterBar(tr("Filter layers"), this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(filter);
    layout->addWidget(m_view);

    connect(filter, &FilterBar::filterChanged, this, [this](const QRegularExpression& text) {
        m_proxy->setFilter(text);
        if (!text.pattern().isEmpty())
            m_view->expandAll();
        showSelection();
        emit countChanged();
    });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_view->expandToDepth(1);
        emit countChanged();
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LayersPanel::takeSelection);
    connect(m_selection, &Selection::layersChanged, this, &LayersPanel::showSelection);
}

QString LayersPanel::countText() const
{
    return tr("%1 of %2").arg(m_proxy->shownLayers()).arg(m_proxy->totalLayers());
}

void LayersPanel::selectShown()
{
    std::vector<int> layers;
    const std::function<void(const QModelIndex&)> collect = [&](const QModelIndex& parent) {
        for (int row = 0; row < m_proxy->rowCount(parent); ++row) {
            const QModelIndex at = m_proxy->index(row, 0, parent);
            if (const int layer = at.data(LayerTreeModel::LayerRole).toInt(); layer >= 0)
                layers.push_back(layer);
            collect(at);
        }
    };
    collect({});
    const int current = layers.empty() ? -1 : layers.front();
    m_selection->setLayers(std::move(layers), current);
}

void LayersPanel::showSelection()
{
    if (m_updating)
        return;
    const QScopedValueRollback guard(m_updating, true);
    QItemSelection shown;
    QModelIndex current;
    for (const int layer : m_selection->layers()) {
        const QModelIndex at = m_proxy->mapFromSource(m_model->indexOfLayer(layer));
        if (!at.isValid())
            continue;
        shown.select(at, at);
        if (layer == m_selection->currentLayer())
            current = at;
    }
    QItemSelectionModel* selection = m_view->selectionModel();
    if (current.isValid())
        selection->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
    selection->select(shown, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (current.isValid())
        m_view->scrollTo(current);
}

void LayersPanel::takeSelection()
{
    if (m_updating)
        return;
    const QScopedValueRollback guard(m_updating, true);
    // A selected block stands for all its layers.
    std::vector<int> layers;
    const std::function<void(const QModelIndex&)> collect = [&](const QModelIndex& at) {
        if (const int layer = at.data(LayerTreeModel::LayerRole).toInt(); layer >= 0)
            layers.push_back(layer);
        for (int row = 0; row < m_proxy->rowCount(at); ++row)
            collect(m_proxy->index(row, 0, at));
    };
    for (const QModelIndex& at : m_view->selectionModel()->selectedRows())
        collect(at);
    const int current = m_view->currentIndex().siblingAtColumn(0).data(LayerTreeModel::LayerRole).toInt();
    const int focus = current >= 0 || layers.empty() ? current : layers.front();
    m_selection->setLayers(std::move(layers), layers.empty() ? -1 : focus);
}

} // namespace kerf::ui
