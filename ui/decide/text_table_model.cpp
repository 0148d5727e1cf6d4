// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/text_table_model.h"

#include <QFont>
#include <QGuiApplication>
#include <QPalette>

#include "ui/theme.h"

namespace kerf::ui {

TextTableModel::TextTableModel(QStringList heads, int leftColumns, QObject* parent)
    : QAbstractTableModel(parent)
    , m_heads(std::move(heads))
    , m_leftColumns(leftColumns)
{
}

void TextTableModel::setRows(std::vector<Row> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int TextTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TextTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_heads.size());
}

int TextTableModel::alignment(int column) const
{
    return int((column < m_leftColumns ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

QVariant TextTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(at.row())];
    switch (role) {
    case Qt::DisplayRole:
        return row.cells.value(at.column());
    case Qt::ToolTipRole:
        return row.tip.isEmpty() ? QVariant() : row.tip;
    case Qt::TextAlignmentRole:
        return alignment(at.column());
    case Qt::UserRole:
        return row.data;
    case Qt::ForegroundRole:
        return row.isDim ? themeColors(QGuiApplication::palette()).dim : QVariant();
    case Qt::FontRole: {
        if (!row.isBold)
            return {};
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    default:
        return {};
    }
}

QVariant TextTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return alignment(section);
    return role == Qt::DisplayRole ? m_heads.value(section) : QVariant();
}

} // namespace kerf::ui
