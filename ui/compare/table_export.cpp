// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/table_export.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHeaderView>
#include <QMessageBox>
#include <QSaveFile>
#include <QTableView>

namespace kerf::ui {
namespace {

QString quoted(QString cell, QChar separator)
{
    cell.replace(u'\n', u' ');
    if (separator == u'\t')
        return cell.replace(u'\t', u' ');
    if (cell.contains(separator) || cell.contains(u'"'))
        return u'"' + cell.replace(u'"', QStringLiteral("\"\"")) + u'"';
    return cell;
}

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
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(tableText(view, u',').toUtf8()) < 0 || !out.commit())
        QMessageBox::warning(
            view, QObject::tr("Save Table"), QObject::tr("%1 could not be written. Choose another folder.").arg(file));
}

} // namespace

QString tableText(const QTableView* view, QChar separator)
{
    const QAbstractItemModel& model = *view->model();
    const bool hasRowHeads = !view->verticalHeader()->isHidden();
    QString text;
    for (int row = -1; row < model.rowCount(); ++row) {
        QStringList cells;
        if (hasRowHeads)
            cells << (row < 0 ? QString() : quoted(model.headerData(row, Qt::Vertical).toString(), separator));
        for (int column = 0; column < model.columnCount(); ++column)
            cells << quoted(
                row < 0 ? model.headerData(column, Qt::Horizontal).toString() : cellText(model.index(row, column)),
                separator);
        text += cells.join(separator) + u'\n';
    }
    return text;
}

void addTableExport(QTableView* view, const QString& name)
{
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(QObject::tr("&Copy as Table"), view);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(
        copy, &QAction::triggered, view, [view] { QApplication::clipboard()->setText(tableText(view, u'\t')); });
    auto* save = new QAction(QObject::tr("&Save as CSV…"), view);
    QObject::connect(save, &QAction::triggered, view, [view, name] { saveCsv(view, name); });
    view->addActions({ copy, save });
}

} // namespace kerf::ui
