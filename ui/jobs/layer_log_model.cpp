// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/layer_log_model.h"

#include <algorithm>

#include <QApplication>
#include <QLocale>
#include <QStringList>

#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {

bool isRescued(const core::RunLayerRow& layer)
{
    return std::ranges::any_of(
        layer.report.fallbacks, [](const core::Fallback& fallback) { return fallback.kind == "rtn_instead"; });
}

void LayerLogModel::setLayers(std::vector<core::RunLayerRow> layers)
{
    const auto isSame = [](const core::RunLayerRow& a, const core::RunLayerRow& b) {
        return a.report.layer == b.report.layer && a.tensorHash == b.tensorHash;
    };
    const std::size_t kept = m_layers.size();
    if (layers.size() >= kept && std::equal(m_layers.begin(), m_layers.end(), layers.begin(), isSame)) {
        if (layers.size() == kept)
            return;
        beginInsertRows({}, static_cast<int>(kept), static_cast<int>(layers.size()) - 1);
        m_layers = std::move(layers);
        endInsertRows();
        return;
    }
    beginResetModel();
    m_layers = std::move(layers);
    endResetModel();
}

int LayerLogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_layers.size());
}

int LayerLogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LayerLogModel::text(const core::RunLayerRow& layer, int column) const
{
    const core::LayerReport& report = layer.report;
    switch (column) {
    case LayerColumn:
        return toQt(report.layer);
    case FormatColumn:
        return report.method.empty() ? toQt(report.format)
                                     : QStringLiteral("%1 %2").arg(toQt(report.method), toQt(report.format));
    case ErrorColumn:
        return report.relativeError > 0 ? numberText(report.relativeError) : QString();
    case GainColumn:
        return report.relativeError > 0 && report.rtnRelativeError > 0
            ? tr("÷ %1").arg(numberText(report.rtnRelativeError / report.relativeError, 2))
            : QString();
    default:
        return report.seconds > 0 ? spanText(report.seconds) : layer.artifactKey.empty() ? tr("kept") : tr("from disk");
    }
}

QVariant LayerLogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::RunLayerRow& layer = m_layers[static_cast<std::size_t>(index.row())];
    const ThemeColors& colors = themeColors(QApplication::palette());
    switch (role) {
    case Qt::DisplayRole:
        return text(layer, index.column());
    case Qt::ToolTipRole: {
        QStringList lines { toQt(layer.report.layer) };
        for (const core::Fallback& fallback : layer.report.fallbacks)
            lines << toQt(fallback.detail);
        return lines.join(u'\n');
    }
    case Qt::TextAlignmentRole:
        return index.column() >= ErrorColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case Qt::ForegroundRole:
        return isRescued(layer)             ? QVariant(colors.error)
            : index.column() == LayerColumn ? QVariant()
                                            : QVariant(colors.dim);
    default:
        return {};
    }
}

QVariant LayerLogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Layer"), tr("Method and format"), tr("Error"), tr("against rtn"), tr("Time") };
    const QString tips[] = { QString(), QString(), tr("relative output error: tr(D H Dᵀ) / tr(W H Wᵀ)"),
        tr("error of plain rounding divided by this error"), tr("seconds of work on this layer") };
    if (role == Qt::TextAlignmentRole)
        return int((section >= ErrorColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return tips[section];
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
