// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/heatmap_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <unordered_map>

#include <QLocale>

#include "core/format/layer_format.h"
#include "ui/heatmap/format_mark.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

/// The last part of a module path, or the last two where one would name two roles of a block (attn.c_proj, mlp.c_proj).
QString roleName(const std::string& layer, int parts)
{
    std::size_t at = layer.size();
    for (int i = 0; i < parts && at != std::string::npos && at != 0; ++i)
        at = layer.rfind('.', at - 1);
    return toQt(at == std::string::npos ? layer : layer.substr(at + 1));
}

/// Rows in the order in which roles first appear; a block that has a role twice (experts) gets a row for each.
struct Rows {
    QStringList names;
    std::vector<int> rowOfLayer;
};
Rows arrangeRows(const std::vector<core::LayerInfo>& layers)
{
    std::map<std::pair<std::string, int>, int> rowOf;
    std::map<std::pair<int, std::string>, int> seen;
    std::vector<const core::LayerInfo*> first;
    Rows rows;
    for (const core::LayerInfo& layer : layers) {
        const int copy = seen[{ layer.block, layer.role }]++;
        const auto [it, isNew] = rowOf.try_emplace({ layer.role, copy }, static_cast<int>(first.size()));
        if (isNew)
            first.push_back(&layer);
        rows.rowOfLayer.push_back(it->second);
    }
    std::map<QString, int> uses;
    for (const core::LayerInfo* layer : first)
        ++uses[roleName(layer->name, 1)];
    for (const core::LayerInfo* layer : first) {
        const QString shortName = roleName(layer->name, 1);
        rows.names << (uses[shortName] > 1 ? roleName(layer->name, 2) : shortName);
    }
    return rows;
}

} // namespace

HeatmapModel::HeatmapModel(PlanDocument* document, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
{
    connect(document, &PlanDocument::planReset, this, &HeatmapModel::startOver);
    connect(document, &PlanDocument::profileChanged, this, &HeatmapModel::takeProfile);
    connect(document, &PlanDocument::layersChanged, this, &HeatmapModel::updateLayers);
    connect(document, &PlanDocument::estimateChanged, this, &HeatmapModel::takeProblems);
    startOver();
}

const core::Network* HeatmapModel::network() const
{
    return m_document->network();
}

const core::Profile* HeatmapModel::profile() const
{
    return m_document->profile();
}

const core::LayerProfile* HeatmapModel::layerProfile(int layer) const
{
    return m_document->layerProfile(layer);
}

void HeatmapModel::startOver()
{
    beginResetModel();
    m_cells.clear();
    m_positions.clear();
    m_roles.clear();
    m_blocks = 0;
    if (network()) {
        const auto& layers = network()->layers();
        const Rows rows = arrangeRows(layers);
        m_roles = rows.names;
        for (const core::LayerInfo& layer : layers)
            m_blocks = std::max(m_blocks, layer.block + 1);
        m_cells.resize(static_cast<std::size_t>(m_roles.size()) * static_cast<std::size_t>(m_blocks));
        for (std::size_t i = 0; i < layers.size(); ++i) {
            m_positions.emplace_back(layers[i].block, rows.rowOfLayer[i]);
            Cell& cell = m_cells[offset(rows.rowOfLayer[i], layers[i].block)];
            cell.layer = static_cast<int>(i);
            fillFormat(cell, m_document->plan().layers[i]);
            takeLock(cell);
        }
    }
    m_reference.reset();
    recomputeAll();
    endResetModel();
    takeProblems();
}

void HeatmapModel::updateLayers(const std::vector<int>& layers)
{
    QPoint low(m_blocks, rowCount()), high(-1, -1);
    for (const int layer : layers) {
        const QPoint at = position(layer);
        Cell& target = m_cells[offset(at.y(), at.x())];
        fillFormat(target, m_document->plan().layers[static_cast<std::size_t>(layer)]);
        takeLock(target);
        target.value = valueOf(layer);
        fillColor(target);
        low = QPoint(std::min(low.x(), at.x()), std::min(low.y(), at.y()));
        high = QPoint(std::max(high.x(), at.x()), std::max(high.y(), at.y()));
    }
    computeShares();
    if (m_measure == HeatmapMeasure::Difference || (m_measure == HeatmapMeasure::PredictedKld && !m_scale.allFormats))
        return recomputeShown(); // the scale follows the plan
    emit dataChanged(index(low.y(), low.x()), index(high.y(), high.x()));
}

void HeatmapModel::takeProfile()
{
    if (const core::Profile* known = profile()) {
        const auto& formats = known->formats;
        if (!formats.empty() && std::find(formats.begin(), formats.end(), m_probeFormat.toStdString()) == formats.end())
            m_probeFormat = toQt(formats.front());
    }
    recomputeAll();
    tellAll();
}

void HeatmapModel::setMeasure(HeatmapMeasure measure, const QString& probeFormat)
{
    if (measure != m_measure)
        m_scale = usualScale(measure);
    m_measure = measure;
    if (!probeFormat.isEmpty())
        m_probeFormat = probeFormat;
    recomputeShown();
}

void HeatmapModel::setScale(const MapScale& scale)
{
    m_scale = scale;
    recomputeShown();
}

void HeatmapModel::setReference(std::shared_ptr<const core::Plan> plan, const QString& name)
{
    m_reference = std::move(plan);
    m_referenceName = name;
    if (m_measure == HeatmapMeasure::Difference)
        recomputeShown();
}

void HeatmapModel::recomputeShown()
{
    recomputeAll();
    tellAll();
}

void HeatmapModel::takeLock(Cell& target) const
{
    target.locked = m_document->isLocked(target.layer);
}

void HeatmapModel::takeProblems()
{
    std::unordered_map<std::string_view, QStringList> rules;
    for (const core::PlanProblem& problem : m_document->estimate().problems)
        for (const std::string& layer : problem.layers)
            rules[layer] << toQt(problem.message);
    m_problems.assign(m_positions.size(), {});
    bool changed = false;
    for (Cell& each : m_cells) {
        if (each.layer < 0)
            continue;
        const auto layer = static_cast<std::size_t>(each.layer);
        if (const auto found = rules.find(network()->layers()[layer].name); found != rules.end())
            m_problems[layer] = found->second;
        changed |= m_problems[layer].isEmpty() == each.problem;
        each.problem = !m_problems[layer].isEmpty();
    }
    if (changed)
        tellAll();
}

QStringList HeatmapModel::problemsOf(int layer) const
{
    return m_problems[static_cast<std::size_t>(layer)];
}

void HeatmapModel::tellAll()
{
    if (!m_cells.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int HeatmapModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_roles.size());
}

int HeatmapModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_blocks;
}

