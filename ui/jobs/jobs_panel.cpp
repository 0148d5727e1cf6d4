// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/jobs_panel.h"

#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/empty_state.h"
#include "ui/jobs/job_center.h"
#include "ui/row_table.h"

namespace kerf::ui {

JobsPanel::JobsPanel(JobCenter* jobs, QWidget* parent)
    : QWidget(parent)
    , m_jobs(jobs)
    , m_stack(new QStackedWidget(this))
    , m_view(new QTableView(this))
    , m_log(new QPlainTextEdit(this))
    , m_resume(new QPushButton(tr("Resume"), this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_view->setObjectName(QStringLiteral("jobTable"));
    m_view->setAccessibleName(tr("Jobs"));
    m_view->setModel(jobs->model());
    showAsRows(m_view, JobModel::MessageColumn);
    m_log->setObjectName(QStringLiteral("jobLog"));
    m_log->setAccessibleName(tr("Log of the job"));
    m_log->setReadOnly(true);
    m_resume->setObjectName(QStringLiteral("resumeJob"));
    m_resume->setToolTip(tr("Goes on where the job stopped; finished layers are not made again"));

    auto* empty = new EmptyState(this);
    empty->setText(tr("No jobs yet. Profile and Run Plan appear here with their log."));
    auto* side = new QWidget(this);
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(8, 6, 8, 6);
    sideLayout->addWidget(m_log);
    sideLayout->addWidget(m_resume, 0, Qt::AlignLeft);
    auto* splitter = new QSplitter(this);
    splitter->addWidget(m_view);
    splitter->addWidget(side);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    m_stack->addWidget(empty);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);

    JobModel* model = jobs->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, [this] {
        m_stack->setCurrentIndex(1);
        m_view->selectRow(0);
        showJob(0);
    });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_stack->setCurrentIndex(m_jobs->model()->rowCount() > 0 ? 1 : 0);
        showJob(-1);
    });
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this] {
        m_stack->setCurrentIndex(m_jobs->model()->rowCount() > 0 ? 1 : 0);
        m_shown = -1; // what stands in that row now is another job
        showJob(m_view->currentIndex().row());
    });
    connect(model, &QAbstractItemModel::dataChanged, this, [this] { showJob(m_shown); });
    connect(model, &JobModel::logAppended, this, [this](int row, const QString& line) {
        if (row == m_shown)
            m_log->appendPlainText(line);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& at) { showJob(at.row()); });
    connect(jobs, &JobCenter::ended, this, [this] { showJob(m_shown); });
    connect(jobs, &JobCenter::started, this, [this] { showJob(m_shown); });
    connect(m_resume, &QPushButton::clicked, this, [this] {
        if (m_shown >= 0) {
            // The row makes room for the one of the job that goes on.
            const auto again = m_jobs->model()->job(m_shown).again;
            m_jobs->model()->remove(m_shown);
            again();
        }
    });
    showJob(-1);
}

void JobsPanel::showJob(int row)
{
    const bool changed = row != m_shown;
    m_shown = row;
    if (row < 0) {
        m_log->clear();
        m_resume->setEnabled(false);
        return;
    }
    const JobRecord& job = m_jobs->model()->job(row);
    if (changed || m_log->document()->isEmpty())
        m_log->setPlainText(job.log.join(u'\n'));
    const bool unfinished = job.again && (job.state == JobState::Stopped || job.state == JobState::Failed);
    m_resume->setEnabled(unfinished && !m_jobs->isRunning());
    m_resume->setToolTip(m_resume->isEnabled() ? tr("Goes on where the job stopped; finished layers are not made again")
            : unfinished                       ? tr("Another job is running")
                                               : tr("This job is not one that stopped"));
}

} // namespace kerf::ui
