// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/layers/layer_tree_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include <QApplication>
#include <QLocale>
#include <QPalette>

#include "core/format/layer_format.h"
#include "core/plan/left_out.h"
#include "ui/plan/plan_document.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// "model.layers.3.self_attn.q_proj", block 3 -> "layers.3" and "self_attn.q_proj".
std::pair<QString, QString> splitName(const QString& name, int block)
{
    const QString number = QStringLiteral(".%1.").arg(block);
    const qsizetype at = name.indexOf(number);
    if (at < 0)
        return { QString(), name };
    const QString group = name.left(at + number.size() - 1);
    const qsizetype dot = group.lastIndexOf(u'.', at - 1);
    return { dot < 0 ? group : group.mid(dot + 1), name.mid(at + number.size()) };
}

} // namespace

LayerTreeModel::LayerTreeModel(PlanDocument* document, QObject* parent)
    : QAbstractItemModel(parent)
    , m_document(document)
{
    connect(document, &PlanDocument::planReset, this, &LayerTreeModel::startOver);
    connect(document, &PlanDocument::profileChanged, this, &LayerTreeModel::updateAll);
    connect(document, &PlanDocument::layersChanged, this, &LayerTreeModel::updateLayers);
    startOver();
}

void LayerTreeModel::startOver()
{
    beginResetModel();
    m_nodes.clear();
    m_nodeOfLayer.clear();
    if (m_document->network()) {
        addNode(-1, m_rootName.isEmpty() ? tr("model") : m_rootName, -1);
        std::map<int, int> blocks;
        const auto& layers = m_document->network()->layers();
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto [group, rest] = splitName(toQt(layers[i].name), layers[i].block);
            int parent = 0;
            if (!group.isEmpty()) {
                const auto found = blocks.find(layers[i].block);
                parent = found != blocks.end() ? found->second : addNode(0, group, -1);
                blocks.emplace(layers[i].block, parent);
            }
            m_nodeOfLayer.push_back(addNode(parent, rest, static_cast<int>(i)));
            m_nodes.back().fullName = toQt(layers[i].name);
        }
        for (std::size_t i = 0; i < layers.size(); ++i)
            computeLayer(static_cast<int>(i));
        computeSums();
        (void)findLeftOut();
    }
    endResetModel();
}

void LayerTreeModel::setRootName(const QString& name)
{
    m_rootName = name;
    if (m_nodes.empty())
        return;
    m_nodes.front().name = m_nodes.front().fullName = name.isEmpty() ? tr("model") : name;
    emit dataChanged(index(0, NameColumn), index(0, NameColumn));
}

int LayerTreeModel::addNode(int parent, const QString& name, int layer)
{
    const int id = static_cast<int>(m_nodes.size());
    Node added;
    added.parent = parent;
    added.name = name;
    added.fullName = name;
    added.layer = layer;
    if (parent >= 0) {
        std::vector<int>& siblings = m_nodes[static_cast<std::size_t>(parent)].children;
        added.row = static_cast<int>(siblings.size());
        siblings.push_back(id);
    }
    m_nodes.push_back(std::move(added));
    return id;
}

void LayerTreeModel::updateLayers(const std::vector<int>& layers)
{
    for (const int layer : layers)
        computeLayer(layer);
    computeSums();
    std::vector<int> changed = findLeftOut();
    changed.insert(changed.end(), layers.begin(), layers.end());
    tell(changed);
}

void LayerTreeModel::updateAll()
{
    std::vector<int> all(m_nodeOfLayer.size());
    std::iota(all.begin(), all.end(), 0);
    updateLayers(all);
}

