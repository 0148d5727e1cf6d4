// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/heatmap/layer_formats_model.h"

#include <algorithm>
#include <limits>

#include <QApplication>
#include <QFont>
#include <QLocale>
#include <QPalette>

#include "core/format/layer_format.h"
#include "core/format/summary.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr const char* kSixteenBit = "bf16";
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

} // namespace

LayerFormatsModel::LayerFormatsModel(PlanDocument* document, const Selection* selection, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_selection(selection)
{
    connect(document, &PlanDocument::planReset, this, &LayerFormatsModel::startOver);
    connect(document, &PlanDocument::profileChanged, this, &LayerFormatsModel::startOver);
    connect(document, &PlanDocument::estimateChanged, this, &LayerFormatsModel::refresh);
    connect(selection, &Selection::layersChanged, this, &LayerFormatsModel::startOver);
    startOver();
}

void LayerFormatsModel::startOver()
{
    beginResetModel();
    m_rows.clear();
    m_layer = m_selection->currentLayer();
    if (!m_document->network() || m_layer >= static_cast<int>(m_document->plan().layers.size()))
        m_layer = -1;
    if (m_layer >= 0) {
        const core::Profile* profile = m_document->profile();
        std::vector<std::string> formats = profile ? profile->formats : core::profileFormatsFor(*m_document->network());
        if (std::ranges::find(formats, kSixteenBit) == formats.end())
            formats.emplace_back(kSixteenBit);
        for (const std::string& format : formats)
            if (auto row = rowOf(format))
                m_rows.push_back(std::move(*row));
        std::ranges::stable_sort(m_rows, {}, &Row::bits);
    }
    endResetModel();
}

/// Method, mode or transforms of the plan may be others now.
void LayerFormatsModel::refresh()
{
    if (m_rows.empty())
        return;
    for (Row& row : m_rows)
        if (auto now = rowOf(row.format.toStdString()))
            row = std::move(*now);
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

std::optional<LayerFormatsModel::Row> LayerFormatsModel::rowOf(const std::string& name) const
{
    const core::LayerInfo& info = m_document->network()->layers()[static_cast<std::size_t>(m_layer)];
    const auto format = core::parseLayerFormat(name);
    if (!format || !format->checkShape(info.shape))
        return {};
    Row row;
    row.format = toQt(name);
    row.bits = format->weight->bitsPerWeight(info.shape);
    row.bytes = core::layerBytes(*m_document->network(), info, *format->weight);
    row.kld = m_document->predict({ m_layer }, name);
    const core::LayerProfile* profiled = m_document->profile() ? m_document->layerProfile(m_layer) : nullptr;
    if (!profiled)
        return row;
    if (const auto error = profiled->relativeError.find(name); error != profiled->relativeError.end())
        row.error = error->second;
    if (const auto measured = profiled->swapIn.find(name); measured != profiled->swapIn.end())
        row.swapIn = measured->second;
    return row;
}

int LayerFormatsModel::currentRow() const
{
    if (m_layer < 0)
        return -1;
    const QString format = toQt(m_document->plan().layers[static_cast<std::size_t>(m_layer)].format);
    const auto found = std::ranges::find(m_rows, format, &Row::format);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int LayerFormatsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LayerFormatsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

double LayerFormatsModel::value(const Row& row, int column) const
{
    switch (column) {
    case BitsColumn:
        return row.bits;
    case BytesColumn:
        return static_cast<double>(row.bytes);
    case ErrorColumn:
        return row.error.value_or(kUnknown);
    case KldColumn:
        return row.kld ? row.kld->kld : kUnknown;
    case SwapInColumn:
        return row.swapIn ? row.swapIn->kld : kUnknown;
    default:
        return kUnknown;
    }
}

QString LayerFormatsModel::display(const Row& row, int column) const
{
    switch (column) {
    case FormatColumn:
        return row.format == QLatin1String(kSixteenBit) ? tr("%1 (keep)").arg(row.format) : row.format;
    case BitsColumn:
        return QLocale().toString(row.bits, 'f', 2);
    case BytesColumn:
        return bytesText(row.bytes);
    case KldColumn:
        return row.kld ? measuredText(row.kld->kld, row.kld->stderr_) : numberText(kUnknown);
    case SwapInColumn:
        return row.swapIn ? measuredText(row.swapIn->kld, row.swapIn->stderr_) : numberText(kUnknown);
    default:
        return numberText(value(row, column));
    }
}

QVariant LayerFormatsModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(at.row())];
    const bool current = at.row() == currentRow();
    switch (role) {
    case Qt::DisplayRole:
        return display(row, at.column());
    case ValueRole:
        return at.column() == FormatColumn ? QVariant(row.format) : QVariant(value(row, at.column()));
    case Qt::TextAlignmentRole:
        return int((at.column() == FormatColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::BackgroundRole:
        return current ? QVariant(themeColors(QApplication::palette()).accentSoft) : QVariant();
    case Qt::FontRole: {
        QFont font;
        font.setBold(true);
        return current ? QVariant(font) : QVariant();
    }
    case Qt::AccessibleTextRole:
        return current ? tr("%1, in the plan").arg(display(row, at.column())) : display(row, at.column());
    case Qt::ToolTipRole:
        return at.column() == FormatColumn ? toQt(core::formatSummary(row.format.toStdString())) : QVariant();
    default:
        return {};
    }
}

QVariant LayerFormatsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const DivergenceText& divergence = m_document->divergence();
    const QString names[] = { tr("Format"), tr("Bits"), tr("Bytes"), tr("Relative Error"),
        tr("Predicted %1").arg(divergence.within()), tr("Swap-In %1").arg(divergence.within()) };
    const QString tips[] = { {}, tr("Bits per weight of this layer, scales and zero points counted"),
        tr("What the layer takes in this format"),
        tr("tr(D H Dᵀ) / tr(W H Wᵀ): how far the layer's outputs are off, relative to what they are"),
        tr("What the layer adds to the divergence by the plan's method, with its standard error"),
        tr("Divergence as it was measured with this layer alone in this format; Ctrl+M measures it in the plan's "
           "format") };
    if (role == Qt::DisplayRole)
        return names[section];
    if (role == Qt::ToolTipRole)
        return tips[section];
    if (role == Qt::TextAlignmentRole)
        return int((section == FormatColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    return {};
}

} // namespace kerf::ui