QVariant HeatmapModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Cell& each = cell(at.row(), at.column());
    switch (role) {
    case Qt::DisplayRole:
        return each.text;
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
        return describe(at.row(), at.column());
    case LayerRole:
        return each.layer;
    case ValueRole:
        return each.value;
    case BitsRole:
        return each.bits;
    case FormatRole:
        return each.format;
    default:
        return {};
    }
}

QVariant HeatmapModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || section < 0)
        return {};
    if (orientation == Qt::Horizontal)
        return section < m_blocks ? QVariant(QLocale().toString(section)) : QVariant();
    return section < m_roles.size() ? QVariant(m_roles[section]) : QVariant();
}

QString HeatmapModel::measureText() const
{
    switch (m_measure) {
    case HeatmapMeasure::RelativeError:
        return tr("relative output error at %1").arg(m_probeFormat);
    case HeatmapMeasure::PredictedKld:
        return tr("cost in this plan: predicted KLD, nats");
    case HeatmapMeasure::SwapIn:
        return tr("measured KLD of this layer alone at %1, nats").arg(m_probeFormat);
    case HeatmapMeasure::Difference:
        return tr("bits per weight against %1").arg(m_referenceName);
    case HeatmapMeasure::HessianTrace:
        return tr("Hessian trace");
    case HeatmapMeasure::Format:
        return tr("format in the plan");
    }
    return {};
}

std::vector<std::pair<QString, QColor>> HeatmapModel::formatColors() const
{
    std::map<std::pair<double, QString>, QColor> byBits;
    for (const Cell& each : m_cells)
        if (each.layer >= 0)
            byBits.emplace(std::pair(std::round(each.bits * 100), each.format), QColor(each.color));
    std::vector<std::pair<QString, QColor>> colors;
    for (const auto& [key, color] : byBits)
        if (std::ranges::find(colors, key.second, &std::pair<QString, QColor>::first) == colors.end())
            colors.emplace_back(key.second, color);
    return colors;
}

QString HeatmapModel::describe(int row, int column) const
{
    const Cell& each = cell(row, column);
    if (each.layer < 0)
        return tr("Block %1 has no %2").arg(column).arg(m_roles[row]);
    QString place = tr("Block %1, %2: %3").arg(column).arg(m_roles[row], each.format);
    if (each.locked)
        place = tr("%1, locked").arg(place);
    if (m_measure == HeatmapMeasure::Difference) {
        const QString difference = differenceText(each.layer);
        return difference.isEmpty() ? tr("%1, unchanged").arg(place) : tr("%1, changed: %2").arg(place, difference);
    }
    if (std::isnan(each.value) && profile() && m_measure == HeatmapMeasure::PredictedKld && !each.method.empty())
        return tr("%1, not predicted for %2").arg(place, toQt(each.method));
    return std::isnan(each.value) ? place : tr("%1, %2 %3").arg(place, measureText(), numberText(each.value));
}

void HeatmapModel::fillFormat(Cell& target, const core::PlanLayer& layer) const
{
    target.format = toQt(layer.format);
    target.method = layer.method;
    if (const auto format = core::parseLayerFormat(layer.format)) {
        target.bits = format->weight->bitsPerWeight(network()->layers()[static_cast<std::size_t>(target.layer)].shape);
        target.text = formatMark(*format);
    }
}

} // namespace kerf::ui
