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

const DivergenceText& HeatmapModel::divergence() const
{
    return m_document->divergence();
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
    m_layers.clear();
    m_blocks = 0;
    const std::vector<core::LayerInfo> none;
    const auto& layers = network() ? network()->layers() : none;
    m_rows.reset(layers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        m_blocks = std::max(m_blocks, layers[i].block + 1);
        Cell& cell = m_layers.emplace_back();
        cell.layer = static_cast<int>(i);
        fillFormat(cell, m_document->plan().layers[i]);
        takeLock(cell);
    }
    m_reference.reset();
    arrange();
    recomputeAll();
    endResetModel();
    takeProblems();
}

void HeatmapModel::updateLayers(const std::vector<int>& layers)
{
    QPoint low(m_blocks, rowCount()), high(-1, -1);
    for (const int layer : layers) {
        Cell& target = m_layers[static_cast<std::size_t>(layer)];
        fillFormat(target, m_document->plan().layers[static_cast<std::size_t>(layer)]);
        takeLock(target);
        target.value = valueOf(layer);
        fillColor(target);
        const QPoint at = position(layer);
        low = QPoint(std::min(low.x(), at.x()), std::min({ low.y(), at.y(), m_rows.roleRowOf(layer) }));
        high = QPoint(std::max(high.x(), at.x()), std::max(high.y(), at.y()));
    }
    computeShares();
    if (m_measure == HeatmapMeasure::Difference || (m_measure == HeatmapMeasure::PredictedKld && !m_scale.allFormats))
        return recomputeShown(); // the scale follows the plan
    fillGroups();
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
    m_problems.assign(m_layers.size(), {});
    bool changed = false;
    for (Cell& each : m_layers) {
        const auto layer = static_cast<std::size_t>(each.layer);
        if (const auto found = rules.find(network()->layers()[layer].name); found != rules.end())
            m_problems[layer] = found->second;
        changed |= m_problems[layer].isEmpty() == each.problem;
        each.problem = !m_problems[layer].isEmpty();
    }
    if (!changed)
        return;
    fillGroups();
    tellAll();
}

QStringList HeatmapModel::problemsOf(int layer) const
{
    return m_problems[static_cast<std::size_t>(layer)];
}

void HeatmapModel::tellAll()
{
    if (!m_layers.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int HeatmapModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows.size();
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
    return section < m_rows.size() ? QVariant(m_rows.at(section).name) : QVariant();
}

QString HeatmapModel::measureText() const
{
    switch (m_measure) {
    case HeatmapMeasure::RelativeError:
        return tr("relative output error at %1").arg(m_probeFormat);
    case HeatmapMeasure::PredictedKld:
        return tr("cost in this plan: predicted %1").arg(divergence().within());
    case HeatmapMeasure::SwapIn:
        return tr("measured %1 of this layer alone at %2").arg(divergence().within(), m_probeFormat);
    case HeatmapMeasure::Difference:
        return tr("bits per weight against %1").arg(m_referenceName);
    case HeatmapMeasure::HessianTrace:
        return tr("Hessian trace");
    case HeatmapMeasure::Coverage:
        return tr("calibration tokens that came to the layer");
    case HeatmapMeasure::Format:
        return tr("format in the plan");
    }
    return {};
}

std::vector<std::pair<QString, QColor>> HeatmapModel::formatColors() const
{
    std::map<std::pair<double, QString>, QColor> byBits;
    for (const Cell& each : m_layers)
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
        return tr("Block %1 has no %2").arg(column).arg(m_rows.at(row).name);
    if (each.layers > 1)
        return describeGroup(row, column);
    QString place = tr("Block %1, %2: %3").arg(column).arg(m_rows.at(row).name, each.format);
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
