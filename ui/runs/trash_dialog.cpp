// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/runs/trash_dialog.h"

#include <QDateTime>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/dialog_size.h"
#include "ui/row_table.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

enum Column { NameColumn, KldColumn, DeletedColumn, ColumnCount };

QString dateText(const std::string& utc)
{
    const QDateTime time = QDateTime::fromString(toQt(utc), Qt::ISODate);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : toQt(utc);
}

} // namespace

TrashDialog::TrashDialog(Workbench* workbench, QWidget* parent)
    : QDialog(parent)
    , m_workbench(workbench)
    , m_text(new QLabel(this))
    , m_table(new QTableWidget(0, ColumnCount, this))
{
    setObjectName(QStringLiteral("trashDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Trash"));
    m_text->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("trashTable"));
    m_table->setAccessibleName(tr("Deleted runs"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setHorizontalHeaderLabels(
        { tr("Run"), tr("%1 ↓").arg(workbench->document()->divergence().head), tr("Deleted") });
    m_table->horizontalHeaderItem(NameColumn)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    showAsRows(m_table, NameColumn);
    m_table->setMinimumHeight(8 * m_table->verticalHeader()->defaultSectionSize());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_restore = buttons->addButton(tr("&Take Back"), QDialogButtonBox::ActionRole);
    m_remove = buttons->addButton(tr("&Remove for Good…"), QDialogButtonBox::ActionRole);
    m_empty = buttons->addButton(tr("&Empty Trash…"), QDialogButtonBox::ActionRole);
    connect(m_restore, &QPushButton::clicked, this, &TrashDialog::restore);
    connect(m_remove, &QPushButton::clicked, this, [this] { remove(chosen()); });
    connect(m_empty, &QPushButton::clicked, this, [this] { remove(std::nullopt); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_text);
    layout->addWidget(m_table, 1);
    layout->addWidget(buttons);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TrashDialog::update);
    connect(workbench, &Workbench::runsChanged, this, &TrashDialog::fill);
    connect(workbench, &Workbench::modelClosed, this, &QDialog::reject);
    for (const auto signal : { &JobCenter::started })
        connect(workbench->jobs(), signal, this, &TrashDialog::update);
    connect(workbench->jobs(), &JobCenter::ended, this, &TrashDialog::update);
    fill();
    fitToScreen(this, 80);
}

void TrashDialog::fill()
{
    const core::RowId before = chosen();
    const std::vector<core::RunRow> runs = m_workbench->session()->deletedRuns();
    m_table->setRowCount(static_cast<int>(runs.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const core::RunRow& run = runs[static_cast<std::size_t>(row)];
        const core::Metric* kld = core::divergenceOf(run);
        const QString cells[] = { toQt(run.name),
            kld ? measuredText(kld->value, kld->standardError) : QStringLiteral("–"), dateText(run.deleted) };
        for (int column = 0; column < ColumnCount; ++column) {
            auto* item = new QTableWidgetItem(cells[column]);
            item->setData(Qt::UserRole, QVariant::fromValue<qlonglong>(run.id));
            item->setToolTip(toQt(run.note));
            if (column != NameColumn)
                item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_table->setItem(row, column, item);
        }
        if (run.id == before || (before == 0 && row == 0))
            m_table->selectRow(row);
    }
    update();
}

void TrashDialog::update()
{
    const int count = m_table->rowCount();
    const bool canWrite = m_workbench->canWrite(), isBusy = m_workbench->jobs()->isRunning();
    m_text->setText(count == 0 ? tr("The trash is empty. Deleted runs are kept here until it is emptied.")
            : isBusy
            ? tr("%n deleted run(s). Nothing can be removed for good while a job runs: it may use their layers.",
                nullptr, count)
            : tr("%n deleted run(s). Removed for good, their quantized layers and the results of their tokens "
                 "free disk space, but for those that other runs have.",
                nullptr, count));
    m_restore->setEnabled(canWrite && chosen() != 0);
    m_remove->setEnabled(canWrite && !isBusy && chosen() != 0);
    m_empty->setEnabled(canWrite && !isBusy && count > 0);
}

core::RowId TrashDialog::chosen() const
{
    const QTableWidgetItem* item
        = m_table->currentRow() < 0 ? nullptr : m_table->item(m_table->currentRow(), NameColumn);
    return item ? item->data(Qt::UserRole).toLongLong() : 0;
}

void TrashDialog::restore()
{
    if (const auto status = m_workbench->session()->undeleteRun(chosen()); !status)
        emit m_workbench->message(toQt(status.error().message), true);
    fill();
}

void TrashDialog::remove(std::optional<core::RowId> run)
{
    const int count = run ? 1 : m_table->rowCount();
    const auto answer = QMessageBox::question(this, tr("Remove for Good"),
        tr("Remove %n run(s) for good? This cannot be undone.", nullptr, count), QMessageBox::Yes | QMessageBox::Cancel,
        QMessageBox::Cancel);
    if (answer != QMessageBox::Yes || m_workbench->jobs()->isRunning())
        return;
    const auto emptied = m_workbench->session()->emptyTrash(run);
    if (emptied)
        emit m_workbench->message(
            tr("%n run(s) removed for good, %1 freed.", nullptr, emptied->runs).arg(bytesText(emptied->bytes)), false);
    else
        emit m_workbench->message(toQt(emptied.error().message), true);
    fill();
}

} // namespace kerf::ui
