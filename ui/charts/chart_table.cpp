// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/charts/chart_table.h"

#include <QHeaderView>
#include <QLocale>
#include <QStandardItemModel>

#include "ui/row_table.h"
#include "ui/table_export.h"

namespace kerf::ui {
namespace {

QStandardItem* makeItem(const QString& text)
{
    bool isNumber = false, isWhole = false;
    const double value = QLocale::c().toDouble(text, &isNumber);
    const qlonglong whole = QLocale::c().toLongLong(text, &isWhole);
    auto* item = new QStandardItem(isWhole ? QLocale().toString(whole)
            : isNumber                     ? QLocale().toString(value, 'g', 6)
                                           : text);
    item->setEditable(false);
    if (isNumber)
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    return item;
}

} // namespace

ChartTable::ChartTable(const QString& name, QWidget* parent)
    : QTableView(parent)
    , m_model(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("chartTable"));
    setFrameShape(QFrame::NoFrame);
    setModel(m_model);
    addTableExport(this, name);
}

void ChartTable::setRows(const QList<QStringList>& rows)
{
    if (rows == m_rows)
        return;
    m_rows = rows;
    m_model->clear();
    if (rows.isEmpty())
        return;
    m_model->setHorizontalHeaderLabels(rows.front());
    for (qsizetype row = 1; row < rows.size(); ++row) {
        QList<QStandardItem*> items;
        for (const QString& text : rows[row])
            items << makeItem(text);
        m_model->appendRow(items);
    }
    showAsRows(this, static_cast<int>(rows.front().size()) - 1);
}

} // namespace kerf::ui
