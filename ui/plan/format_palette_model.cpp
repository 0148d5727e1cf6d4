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
    connect(document, &PlanDocument::estimateChanged, this, [this] {
        if (m_document->profile() || m_formats.isEmpty())
            chooseFormats();
        refresh();
    });
    connect(selection, &Selection::layersChanged, this, &FormatPaletteModel::refresh);
}

void FormatPaletteModel::chooseFormats()
{
    const core::Profile* profile = m_document->profile();
    QStringList formats;
    for (const std::string& name : profile ? profile->formats : core::defaultProfileFormats())
        formats << toQt(name);
    std::stable_sort(formats.begin(), formats.end(),
        [](const QString& a, const QString& b) { return typicalBits(a) < typicalBits(b); });
    formats = formats.mid(0, 8);
    formats << QStringLiteral("bf16");
    if (formats == m_formats)
        return;
    beginResetModel();
    m_formats = formats;
    endResetModel();
}

void FormatPaletteModel::refresh()
{
    emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

QString FormatPaletteModel::formatOfKey(int key) const
{
    return key >= 1 && key <= m_formats.size() ? m_formats[key - 1] : QString();
}

QString FormatPaletteModel::currentFormat() const
{
    QString common;
    for (const int layer : m_selection->layers()) {
        const QString format = toQt(m_document->plan().layers[static_cast<std::size_t>(layer)].format);
        if (!common.isEmpty() && format != common)
            return {};
        common = format;
    }
    return common;
}

int FormatPaletteModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_formats.size());
}

int FormatPaletteModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FormatPaletteModel::kldText(const QString& format) const
{
    const auto predicted = m_document->predict(m_selection->layers(), format.toStdString());
    return predicted ? numberText(predicted->kld, 2) : QString();
}

QVariant FormatPaletteModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QString& format = m_formats[at.row()];
    const bool current = currentFormat() == format;
    switch (role) {
    case Qt::DisplayRole:
        switch (at.column()) {
        case KeyColumn:
            return QString::number(at.row() + 1);
        case FormatColumn:
            return format == u"bf16" ? tr("bf16 (keep)") : format;
        case BitsColumn:
            return QLocale().toString(typicalBits(format), 'f', 2);
        default:
            return kldText(format);
        }
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
            ? tr("Predicted KL divergence that the selected layers add in %1, nats per token").arg(format)
            : tr("%1 Press %2 to give it to the selected layers.")
                  .arg(toQt(core::formatSummary(format.toStdString())))
                  .arg(at.row() + 1);
    default:
        return {};
    }
}

QVariant FormatPaletteModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Key"), tr("Format"), tr("Bits"), tr("KLD") };
    if (role == Qt::TextAlignmentRole)
        return int((section == FormatColumn       ? Qt::AlignLeft
                           : section == KeyColumn ? Qt::AlignHCenter
                                                  : Qt::AlignRight)
            | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
