// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_layers.h"

#include <algorithm>
#include <map>
#include <utility>

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/charts/layer_times_chart.h"
#include "ui/column_fitter.h"
#include "ui/jobs/layer_log_model.h"
#include "ui/jobs/retry_dialog.h"
#include "ui/row_table.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr int kLayerCharacters = 18; ///< of a layer's name, at least

} // namespace

JobLayers::JobLayers(Workbench* workbench, QWidget* parent)
    : QWidget(parent)
    , m_workbench(workbench)
    , m_model(new LayerLogModel(this))
    , m_view(new QTableView(this))
    , m_chart(new LayerTimesChart(this))
    , m_problem(new QFrame(this))
    , m_text(new QLabel(m_problem))
{
    m_view->setObjectName(QStringLiteral("layerLog"));
    m_view->setAccessibleName(tr("Layers of the job"));
    m_view->setModel(m_model);
    showAsRows(m_view, LayerLogModel::LayerColumn);
    m_view->setTextElideMode(Qt::ElideLeft); // layers differ at the end of their names
    new ColumnFitter(m_view, LayerLogModel::LayerColumn, kLayerCharacters,
        { LayerLogModel::GainColumn, LayerLogModel::TimeColumn, LayerLogModel::ErrorColumn });
    m_problem->setObjectName(QStringLiteral("messageBar"));
    m_problem->setProperty("error", true);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    auto* retry = new QPushButton(tr("Retry Layer…"), m_problem);
    retry->setObjectName(QStringLiteral("retryLayer"));
    connect(retry, &QPushButton::clicked, this, &JobLayers::retry);
    auto* row = new QHBoxLayout(m_problem);
    row->addWidget(m_text, 1);
    row->addWidget(retry, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_problem);
    m_problem->hide();
}

void JobLayers::showJob(const JobRecord* job)
{
    if (std::exchange(m_job, job ? job->id : 0) != m_job)
        m_times.reset();
    m_run = job && !job->plans.empty() ? m_workbench->runOf(*job) : 0;
    const QScrollBar* bar = m_view->verticalScrollBar();
    const bool follows = bar->value() == bar->maximum();
    m_model->setLayers(m_run != 0 ? m_workbench->session()->runLayers(m_run) : std::vector<core::RunLayerRow>());
    if (follows && job && job->state == JobState::Running)
        m_view->scrollToBottom();
    showTimes();
    showProblem(job);
}

void JobLayers::showTimes()
{
    std::vector<LayerTimesChart::Bar> bars;
    const core::RunRow* run = m_workbench->session()->run(m_run);
    const auto network = m_workbench->session()->network();
    if (!run || !network)
        return m_chart->setBars({});
    if (!m_times)
        m_times = m_workbench->session()->layerTimes();
    std::map<std::string, double> done;
    for (const core::RunLayerRow& layer : m_model->layers())
        done.emplace(layer.report.layer, layer.report.seconds);
    for (const core::LayerInfo& layer : network->layers()) {
        LayerTimesChart::Bar bar { toQt(layer.name), {}, {} };
        const core::PlanLayer* choice = run->plan.find(layer.name);
        const auto expected = choice ? m_times->of(layer, choice->method) : std::nullopt;
        if (const auto made = done.find(layer.name); made != done.end())
            bar.done = made->second;
        else if (expected)
            bar.expected = expected->seconds;
        bars.push_back(std::move(bar));
    }
    m_chart->setBars(std::move(bars));
}

/// The first layer that a method gave up on; of a job that failed, the layer that its message names.
void JobLayers::showProblem(const JobRecord* job)
{
    m_layer.clear();
    const core::RunRow* run = m_workbench->session()->run(m_run);
    const auto rescued = std::ranges::find_if(m_model->layers(), isRescued);
    if (run && rescued != m_model->layers().end()) {
        m_layer = rescued->report.layer;
        m_why = toQt(rescued->report.fallbacks.front().detail);
        const auto more = std::ranges::count_if(m_model->layers(), isRescued) - 1;
        m_text->setText(more > 0
                ? tr("%1 was rounded to nearest instead: %2 (and %n more layer(s))", nullptr, static_cast<int>(more))
                      .arg(toQt(m_layer), m_why)
                : tr("%1 was rounded to nearest instead: %2").arg(toQt(m_layer), m_why));
    } else if (run && job && job->state == JobState::Failed) {
        for (const core::PlanLayer& layer : run->plan.layers)
            if (job->message.contains(toQt(layer.layer)))
                m_layer = layer.layer;
        m_why = job->message;
        m_text->setText(job->message);
    }
    m_problem->setVisible(!m_layer.empty() && m_workbench->canWrite());
}

void JobLayers::retry()
{
    const core::RunRow* run = m_workbench->session()->run(m_run);
    if (!run || m_layer.empty())
        return;
    auto* dialog = new RetryDialog(run->plan, m_layer, m_why, this);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_workbench->run(dialog->plan()); });
    dialog->open();
}

} // namespace kerf::ui
