// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/heatmap_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <unordered_set>

#include <QLocale>

#include "core/format/layer_format.h"
#include "ui/heatmap/color_scale.h"
#include "ui/heatmap/format_mark.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

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
        }
    }
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
        target.value = valueOf(layer);
        fillColor(target);
        low = QPoint(std::min(low.x(), at.x()), std::min(low.y(), at.y()));
        high = QPoint(std::max(high.x(), at.x()), std::max(high.y(), at.y()));
    }
    computeShares();
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
    m_measure = measure;
    if (!probeFormat.isEmpty())
        m_probeFormat = probeFormat;
    recomputeAll();
    tellAll();
}

void HeatmapModel::takeProblems()
{
    std::unordered_set<std::string_view> names;
    for (const core::PlanProblem& problem : m_document->estimate().problems)
        names.insert(problem.layers.begin(), problem.layers.end());
    bool changed = false;
    for (Cell& each : m_cells) {
        const bool now
            = each.layer >= 0 && names.contains(network()->layers()[static_cast<std::size_t>(each.layer)].name);
        changed |= now != each.problem;
        each.problem = now;
    }
    if (changed)
        tellAll();
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
        return tr("predicted KLD at the chosen format, nats");
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
    const QString place = tr("Block %1, %2: %3").arg(column).arg(m_roles[row], each.format);
    if (std::isnan(each.value) && profile() && m_measure == HeatmapMeasure::PredictedKld && !each.method.empty())
        return tr("%1, not predicted for %2").arg(place, toQt(each.method));
    return std::isnan(each.value) ? place : tr("%1, %2 %3").arg(place, measureText(), numberText(each.value));
}

double HeatmapModel::valueOf(int layer) const
{
    const core::LayerProfile* profiled = layerProfile(layer);
    if (!profiled || m_measure == HeatmapMeasure::Format)
        return kUnknown;
    if (m_measure == HeatmapMeasure::HessianTrace)
        return profiled->hessianTrace;
    if (m_measure == HeatmapMeasure::RelativeError) {
        const auto error = profiled->relativeError.find(m_probeFormat.toStdString());
        return error == profiled->relativeError.end() ? kUnknown : error->second;
    }
    const auto predicted = core::predictRow(
        *profile(), *profiled, m_document->plan().layers[static_cast<std::size_t>(layer)], m_document->plan());
    return predicted ? predicted->kld : kUnknown;
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

void HeatmapModel::fillColor(Cell& target) const
{
    QColor color;
    if (m_measure == HeatmapMeasure::Format) {
        color = formatColor(target.format.toStdString());
    } else if (!std::isnan(target.value)) {
        const double span = std::log(m_maximum) - std::log(m_minimum);
        const double position
            = target.value <= m_minimum || !(span > 0) ? 0 : (std::log(target.value) - std::log(m_minimum)) / span;
        color = cividis(position);
    } else {
        // Nothing is known yet: the colour repeats the number of bits, from dark (few) to light (16).
        color = QColor::fromHsvF(0.60f, 0.10f, static_cast<float>(0.45 + 0.35 * std::min(target.bits, 16.0) / 16.0));
    }
    target.color = color.rgb();
    target.textColor = textColorOn(color).rgb();
}

void HeatmapModel::computeScale()
{
    m_minimum = std::numeric_limits<double>::infinity();
    m_maximum = 0;
    const auto widen = [this](double value) {
        if (value > 0 && std::isfinite(value)) {
            m_minimum = std::min(m_minimum, value);
            m_maximum = std::max(m_maximum, value);
        }
    };
    // Over all formats for the KLD, not only the chosen ones: colours then keep their meaning while the plan changes.
    for (int i = 0; profile() && i < static_cast<int>(m_positions.size()); ++i) {
        const core::LayerProfile* layer = layerProfile(i);
        if (m_measure != HeatmapMeasure::PredictedKld) {
            widen(valueOf(static_cast<int>(i)));
        } else if (layer) {
            for (const auto& [format, error] : layer->relativeError)
                if (const auto predicted = core::predictFormat(*layer, format))
                    widen(predicted->kld);
        }
    }
    if (!(m_maximum > 0))
        m_minimum = m_maximum = 1;
    if (m_measure == HeatmapMeasure::PredictedKld)
        m_minimum = std::max(m_minimum, m_maximum * 1e-5); // below that a layer does not matter: all one colour
}

void HeatmapModel::computeShares()
{
    m_blockShare.assign(static_cast<std::size_t>(m_blocks), 0);
    m_roleShare.assign(static_cast<std::size_t>(m_roles.size()), 0);
    if (!profile())
        return;
    for (int row = 0; row < rowCount(); ++row) {
        for (int column = 0; column < m_blocks; ++column) {
            const Cell& each = cell(row, column);
            if (each.layer < 0 || !std::isfinite(each.value))
                continue;
            m_blockShare[static_cast<std::size_t>(column)] += each.value;
            m_roleShare[static_cast<std::size_t>(row)] += each.value;
        }
    }
    for (std::vector<double>* shares : { &m_blockShare, &m_roleShare }) {
        double largest = 0; // a profile may come before the plan: then there are no cells
        for (const double share : *shares)
            largest = std::max(largest, share);
        for (double& share : *shares)
            share = largest > 0 ? std::max(0.0, share / largest) : 0.0;
    }
}

void HeatmapModel::recomputeAll()
{
    computeScale();
    for (Cell& each : m_cells) {
        each.value = each.layer >= 0 ? valueOf(each.layer) : kUnknown;
        fillColor(each);
    }
    computeShares();
}

} // namespace kerf::ui
