// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/plan/format_palette_model.h"

#include <algorithm>

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

/// A shape on which bits per weight are typical: large enough that no row is cut.
constexpr core::LayerShape kTypical { 4096, 4096 };
constexpr const char* kSixteenBit = "bf16";

double typicalBits(const QString& name)
{
    const auto format = core::parseWeightFormat(name.toStdString());
    return format ? (*format)->bitsPerWeight(kTypical) : 0;
}

} // namespace

FormatPaletteModel::FormatPaletteModel(PlanDocument* document, Selection* selection, QObject* parent)
    : QAbstractTableModel(parent)
    , m_document(document)
    , m_selection(selection)
{
    chooseFormats();
    connect(document, &PlanDocument::planReset, this, &FormatPaletteModel::chooseFormats);
    connect(document, &PlanDocument::profileChanged, this, &FormatPaletteModel::chooseFormats);
    connect(document, &PlanDocument::estimateChanged, this, &FormatPaletteModel::refresh);
    connect(selection, &Selection::layersChanged, this, [this] {
        refresh();
        if (const int row = currentRow(); row >= 0)
            setPage(row / kPageSize);
    });
}

void FormatPaletteModel::chooseFormats()
{
    const core::Profile* profile = m_document->profile();
    QStringList formats;
    const core::Network* network = m_document->network();
    for (const std::string& name : profile ? profile->formats
            : network                      ? core::profileFormatsFor(*network)
                                           : core::defaultProfileFormats())
        if (name != kSixteenBit)
            formats << toQt(name);
    std::stable_sort(formats.begin(), formats.end(),
        [](const QString& a, const QString& b) { return typicalBits(a) < typicalBits(b); });
    formats << QLatin1String(kSixteenBit);
    m_known = false;
    if (formats == m_formats)
        return refresh();
    beginResetModel();
    m_formats = formats;
    m_bits.clear();
    for (const QString& format : formats)
        m_bits.push_back(typicalBits(format));
    m_page = 0;
    endResetModel();
    emit keysChanged();
}

void FormatPaletteModel::refresh()
{
    m_known = false;
    emit dataChanged(index(0, FormatColumn), index(rowCount() - 1, ColumnCount - 1));
}

void FormatPaletteModel::setPage(int page)
{
    const int wanted = (page + pageCount()) % pageCount();
    if (wanted == m_page)
        return;
    m_page = wanted;
    emit dataChanged(index(0, KeyColumn), index(rowCount() - 1, KeyColumn));
    emit keysChanged();
}

QString FormatPaletteModel::formatOfKey(int key) const
{
    const int row = m_page * kPageSize + key - 1;
    return key >= 1 && key <= kPageSize && row < m_formats.size() ? m_formats[row] : QString();
}

QString FormatPaletteModel::currentFormat() const
{
    if (!m_known)
        compute();
    return m_current;
}

void FormatPaletteModel::compute() const
{
    m_known = true;
    const std::vector<int>& layers = m_selection->layers();
    const auto formatOf = [this](int layer) -> const std::string& {
        return m_document->plan().layers[static_cast<std::size_t>(layer)].format;
    };
    const bool alike = !layers.empty() && std::all_of(layers.begin(), layers.end(), [&](int layer) {
        return formatOf(layer) == formatOf(layers.front());
    });
    m_current = alike ? toQt(formatOf(layers.front())) : QString();
    m_costs.clear();
    for (const QString& format : m_formats)
        m_costs.push_back(m_document->predict(layers, format.toStdString()));
}

int FormatPaletteModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_formats.size());
}

int FormatPaletteModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FormatPaletteModel::keyText(int row) const
{
    return row / kPageSize == m_page ? QString::number(row % kPageSize + 1) : QString();
}

QString FormatPaletteModel::display(int row, int column) const
{
    const QString& format = m_formats[row];
    switch (column) {
    case KeyColumn:
        return keyText(row);
    case FormatColumn:
        return format == QLatin1String(kSixteenBit) ? tr("%1 (keep)").arg(format) : format;
    case BitsColumn:
        return QLocale().toString(m_bits[static_cast<std::size_t>(row)], 'f', 2);
    default: {
        if (!m_known)
            compute();
        const auto& cost = m_costs[static_cast<std::size_t>(row)];
        return cost ? numberText(cost->kld, 2) : QString();
    }
    }
}

QVariant FormatPaletteModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QString& format = m_formats[at.row()];
    const bool current = currentFormat() == format;
    switch (role) {
    case Qt::DisplayRole:
        return display(at.row(), at.column());
    case Qt::TextAlignmentRole:
        return int((at.column() == FormatColumn       ? Qt::AlignLeft
                           : at.column() == KeyColumn ? Qt::AlignHCenter
                                                      : Qt::AlignRight)
            | Qt::AlignVCenter);
    case Qt::BackgroundRole:
        return current ? QVariant(themeColors(QApplication::palette()).accentSoft) : QVariant();
    case Qt::ForegroundRole:
        return at.column() == FormatColumn ? QVariant() : QVariant(themeColors(QApplication::palette()).dim);
    case Qt::FontRole: {
        QFont font;
        font.setBold(current);
        return current ? QVariant(font) : QVariant();
    }
    case Qt::ToolTipRole:
        return at.column() == KldColumn
            ? tr("Predicted %1 that the selected layers add in %2").arg(m_document->divergence().full, format)
            : keyText(at.row()).isEmpty()
            ? tr("%1 Press 0 until its keys come, or click it.").arg(toQt(core::formatSummary(format.toStdString())))
            : tr("%1 Press %2 to give it to the selected layers.")
                  .arg(toQt(core::formatSummary(format.toStdString())), keyText(at.row()));
    default:
        return {};
    }
}

QVariant FormatPaletteModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Key"), tr("Format"), tr("Bits"), m_document->divergence().head };
    if (role == Qt::TextAlignmentRole)
        return int((section == FormatColumn       ? Qt::AlignLeft
                           : section == KeyColumn ? Qt::AlignHCenter
                                                  : Qt::AlignRight)
            | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
