// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_detail.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/actions.h"
#include "ui/charts/layer_times_chart.h"
#include "ui/jobs/engine_text.h"
#include "ui/jobs/job_layers.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kSteps = 1000;

} // namespace

JobDetail::JobDetail(Workbench* workbench, Actions* actions, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_title(new QLabel(this))
    , m_state(new QLabel(this))
    , m_bar(new QProgressBar(this))
    , m_resume(new QPushButton(tr("Resume"), this))
    , m_tabs(makePanelTabs(tr("Details of the job"), this))
    , m_layers(new JobLayers(workbench, this))
    , m_log(new QPlainTextEdit(this))
{
    m_log->setObjectName(QStringLiteral("jobLog"));
    m_log->setAccessibleName(tr("Log of the job"));
    m_log->setReadOnly(true);
    m_tabs->addTab(m_layers, tr("Layers"));
    m_tabs->addTab(m_layers->chart(), tr("Seconds a Layer"));
    m_tabs->addTab(m_log, tr("Log"));
    connect(workbench, &Workbench::runsChanged, this, &JobDetail::showLayers); // each second while a job runs
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->addWidget(makeHead(actions));
    layout->addWidget(m_tabs, 1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(0);
    connect(&m_soon, &QTimer::timeout, this, &JobDetail::showLayers);
    showLayers();
    refresh();
}

void JobDetail::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_soon.start();
}

void JobDetail::showLayers()
{
    const JobRecord* job = this->job();
    const bool has = job && !job->plans.empty();
    const bool hadNone = !m_tabs->isTabVisible(0);
    for (int tab = 0; tab < m_tabs->indexOf(m_log); ++tab)
        m_tabs->setTabVisible(tab, has);
    if (has && hadNone)
        m_tabs->setCurrentIndex(0);
    if (isVisible())
        m_layers->showJob(job);
}

QWidget* JobDetail::makeHead(Actions* actions)
{
    auto* head = new QWidget(this);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_state->setForegroundRole(QPalette::PlaceholderText);
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(fontMetrics().height() / 2);
    m_bar->setRange(0, kSteps);
    m_bar->setAccessibleName(tr("Progress of the job"));
    const auto button = [&](QAction* action, const QString& text) {
        auto* made = new QToolButton(head);
        made->setObjectName(QStringLiteral("barButton"));
        made->setText(text);
        made->setFocusPolicy(Qt::StrongFocus);
        connect(made, &QToolButton::clicked, action, &QAction::trigger);
        return made;
    };
    m_pause = button(actions->pauseJob, tr("Pause"));
    m_stop = button(actions->stopJob, tr("Stop"));
    m_remove = button(actions->removeJob, tr("Remove"));
    m_resume->setObjectName(QStringLiteral("resumeJob"));
    connect(m_resume, &QPushButton::clicked, this, &JobDetail::resumeWanted);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_title, 1);
    for (QWidget* each : std::initializer_list<QWidget*> { m_pause, m_resume, m_stop, m_remove })
        buttons->addWidget(each);
    auto* layout = new QVBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(buttons);
    layout->addWidget(m_bar);
    layout->addWidget(m_state);
    return head;
}

const JobRecord* JobDetail::job() const
{
    const JobModel& model = *m_workbench->jobs()->model();
    const int row = model.rowOf(m_job);
    return row < 0 ? nullptr : &model.job(row);
}

void JobDetail::showJob(JobId job)
{
    const bool changed = std::exchange(m_job, job) != job;
    const JobRecord* shown = this->job();
    if (changed || !shown)
        m_log->setPlainText(shown ? shown->log.join(u'\n') : QString());
    if (changed)
        m_soon.start();
    refresh();
}

void JobDetail::addLog(int row, const QString& line)
{
    if (row == m_workbench->jobs()->model()->rowOf(m_job))
        m_log->appendPlainText(line); // scrolls with it only where the end was in view
}

/// "91 of 224 layers · about 27 min left"; of one that ended how it did.
QString JobDetail::stateText(const JobRecord& job) const
{
    QStringList parts;
    const core::Progress& progress = job.status.progress;
    if (job.state == JobState::Running) {
        if (job.status.isStopping)
            parts << tr("stopping…");
        if (!progress.stage.empty())
            parts << engineText(progress.stage);
        if (progress.total > 0)
            parts << amountText(progress);
        if (job.status.left)
            parts << (job.status.left->wholeJob ? tr("%1 left") : tr("%1 left of this step"))
                         .arg(durationText(job.status.left->seconds));
    } else {
        const JobModel& model = *m_workbench->jobs()->model();
        parts << model.index(model.rowOf(job.id), JobModel::StateColumn).data().toString();
        if (job.seconds > 0)
            parts << tr("took %1").arg(spanText(job.seconds));
        if (!job.message.isEmpty())
            parts << job.message;
    }
    if (job.status.layersTotal > 0)
        parts << tr("%1 of %2 layers safe on disk").arg(job.status.layersSafe).arg(job.status.layersTotal);
    return parts.join(QStringLiteral(" · "));
}

void JobDetail::refresh()
{
    const JobRecord* job = this->job();
    const bool isRunning = job && job->state == JobState::Running;
    const bool isStopping = isRunning && job->status.isStopping;
    const bool goesOn = job && job->again
        && (job->state == JobState::Stopped || job->state == JobState::Failed || job->state == JobState::Paused);
    m_title->setText(job ? job->title : tr("No job is selected"));
    m_title->setToolTip(m_title->text());
    m_state->setText(job ? stateText(*job) : QString());
    const core::Progress progress = job ? job->status.progress : core::Progress {};
    m_bar->setVisible(isRunning);
    m_bar->setRange(0, progress.total > 0 ? kSteps : 0);
    m_bar->setValue(progress.total > 0 ? static_cast<int>(progress.done * kSteps / progress.total) : 0);
    m_pause->setVisible(job && (isRunning || job->state == JobState::Waiting));
    m_pause->setEnabled(!isStopping);
    m_stop->setVisible(isRunning);
    m_stop->setEnabled(!isStopping);
    m_remove->setVisible(job && job->isQueued());
    m_resume->setVisible(!isRunning && !(job && job->state == JobState::Waiting));
    m_resume->setEnabled(goesOn);
    m_resume->setToolTip(goesOn ? tr("Goes on where the job stopped; finished layers are not made again")
                                : tr("This job is not one that stopped"));
}

} // namespace kerf::ui
