// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The measures of the map: values, their scale and colours, and their sums.

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/format/layer_format.h"
#include "ui/heatmap/color_scale.h"
#include "ui/heatmap/format_mark.h"
#include "ui/heatmap/heatmap_model.h"
#include "ui/plan/plan_document.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeastShare = 1e-5; ///< of the largest divergence; what adds less does not matter: all one colour

double bitsOf(const std::string& name, const core::LayerShape& shape)
{
    const auto format = core::parseWeightFormat(name);
    return format ? (*format)->bitsPerWeight(shape) : kUnknown;
}

} // namespace

MapScale usualScale(HeatmapMeasure measure)
{
    return { measure != HeatmapMeasure::Difference, measure == HeatmapMeasure::PredictedKld };
}

double HeatmapModel::valueOf(int layer) const
{
    if (m_measure == HeatmapMeasure::Difference)
        return differenceOf(layer);
    const core::LayerProfile* profiled = layerProfile(layer);
    if (!profiled)
        return kUnknown;
    switch (m_measure) {
    case HeatmapMeasure::HessianTrace:
        return profiled->hessianTrace;
    case HeatmapMeasure::Coverage:
        return profiled->passed > 0 ? static_cast<double>(profiled->tokens) : kUnknown;
    case HeatmapMeasure::RelativeError: {
        const auto error = profiled->relativeError.find(m_probeFormat.toStdString());
        return error == profiled->relativeError.end() ? kUnknown : error->second;
    }
    case HeatmapMeasure::SwapIn: {
        const auto measured = profiled->swapIn.find(m_probeFormat.toStdString());
        return measured == profiled->swapIn.end() ? kUnknown : measured->second.kld;
    }
    case HeatmapMeasure::PredictedKld: {
        const auto predicted = core::predictRow(
            *profile(), *profiled, m_document->plan().layers[static_cast<std::size_t>(layer)], m_document->plan());
        return predicted ? predicted->kld : kUnknown;
    }
    default:
        return kUnknown;
    }
}

double HeatmapModel::differenceOf(int layer) const
{
    const auto at = static_cast<std::size_t>(layer);
    if (!m_reference || at >= m_reference->layers.size())
        return 0;
    const core::LayerShape& shape = network()->layers()[at].shape;
    return bitsOf(m_document->plan().layers[at].format, shape) - bitsOf(m_reference->layers[at].format, shape);
}

QString HeatmapModel::differenceText(int layer) const
{
    const auto at = static_cast<std::size_t>(layer);
    if (!m_reference || at >= m_reference->layers.size())
        return {};
    const core::PlanLayer &before = m_reference->layers[at], &now = m_document->plan().layers[at];
    const auto named = [&](const core::PlanLayer& row) {
        return before.method == now.method ? toQt(row.format) : tr("%1 by %2").arg(toQt(row.format), toQt(row.method));
    };
    return before == now ? QString() : tr("%1 → %2").arg(named(before), named(now));
}

// ---- scale and colours

/// The values over all profiled formats that this measure would have.
void HeatmapModel::widenOverFormats(const core::LayerProfile& layer)
{
    if (m_measure == HeatmapMeasure::SwapIn) {
        for (const auto& [format, measured] : layer.swapIn)
            widen(measured.kld);
        return;
    }
    for (const auto& [format, error] : layer.relativeError) {
        if (m_measure == HeatmapMeasure::RelativeError)
            widen(error);
        else if (const auto predicted = core::predictFormat(layer, format))
            widen(predicted->kld);
    }
}

void HeatmapModel::widen(double value)
{
    if (value > 0 && std::isfinite(value)) {
        m_minimum = std::min(m_minimum, value);
        m_maximum = std::max(m_maximum, value);
    }
}

void HeatmapModel::computeScale()
{
    m_minimum = std::numeric_limits<double>::infinity();
    m_maximum = 0;
    const bool overFormats = m_scale.allFormats && needsProfile() && m_measure != HeatmapMeasure::HessianTrace
        && m_measure != HeatmapMeasure::Coverage;
    for (const Cell& each : m_layers) {
        if (!hasValues())
            break;
        if (!overFormats)
            widen(std::abs(each.value));
        else if (const core::LayerProfile* layer = layerProfile(each.layer))
            widenOverFormats(*layer);
    }
    m_isBlank = !(m_maximum > 0) && m_measure == HeatmapMeasure::SwapIn && hasValues();
    if (!(m_maximum > 0))
        m_minimum = m_maximum = 1;
    if (m_measure == HeatmapMeasure::PredictedKld || m_measure == HeatmapMeasure::SwapIn)
        m_minimum = std::max(m_minimum, m_maximum * kLeastShare);
    if (m_measure == HeatmapMeasure::Difference)
        m_minimum = -m_maximum;
    else if (!m_scale.logarithmic)
        m_minimum = 0;
}

QColor HeatmapModel::scaleColor(double share) const
{
    return m_measure == HeatmapMeasure::Difference ? orangePurple(2 * share - 1) : cividis(share);
}

void HeatmapModel::fillColor(Cell& target) const
{
    QColor color;
    if (m_measure == HeatmapMeasure::Format && !target.isMixed) {
        color = formatColor(target.format.toStdString());
    } else if (!std::isnan(target.value)) {
        const bool logarithmic = m_scale.logarithmic && m_measure != HeatmapMeasure::Difference;
        const auto along = [&](double value) { return logarithmic ? std::log(value) : value; };
        const double span = along(m_maximum) - along(m_minimum);
        const double position
            = target.value <= m_minimum || !(span > 0) ? 0 : (along(target.value) - along(m_minimum)) / span;
        color = scaleColor(position);
    } else {
        // Nothing is known yet: the colour repeats the number of bits, from dark (few) to light (16).
        color = QColor::fromHsvF(0.60f, 0.10f, static_cast<float>(0.62 + 0.25 * std::min(target.bits, 16.0) / 16.0));
    }
    target.color = color.rgb();
    target.textColor = textColorOn(color).rgb();
}

// ---- sums

void HeatmapModel::computeShares()
{
    m_blockSum.assign(static_cast<std::size_t>(m_blocks), 0);
    m_roleSum.assign(static_cast<std::size_t>(m_rows.size()), 0);
    m_total = 0;
    for (const Cell& each : m_layers) {
        if (!hasValues() || !std::isfinite(each.value))
            continue;
        const QPoint at = position(each.layer);
        const int role = m_rows.roleRowOf(each.layer);
        m_blockSum[static_cast<std::size_t>(at.x())] += each.value;
        m_roleSum[static_cast<std::size_t>(role)] += each.value;
        if (at.y() != role)
            m_roleSum[static_cast<std::size_t>(at.y())] += each.value;
        m_total += each.value;
    }
    const auto shares = [](const std::vector<double>& sums) {
        double largest = 0; // a profile may come before the plan: then there are no cells
        for (const double sum : sums)
            largest = std::max(largest, std::abs(sum));
        std::vector<double> parts;
        for (const double sum : sums)
            parts.push_back(largest > 0 ? std::abs(sum) / largest : 0.0);
        return parts;
    };
    m_blockShare = shares(m_blockSum);
    m_roleShare = shares(m_roleSum);
}

void HeatmapModel::recomputeAll()
{
    for (Cell& each : m_layers)
        each.value = valueOf(each.layer);
    computeScale();
    for (Cell& each : m_layers)
        fillColor(each);
    fillGroups();
    computeShares();
}

} // namespace kerf::ui
