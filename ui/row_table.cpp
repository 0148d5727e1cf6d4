// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/row_table.h"

#include <QHeaderView>
#include <QTableView>

namespace kerf::ui {

void showAsRows(QTableView* view, int stretched)
{
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setTabKeyNavigation(false); // Tab leaves for the next widget; arrows move between rows
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 8);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter); // as what stands below
    view->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    if (stretched < view->horizontalHeader()->count()) // a model may have no columns yet
        view->horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
}

} // namespace kerf::ui
