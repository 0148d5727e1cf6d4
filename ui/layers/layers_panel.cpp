// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/layers/layers_panel.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QEvent>
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
    // Widths follow the formats there are, not the cells: nothing is measured anew, and nothing moves, at an edit.
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(LayerTreeModel::NameColumn, QHeaderView::Stretch);
    header->setMinimumSectionSize(5 * fontMetrics().averageCharWidth());
    // The narrow panel shows what a plan is; what a layer costs is one click away, and in the map's hover card.
    header->hideSection(LayerTreeModel::KldColumn);
    auto* showKld = new QAction(tr("Show Predicted Divergence"), this);
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
        m_filtered = !text.pattern().isEmpty();
        m_proxy->setFilter(text);
        expandGroups();
        showSelection();
        emit countChanged();
    });
    connect(m_proxy, &QAbstractItemModel::rowsInserted, this, &LayersPanel::expandGroups, Qt::QueuedConnection);
    for (const auto& [signal, open] :
        { std::pair(&QTreeView::collapsed, false), std::pair(&QTreeView::expanded, true) })
        connect(m_view, signal, this, [this, open = open](const QModelIndex& at) { keepFolded(at, !open); });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_folded.clear();
        expandGroups();
        fitColumns();
        emit countChanged();
    });
    connect(model, &QAbstractItemModel::dataChanged, this, &LayersPanel::fitColumns);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LayersPanel::takeSelection);
    connect(m_selection, &Selection::layersChanged, this, &LayersPanel::showSelection);
}

/// Groups that the filter took away come back closed: they are opened again, but for those that the user closed.
void LayersPanel::expandGroups()
{
    const QScopedValueRollback guard(m_expanding, true);
    m_view->expandToDepth(1);
    if (m_filtered)
        return;
    for (const QString& name : m_folded)
        for (const QModelIndex& at : m_proxy->match(
                 m_proxy->index(0, 0), LayerTreeModel::NameRole, name, 1, Qt::MatchExactly | Qt::MatchRecursive))
            m_view->collapse(at);
}

void LayersPanel::keepFolded(const QModelIndex& group, bool folded)
{
    if (m_expanding || m_filtered)
        return;
    const QString name = group.data(LayerTreeModel::NameRole).toString();
    if (folded)
        m_folded.insert(name);
    else
        m_folded.remove(name);
}

void LayersPanel::fitColumns()
{
    const std::set<QString> formats = m_model->formats();
    if (formats == m_fitted && font() == m_fittedFont)
        return;
    m_fitted = formats;
    m_fittedFont = font();
    const QFontMetrics metrics(font());
    int widest = 0;
    for (const QString& format : formats)
        widest = std::max(widest, metrics.horizontalAdvance(format));
    const int margin = 2 * metrics.averageCharWidth() + 4;
    const int most = 24 * metrics.averageCharWidth(); // the name keeps room beside "int8-channel+a8-token"
    m_view->header()->resizeSection(LayerTreeModel::FormatColumn, std::min(widest, most) + margin);
    m_view->header()->resizeSection(
        LayerTreeModel::SizeColumn, metrics.horizontalAdvance(QStringLiteral("88.8 MB")) + margin);
    m_view->header()->resizeSection(
        LayerTreeModel::KldColumn, metrics.horizontalAdvance(QStringLiteral("0.000088")) + margin);
}

/// Names come first: where they would be cut, the sizes give way.
void LayersPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_view->header()->setSectionHidden(LayerTreeModel::SizeColumn, width() < 44 * fontMetrics().averageCharWidth());
}

void LayersPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fitColumns();
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
    const int focus = layers.empty() ? -1 : current >= 0 ? current : layers.front();
    m_selection->setLayers(std::move(layers), focus);
}

} // namespace kerf::ui
