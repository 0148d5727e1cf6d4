// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The jobs that measure beside the runs: cells, predictions, times, and the search that refines a plan.

#include "ui/jobs/refinement_text.h"
#include "ui/jobs/work.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

void Workbench::measureCells(const std::vector<int>& layers)
{
    const DataSettings settings = dataSettingsOf(*m_session.project());
    std::vector<core::PlanLayer> cells;
    cells.reserve(layers.size());
    for (const int layer : layers)
        cells.push_back(m_document.plan().layers[static_cast<std::size_t>(layer)]);
    emit message({}, false);
    startJob({ tr("Measure %n Cell(s)", nullptr, static_cast<int>(cells.size())),
        cellsWork(m_session.project(), m_session.workspaceFile(), cells, settings),
        [this](const JobOutcome& outcome) {
            if (outcome.done)
                m_session.refreshProfile();
            report(outcome);
        },
        [this, layers] { measureCells(layers); } });
}

void Workbench::checkPrediction(int plans)
{
    const DataSettings settings = dataSettingsOf(*m_session.project());
    if (!settings.isComplete()) {
        emit settingsNeeded();
        return;
    }
    emit message({}, false);
    startJob({ tr("Check Prediction"), predictionWork(m_session.project(), m_session.workspaceFile(), plans, settings),
        [this](const JobOutcome& outcome) {
            m_session.refreshRuns();
            emit predictionsChanged();
            report(outcome);
        },
        [this, plans] { checkPrediction(plans); } });
}

void Workbench::timeFormats()
{
    if (m_jobs.isRunning())
        return;
    m_timing = true;
    emit message({}, false);
    startJob({ tr("Time the Formats"),
        timesWork(m_session.project(), m_session.workspaceFile(), m_document.profile()->formats),
        [this](const JobOutcome& outcome) {
            m_timing = false;
            report(outcome);
            emit timesChanged();
        },
        [this] { timeFormats(); } });
    emit timesChanged();
}

void Workbench::refine(core::RefineJob settings)
{
    const DataSettings texts = dataSettingsOf(*m_session.project());
    settings.calibration = texts.calibration;
    settings.text = texts.evaluation;
    settings.held.window = settings.calibration.window;
    settings.held.samples = settings.windows;
    emit message({}, false);
    const auto found = std::make_shared<core::Refinement>();
    core::RefineJob job = settings;
    job.plan.name += " refined";
    startJob({ tr("Refine %1").arg(toQt(settings.plan.name)),
        refineWork(m_session.project(), m_session.workspaceFile(), job, found),
        [this, before = settings.plan, found](const JobOutcome& outcome) {
            m_session.refreshProfile(); // the search measures cells
            useRefinement(before, *found, outcome);
        },
        [this, settings] { refine(settings); }, false });
}

void Workbench::useRefinement(const core::Plan& before, const core::Refinement& found, const JobOutcome& outcome)
{
    const bool isBetter = !found.plan.layers.empty() && !(found.plan.layers == before.layers);
    if (isBetter)
        m_document.replacePlan(found.plan, tr("Refine by Measurement"));
    if (outcome.done || isBetter)
        emit message(refinementText(found, isBetter, outcome), !outcome.done && !outcome.stopped());
    else
        report(outcome);
}

} // namespace kerf::ui
