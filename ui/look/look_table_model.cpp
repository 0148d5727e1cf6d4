// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/look/look_table_model.h"

#include <QLocale>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

int alignmentOf(int column)
{
    return int((column == LookTableModel::DivergenceColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

void LookTableModel::setLook(core::Look look, const QString& run)
{
    beginResetModel();
    m_look = std::move(look);
    m_run = run;
    endResetModel();
}

QString LookTableModel::said(const core::LookedSample& sample, bool byRun) const
{
    if (const auto& found = byRun ? sample.run : sample.original) {
        const auto index = static_cast<std::size_t>(found->index);
        const QString name
            = index < m_look.classes.size() ? toQt(m_look.classes[index]) : QLocale().toString(qlonglong(found->index));
        return tr("%1: %2 %", "a class and its probability")
            .arg(name, QLocale().toString(100 * found->probability, 'f', 1));
    }
    int boxes = 0, lost = 0, fresh = 0;
    for (const core::LookedBox& box : sample.boxes) {
        boxes += (byRun ? box.run : box.original) ? 1 : 0;
        lost += box.isLost() ? 1 : 0;
        fresh += box.isNew() ? 1 : 0;
    }
    QStringList parts { tr("%n object(s)", nullptr, boxes) };
    if (byRun && lost > 0)
        parts << tr("%n lost", nullptr, lost);
    if (byRun && fresh > 0)
        parts << tr("%n new", nullptr, fresh);
    return parts.join(QStringLiteral(", "));
}

int LookTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_look.samples.size());
}

int LookTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LookTableModel::text(const core::LookedSample& sample, int column) const
{
    switch (column) {
    case SampleColumn:
        return toQt(sample.name);
    case OriginalColumn:
        return said(sample, false);
    case RunColumn:
        return said(sample, true);
    default:
        return QLocale().toString(sample.divergence, 'g', 3);
    }
}

QVariant LookTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::LookedSample& each = sample(at.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(each, at.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(at.column());
    case SortRole:
        return at.column() == DivergenceColumn ? QVariant(each.divergence) : text(each, at.column());
    case ChangedRole:
        return each.isChanged() ? 1 : 0;
    default:
        return {};
    }
}

QVariant LookTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case SampleColumn:
        return tr("Sample");
    case OriginalColumn:
        return tr("Original");
    case RunColumn:
        return m_run;
    default:
        return tr("Divergence");
    }
}

} // namespace kerf::ui
