// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/flip_table_model.h"

#include <QLocale>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

int alignmentOf(int column)
{
    return int((column == FlipTableModel::ItemColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

} // namespace

void FlipTableModel::setFlips(core::Flips flips, const QString& before, const QString& after)
{
    beginResetModel();
    m_flips = std::move(flips);
    m_before = before;
    m_after = after;
    endResetModel();
}

int FlipTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_flips.flips.size());
}

int FlipTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FlipTableModel::text(const core::Flip& flip, int column) const
{
    switch (column) {
    case KindColumn:
        return flip.isHarmful ? tr("✗ harmful") : tr("✓ beneficial");
    case ItemColumn:
        return QLocale().toString(static_cast<qlonglong>(flip.item + 1));
    case TextColumn:
        return toQt(flip.text);
    case ExpectedColumn:
        return toQt(flip.expected);
    case BeforeColumn:
        return toQt(flip.before);
    default:
        return toQt(flip.after);
    }
}

QVariant FlipTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const core::Flip& each = flip(at.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(each, at.column()).simplified();
    case Qt::ToolTipRole:
        return at.column() == KindColumn
            ? (each.isHarmful ? tr("Right before, wrong now") : tr("Wrong before, right now"))
            : text(each, at.column());
    case Qt::TextAlignmentRole:
        return alignmentOf(at.column());
    case SortRole:
        return at.column() == ItemColumn ? QVariant(static_cast<qlonglong>(each.item)) : text(each, at.column());
    default:
        return {};
    }
}

QVariant FlipTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case KindColumn:
        return tr("Change");
    case ItemColumn:
        return tr("Item");
    case TextColumn:
        return tr("Text");
    case ExpectedColumn:
        return tr("Right Answer");
    case BeforeColumn:
        return m_before;
    default:
        return m_after;
    }
}

} // namespace kerf::ui