/// One range for the layers of a group, one for the groups: views and proxies work on every range they are told of.
void LayerTreeModel::tell(const std::vector<int>& layers)
{
    if (m_nodes.empty())
        return;
    std::map<int, std::pair<int, int>> rows; // of each group: first and last row below it
    for (const int layer : layers) {
        const Node& leaf = m_nodes[static_cast<std::size_t>(m_nodeOfLayer[static_cast<std::size_t>(layer)])];
        const auto [range, isNew] = rows.try_emplace(leaf.parent, leaf.row, leaf.row);
        range->second = { std::min(range->second.first, leaf.row), std::max(range->second.second, leaf.row) };
    }
    for (const auto& [group, range] : rows) {
        const auto& children = m_nodes[static_cast<std::size_t>(group)].children;
        const auto at = [&](int row, int column) {
            return createIndex(row, column, static_cast<quintptr>(children[static_cast<std::size_t>(row)]));
        };
        emit dataChanged(at(range.first, FormatColumn), at(range.second, ColumnCount - 1));
    }
    const QModelIndex root = index(0, FormatColumn);
    emit dataChanged(root, root.siblingAtColumn(ColumnCount - 1));
    const QModelIndex top = index(0, 0);
    if (const int groups = rowCount(top); groups > 0)
        emit dataChanged(index(0, FormatColumn, top), index(groups - 1, ColumnCount - 1, top));
}

std::set<QString> LayerTreeModel::formats() const
{
    std::set<QString> names;
    for (const int id : m_nodeOfLayer)
        names.insert(m_nodes[static_cast<std::size_t>(id)].format);
    if (const core::Profile* profile = m_document->profile())
        for (const std::string& format : profile->formats)
            names.insert(toQt(format));
    return names;
}

void LayerTreeModel::setReports(const std::vector<core::RunLayerRow>& reports)
{
    std::map<std::string, QStringList> fallbacks;
    for (const core::RunLayerRow& row : reports) {
        for (const core::Fallback& fallback : row.report.fallbacks)
            fallbacks[row.report.layer] << toQt(fallback.detail.empty() ? fallback.kind : fallback.detail);
    }
    for (const int id : m_nodeOfLayer) {
        Node& leaf = m_nodes[static_cast<std::size_t>(id)];
        const auto found = fallbacks.find(leaf.fullName.toStdString());
        const QStringList now = found == fallbacks.end() ? QStringList() : found->second;
        if (now == leaf.fallbacks)
            continue;
        leaf.fallbacks = now;
        const QModelIndex at = indexOfLayer(leaf.layer);
        emit dataChanged(at, at);
    }
}

void LayerTreeModel::computeLayer(int layer)
{
    const core::PlanLayer& entry = m_document->plan().layers[static_cast<std::size_t>(layer)];
    Node& leaf = m_nodes[static_cast<std::size_t>(m_nodeOfLayer[static_cast<std::size_t>(layer)])];
    leaf.format = toQt(entry.format);
    leaf.kld = std::numeric_limits<double>::quiet_NaN();
    if (const auto format = core::parseWeightFormat(entry.format))
        leaf.bytes = core::layerBytes(
            *m_document->network(), m_document->network()->layers()[static_cast<std::size_t>(layer)], **format);
    const core::LayerProfile* profiled = m_document->layerProfile(layer);
    if (!profiled)
        return;
    if (const auto predicted = core::predictRow(*m_document->profile(), *profiled, entry, m_document->plan()))
        leaf.kld = predicted->kld;
}

std::vector<int> LayerTreeModel::findLeftOut()
{
    std::vector<int> changed;
    const std::string wanted = core::commonestFormat(m_document->plan());
    for (std::size_t i = 0; i < m_document->plan().layers.size(); ++i) {
        Node& leaf = m_nodes[static_cast<std::size_t>(m_nodeOfLayer[i])];
        const auto why
            = core::whyLeftOut(m_document->network()->layers()[i], m_document->plan().layers[i].format, wanted);
        const QString now = why ? toQt(why->text()) : QString();
        if (now == leaf.leftOut)
            continue;
        leaf.leftOut = now;
        changed.push_back(static_cast<int>(i));
    }
    return changed;
}

QString LayerTreeModel::toolTip(const Node& shown) const
{
    QStringList lines { shown.fullName };
    if (!shown.leftOut.isEmpty())
        lines << tr("Stays as it is stored: %1").arg(shown.leftOut);
    if (!shown.fallbacks.isEmpty())
        lines << tr("In the selected run: %1").arg(shown.fallbacks.join(QStringLiteral("; ")));
    return lines.join(u'\n');
}

