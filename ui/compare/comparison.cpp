// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/compare/comparison.h"

#include <fmt/format.h>

#include "ui/compare/run_marks.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

Comparison::Comparison(Workbench* workbench, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &Comparison::read);
    connect(&m_runner, &JobRunner::finished, this, &Comparison::finish);
    connect(workbench, &Workbench::runsChanged, this, &Comparison::restart);
    connect(workbench->selection(), &Selection::comparedChanged, this, &Comparison::restart);
    connect(workbench->session(), &ModelSession::profileChanged, this, &Comparison::restart);
}

void Comparison::setActive(bool active)
{
    m_isActive = active;
    if (active && m_isStale) {
        m_state.clear();
        restart();
    }
}

/// All that a reading depends on: while a job runs the workbench tells of its runs every second, and a table that is
/// filled anew loses its place.
std::string Comparison::stateOfRuns() const
{
    const ModelSession& session = *m_workbench->session();
    const Selection& selection = *m_workbench->selection();
    const auto speeds = session.speeds().find(session.modelId());
    std::string state = fmt::format("{} {} {}", fmt::ptr(session.profile().get()), selection.reference(),
        speeds == session.speeds().end() ? 0 : speeds->second.table.lastTime());
    for (const core::RowId id : selection.compared()) {
        const core::RunRow* run = session.run(id);
        if (!run)
            continue;
        state += fmt::format("\n{} {} {} {}", id, run->name, static_cast<int>(run->state), run->layersDone);
        for (const core::Metric& metric : run->metrics)
            state += fmt::format(" {}{}{}", metric.name, metric.value, metric.datasetHash);
    }
    return state;
}

void Comparison::restart()
{
    if (stateOfRuns() == m_state)
        return;
    m_isStale = true;
    if (!m_isActive)
        return;
    m_runner.stop();
    m_timer.start();
}

void Comparison::read()
{
    if (m_runner.isRunning()) // finish() begins anew
        return;
    m_isStale = false;
    m_state = stateOfRuns();
    const std::vector<core::RowId> runs = m_workbench->selection()->compared();
    if (!m_workbench->hasModel() || runs.size() < 2) {
        m_found.reset();
        m_problem.clear();
        emit changed();
        return;
    }
    m_next = std::make_shared<core::ComparedRuns>();
    m_runner.start([project = m_workbench->session()->project(), file = m_workbench->session()->workspaceFile(), runs,
                       reference = m_workbench->selection()->reference(),
                       found = m_next](const core::JobContext& job) -> core::Status {
        KERF_TRY(const core::Workspace workspace, core::Workspace::openReader(file));
        KERF_TRY(*found, core::loadComparison(*project, workspace, runs, reference, job));
        return {};
    });
}

void Comparison::finish(const JobOutcome& outcome)
{
    if (m_isStale)
        return read();
    m_found = outcome.done ? std::move(m_next) : nullptr;
    m_problem = outcome.done ? QString() : outcome.message;
    emit changed();
}

QString Comparison::title(std::size_t run) const
{
    return tr("%1 %2").arg(runLetter(static_cast<int>(run)), toQt(m_found->runs[run].name));
}

} // namespace kerf::ui
