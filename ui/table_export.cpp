// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/table_export.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHeaderView>
#include <QMessageBox>
#include <QTableView>

#include "ui/picture_file.h"

namespace kerf::ui {
namespace {

/// What a cell shows; of a drawn one what a screen reader says of it.
QString cellText(const QModelIndex& at)
{
    const QString text = at.data(Qt::DisplayRole).toString();
    return text.isEmpty() ? at.data(Qt::AccessibleTextRole).toString() : text;
}

void saveCsv(QTableView* view, const QString& name)
{
    const QString file = QFileDialog::getSaveFileName(
        view, QObject::tr("Save Table"), name + QStringLiteral(".csv"), QObject::tr("CSV files (*.csv)"));
    if (file.isEmpty())
        return;
    if (const QString problem = saveTable(file, shownTable(view)); !problem.isEmpty())
        QMessageBox::warning(view, QObject::tr("Save Table"), problem);
}

} // namespace

QList<QStringList> shownTable(const QTableView* view)
{
    const QAbstractItemModel& model = *view->model();
    const bool hasRowHeads = !view->verticalHeader()->isHidden();
    QList<QStringList> rows;
    for (int row = -1; row < model.rowCount(); ++row) {
        QStringList cells;
        if (hasRowHeads)
            cells << (row < 0 ? QString() : model.headerData(row, Qt::Vertical).toString());
        for (int column = 0; column < model.columnCount(); ++column)
            cells << (row < 0 ? model.headerData(column, Qt::Horizontal).toString()
                              : cellText(model.index(row, column)));
        rows << cells;
    }
    return rows;
}

QString tabbedText(const QList<QStringList>& rows)
{
    QString text;
    for (QStringList row : rows)
        text += row.replaceInStrings(QStringLiteral("\t"), QStringLiteral(" "))
                    .replaceInStrings(QStringLiteral("\n"), QStringLiteral(" "))
                    .join(u'\t')
            + u'\n';
    return text;
}

void addTableExport(QTableView* view, const QString& name)
{
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(QObject::tr("&Copy as Table"), view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(
        copy, &QAction::triggered, view, [view] { QApplication::clipboard()->setText(tabbedText(shownTable(view))); });
    auto* save = new QAction(QObject::tr("&Save as CSV…"), view);
    QObject::connect(save, &QAction::triggered, view, [view, name] { saveCsv(view, name); });
    view->addActions({ copy, save });
}

} // namespace kerf::ui