void LayerTreeModel::computeSums()
{
    // Children come after their parents: one pass from the back adds every node to its parent.
    for (Node& each : m_nodes) {
        if (each.layer < 0) {
            each.bytes = 0;
            each.kld = 0;
        }
    }
    for (std::size_t i = m_nodes.size(); i-- > 1;) {
        Node& up = m_nodes[static_cast<std::size_t>(m_nodes[i].parent)];
        up.bytes += m_nodes[i].bytes;
        up.kld += m_nodes[i].kld;
    }
}

QModelIndex LayerTreeModel::indexOfLayer(int layer) const
{
    const int id = m_nodeOfLayer[static_cast<std::size_t>(layer)];
    return createIndex(m_nodes[static_cast<std::size_t>(id)].row, 0, static_cast<quintptr>(id));
}

QModelIndex LayerTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const int id = parent.isValid() ? node(parent).children[static_cast<std::size_t>(row)] : 0;
    return createIndex(row, column, static_cast<quintptr>(id));
}

QModelIndex LayerTreeModel::parent(const QModelIndex& child) const
{
    if (!child.isValid() || node(child).parent < 0)
        return {};
    const int up = node(child).parent;
    return createIndex(m_nodes[static_cast<std::size_t>(up)].row, 0, static_cast<quintptr>(up));
}

int LayerTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return m_nodes.empty() ? 0 : 1;
    return parent.column() > 0 ? 0 : static_cast<int>(node(parent).children.size());
}

int LayerTreeModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

QVariant LayerTreeModel::display(const Node& shown, int column) const
{
    switch (column) {
    case NameColumn:
        return shown.fallbacks.isEmpty() ? shown.name : shown.name + QStringLiteral("  ⚠");
    case FormatColumn: {
        if (shown.layer >= 0)
            return shown.leftOut.isEmpty() ? shown.format : shown.format + QStringLiteral("  ⚠");
        int layers = 0;
        for (const int child : shown.children)
            layers += std::max<int>(1, static_cast<int>(m_nodes[static_cast<std::size_t>(child)].children.size()));
        return QLocale().toString(layers);
    }
    case SizeColumn:
        return bytesText(shown.bytes);
    default:
        return std::isnan(shown.kld) || !m_document->profile() ? QString() : numberText(shown.kld, 2);
    }
}

QVariant LayerTreeModel::sortValue(const Node& shown, int column) const
{
    switch (column) {
    case NameColumn:
        return shown.row;
    case FormatColumn:
        return shown.format;
    case SizeColumn:
        return static_cast<qlonglong>(shown.bytes);
    default:
        return shown.kld;
    }
}

QVariant LayerTreeModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid))
        return {};
    const Node& shown = node(at);
    switch (role) {
    case Qt::DisplayRole:
        return display(shown, at.column());
    case Qt::TextAlignmentRole:
        return at.column() == NameColumn ? QVariant() : QVariant(int(Qt::AlignRight | Qt::AlignVCenter));
    case Qt::ForegroundRole:
        return at.column() == NameColumn ? QVariant() : QVariant(themeColors(QApplication::palette()).dim);
    case Qt::ToolTipRole:
        return toolTip(shown);
    case LayerRole:
        return shown.layer;
    case SortRole:
        return sortValue(shown, at.column());
    case FilterRole:
        return shown.layer < 0 ? QString() : shown.fullName + u' ' + shown.format;
    case FallbacksRole:
        return shown.fallbacks;
    case NameRole:
        return shown.fullName;
    default:
        return {};
    }
}

QVariant LayerTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section != NameColumn)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    const QString names[] = { tr("Layer"), tr("Format"), tr("Size"), m_document->divergence().head };
    const QString tips[] = { tr("Place of the layer in the model"), tr("Number format that the plan gives it"),
        tr("Bytes in that format, scales and zero points counted"),
        tr("Predicted, what this layer adds; 0 is identical: %1").arg(m_document->divergence().full) };
    if (section < 0 || section >= ColumnCount)
        return {};
    return role == Qt::DisplayRole ? QVariant(names[section])
        : role == Qt::ToolTipRole  ? QVariant(tips[section])
                                   : QVariant();
}

} // namespace kerf::ui
