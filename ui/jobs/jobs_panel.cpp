// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/jobs_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/column_fitter.h"
#include "ui/empty_state.h"
#include "ui/filter_bar.h"
#include "ui/jobs/job_center.h"
#include "ui/jobs/job_detail.h"
#include "ui/jobs/job_filter_proxy.h"
#include "ui/jobs/progress_delegate.h"
#include "ui/row_table.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kTitleCharacters = 18; ///< of a job, at least

} // namespace

JobsPanel::JobsPanel(Workbench* workbench, Actions* actions, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_actions(actions)
    , m_proxy(new JobFilterProxy(this))
    , m_stack(new QStackedWidget(this))
    , m_view(new QTableView(this))
    , m_detail(new JobDetail(workbench, actions, this))
{
    setObjectName(QStringLiteral("panel"));
    setAttribute(Qt::WA_StyledBackground);
    m_proxy->setSourceModel(workbench->jobs()->model());
    m_view->setObjectName(QStringLiteral("jobTable"));
    m_view->setAccessibleName(tr("Jobs"));
    m_view->setModel(m_proxy);
    showAsRows(m_view, JobModel::TitleColumn);
    m_view->setItemDelegateForColumn(JobModel::ProgressColumn, new ProgressDelegate(m_view));
    new ColumnFitter(m_view, JobModel::TitleColumn, kTitleCharacters,
        { JobModel::MessageColumn, JobModel::KindColumn, JobModel::StartedColumn, JobModel::LeftColumn,
            JobModel::TimeColumn, JobModel::ProgressColumn });
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* empty = new EmptyState(this);
    empty->setText(tr("No jobs yet. Profile, Run Plan and Export appear here with their log."));
    auto* splitter = new QSplitter(this);
    splitter->addWidget(makeList());
    splitter->addWidget(m_detail);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    m_stack->addWidget(empty);
    m_stack->addWidget(splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connectActions();
    followJobs();
    showSelected();
}

QWidget* JobsPanel::makeList()
{
    auto* list = new QWidget(this);
    auto* filter = new FilterBar(tr("Search jobs"), list);
    connect(filter, &FilterBar::filterChanged, m_proxy, &JobFilterProxy::setFilter);
    auto* history = new QToolButton(list);
    history->setObjectName(QStringLiteral("jobHistory"));
    history->setText(tr("History"));
    history->setProperty("chip", true);
    history->setCheckable(true);
    history->setChecked(true);
    history->setToolTip(tr("Show the jobs that ended, too"));
    connect(history, &QToolButton::toggled, m_proxy, &JobFilterProxy::showHistory);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(0, 0, 8, 0);
    bar->addWidget(filter, 1);
    bar->addWidget(history);
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_view, 1);
    return list;
}

void JobsPanel::connectActions()
{
    JobCenter* jobs = m_workbench->jobs();
    const auto own = { m_actions->pauseJob, m_actions->jobUp, m_actions->jobDown, m_actions->removeJob };
    addActions(own); // their keys act here
    m_view->addActions({ m_actions->stopJob });
    m_view->addActions(own);
    connect(m_actions->pauseJob, &QAction::triggered, this, &JobsPanel::pauseOrResume);
    connect(m_actions->jobUp, &QAction::triggered, jobs, [jobs] { jobs->moveBy(jobs->selected(), -1); });
    connect(m_actions->jobDown, &QAction::triggered, jobs, [jobs] { jobs->moveBy(jobs->selected(), 1); });
    connect(m_actions->removeJob, &QAction::triggered, jobs, [jobs] { jobs->stop(jobs->selected()); });
    connect(m_detail, &JobDetail::resumeWanted, this, &JobsPanel::resume);
}

void JobsPanel::followJobs()
{
    JobCenter* jobs = m_workbench->jobs();
    const JobModel* model = jobs->model();
    connect(model, &QAbstractItemModel::rowsInserted, this, [this, model](const QModelIndex&, int row) {
        m_stack->setCurrentIndex(1);
        // What is new is shown, unless a person watches another one that is not over.
        const int shown = model->rowOf(m_workbench->jobs()->selected());
        if (shown < 0 || model->job(shown).isEnded())
            choose(model->job(row).id);
    });
    const auto fewer = [this, model] {
        m_stack->setCurrentIndex(model->rowCount() > 0 ? 1 : 0);
        showSelected();
    };
    connect(model, &QAbstractItemModel::modelReset, this, fewer);
    connect(model, &QAbstractItemModel::rowsRemoved, this, fewer);
    connect(model, &QAbstractItemModel::dataChanged, m_detail, &JobDetail::refresh);
    connect(model, &QAbstractItemModel::rowsMoved, m_detail, &JobDetail::refresh);
    connect(model, &JobModel::logAppended, m_detail, &JobDetail::addLog);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &JobsPanel::showSelected);
    connect(jobs, &JobCenter::queueChanged, m_detail, &JobDetail::refresh);
}

void JobsPanel::choose(JobId job)
{
    const QModelIndex at
        = m_proxy->mapFromSource(m_workbench->jobs()->model()->index(m_workbench->jobs()->model()->rowOf(job), 0));
    if (at.isValid())
        m_view->setCurrentIndex(at);
}

void JobsPanel::showSelected()
{
    const JobId job = m_view->currentIndex().data(JobModel::IdRole).toInt();
    m_workbench->jobs()->select(job);
    m_detail->showJob(job);
}

void JobsPanel::pauseOrResume()
{
    JobCenter* jobs = m_workbench->jobs();
    const int row = jobs->model()->rowOf(jobs->selected());
    if (row < 0)
        return;
    const JobRecord& job = jobs->model()->job(row);
    if (job.state == JobState::Running || job.state == JobState::Waiting)
        jobs->pause(job.id);
    else
        resume();
}

void JobsPanel::resume()
{
    JobCenter* jobs = m_workbench->jobs();
    const int row = jobs->model()->rowOf(jobs->selected());
    if (row < 0)
        return;
    const JobRecord& job = jobs->model()->job(row);
    if (job.state == JobState::Paused)
        return jobs->resume(job.id);
    if (!job.again)
        return;
    // The row makes room for the one of the job that goes on.
    const auto again = job.again;
    jobs->model()->remove(row);
    again();
}

} // namespace kerf::ui
