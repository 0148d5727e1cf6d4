// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/bytes/byte_table_model.h"

#include <QLocale>

#include "ui/bytes/byte_view.h"
#include "ui/value_text.h"

namespace kerf::ui {

ByteTableModel::ByteTableModel(const ByteView* view, QObject* parent)
    : QAbstractTableModel(parent)
    , m_view(view)
{
    connect(view, &ByteView::changed, this, [this] {
        beginResetModel();
        endResetModel();
    });
}

int ByteTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_view->items().size());
}

int ByteTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ByteTableModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ByteView::Item& item = m_view->items()[static_cast<std::size_t>(at.row())];
    if (role == Qt::TextAlignmentRole)
        return int((at.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && at.column() != ShareColumn && at.column() != NameColumn)
        return tr("%1 bytes")
            .arg(QLocale().toString(qlonglong(at.column() == BeforeColumn ? item.before : item.after)));
    if (role == Qt::ToolTipRole && at.column() == NameColumn)
        return item.name;
    if (role != Qt::DisplayRole)
        return {};
    switch (at.column()) {
    case NameColumn:
        return item.name;
    case BeforeColumn:
        return bytesText(item.before);
    case AfterColumn:
        return bytesText(item.after);
    default:
        return tr("%1 %").arg(QLocale().toString(
            m_view->after() > 0 ? 100.0 * static_cast<double>(item.after) / static_cast<double>(m_view->after()) : 0,
            'f', 1));
    }
}

QVariant ByteTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Part"), tr("Before"), tr("After"), tr("Share") };
    if (role == Qt::TextAlignmentRole)
        return int((section == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

QList<QStringList> ByteTableModel::rows() const
{
    QList<QStringList> all { { "part", "bytes_before", "bytes_after" } };
    for (const ByteView::Item& item : m_view->items())
        all << QStringList { item.name, QString::number(item.before), QString::number(item.after) };
    return all;
}

} // namespace kerf::ui
