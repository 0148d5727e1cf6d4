// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/decide/decision_desk.h"

#include "core/jobs/this_machine.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

DecisionDesk::DecisionDesk(Workbench* workbench)
    : m_workbench(workbench)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(0);
    readDevices();
    connect(&m_timer, &QTimer::timeout, this, &DecisionDesk::compute);
    connect(&m_runner, &JobRunner::finished, this, &DecisionDesk::finish);
    connect(workbench, &Workbench::modelOpened, this, &DecisionDesk::load);
    connect(workbench, &Workbench::modelClosed, this, &DecisionDesk::forget);
    connect(workbench, &Workbench::runsChanged, this, [this] {
        m_runs.reset();
        restart();
    });
    connect(workbench->session(), &ModelSession::profileChanged, this, &DecisionDesk::restart);
    connect(workbench->document(), &PlanDocument::estimateChanged, this, &DecisionDesk::followPlan);
}

void DecisionDesk::load()
{
    m_settings = core::usualDecision(*m_workbench->session()->network());
    forget();
    if (const auto stored = m_workbench->session()->decisionSettings()) {
        m_isKept = stored->has_value();
        m_settings = stored->value_or(m_settings);
    } else
        emit m_workbench->message(toQt(stored.error().message), true);
    readDevices();
    emit settingsChanged();
    restart();
}

void DecisionDesk::forget()
{
    m_isKept = false;
    m_decision.reset();
    m_problem.clear();
    emit decided();
}

QString DecisionDesk::problem() const
{
    return m_problem.isEmpty() && !m_decision ? tr("Reading the runs…") : m_problem;
}

void DecisionDesk::readDevices()
{
    if (auto found = core::knownMachines(m_settings.devices))
        m_devices = std::move(found->devices);
    else
        m_devices = core::shippedDevices();
}

QString DecisionDesk::change(const std::function<void(core::DecisionSettings&)>& edit)
{
    core::DecisionSettings changed = m_settings;
    edit(changed);
    if (core::toJson(changed) == core::toJson(m_settings))
        return {};
    if (const auto checked = core::checkDecision(changed); !checked)
        return toQt(checked.error().message);
    const bool isOtherTable = changed.devices != m_settings.devices;
    m_settings = std::move(changed);
    if (isOtherTable)
        readDevices();
    if (m_workbench->canWrite()) {
        const auto saved = m_workbench->session()->saveDecision(m_settings);
        m_isKept = saved.has_value();
        if (!saved)
            emit m_workbench->message(toQt(saved.error().message), true);
    }
    emit settingsChanged();
    restart();
    return {};
}

std::map<core::RowId, core::GateVerdict> DecisionDesk::verdicts() const
{
    std::map<core::RowId, core::GateVerdict> found;
    if (m_decision)
        for (const core::JudgedRun& run : m_decision->judged)
            if (const auto verdict = run.verdict())
                found[run.run] = *verdict;
    return found;
}

void DecisionDesk::setActive(bool active)
{
    m_isActive = active;
    if (active && m_isStale)
        restart();
}

void DecisionDesk::restart()
{
    m_isStale = true;
    if (!m_isActive && !m_isKept)
        return;
    m_runner.stop();
    m_timer.start();
}

/// Edits come many a second. They matter where the plan in hand is what is decided about, and to the page alone: the
/// chart's marks are of runs.
void DecisionDesk::followPlan()
{
    if (m_settings.run != 0)
        return;
    m_isStale = true;
    if (m_isActive)
        restart();
}

void DecisionDesk::compute()
{
    if (m_runner.isRunning()) // finish() begins anew
        return;
    m_isStale = false;
    const ModelSession& session = *m_workbench->session();
    if (!m_workbench->hasModel())
        return;
    if (!m_runs)
        m_runs = std::make_shared<const std::vector<core::RunRow>>(session.runs());
    core::DecisionBasis basis { session.network(), session.project()->modelFolder, session.profile(), m_runs,
        session.modelSpeeds(), m_workbench->document()->plan() };
    const bool isJudged
        = m_decision && m_judged == m_runs && m_decision->requirements == core::requirementsOf(m_settings);
    m_next = std::make_shared<std::optional<core::Decision>>();
    m_runner.start([basis = std::move(basis), settings = m_settings, found = m_next,
                       before = isJudged ? m_decision : nullptr](const core::JobContext&) -> core::Status {
        KERF_TRY(*found, core::decide(basis, settings, before ? &before->judged : nullptr));
        return {};
    });
}

void DecisionDesk::finish(const JobOutcome& outcome)
{
    if (m_isStale) {
        m_timer.start();
        return;
    }
    m_decision = outcome.done ? std::make_shared<const core::Decision>(std::move(**m_next)) : nullptr;
    m_judged = m_runs;
    m_problem = outcome.done ? QString() : outcome.message;
    emit decided();
}

} // namespace kerf::ui
