// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/column_fitter.h"

#include <algorithm>

#include <QEvent>
#include <QHeaderView>
#include <QTableView>

namespace kerf::ui {

ColumnFitter::ColumnFitter(QTableView* view, int stretched, int least, QList<int> order)
    : QObject(view)
    , m_view(view)
    , m_stretched(stretched)
    , m_least(least)
    , m_order(std::move(order))
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &ColumnFitter::fit);
    const auto soon = [this] { m_soon.start(); };
    const QAbstractItemModel* model = view->model();
    connect(model, &QAbstractItemModel::dataChanged, this, soon);
    connect(model, &QAbstractItemModel::rowsInserted, this, soon);
    connect(model, &QAbstractItemModel::rowsRemoved, this, soon);
    connect(model, &QAbstractItemModel::modelReset, this, soon);
    view->viewport()->installEventFilter(this);
}

bool ColumnFitter::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize)
        fit();
    return QObject::eventFilter(watched, event);
}

/// What a column takes, or took when it was shown last: of a hidden one the header has no hint.
int ColumnFitter::widthOf(int column)
{
    const int cells = static_cast<const QAbstractItemView*>(m_view)->sizeHintForColumn(column); // there it is public
    if (!m_view->isColumnHidden(column))
        m_titles[column] = m_view->horizontalHeader()->sectionSizeHint(column);
    return std::max(cells, m_titles.value(column));
}

void ColumnFitter::fit()
{
    int left = m_view->viewport()->width() - m_least * m_view->fontMetrics().averageCharWidth();
    for (int column = 0; column < m_view->model()->columnCount(); ++column)
        if (column != m_stretched && !m_order.contains(column) && !m_view->isColumnHidden(column))
            left -= widthOf(column);
    for (auto column = m_order.crbegin(); column != m_order.crend(); ++column) { // the last is kept the longest
        left -= widthOf(*column);
        m_view->setColumnHidden(*column, left < 0);
    }
}

} // namespace kerf::ui
