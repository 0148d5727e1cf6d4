// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/action_states.h"

#include <algorithm>

#include <QAction>
#include <QMenu>

#include "core/exporters/convert.h"
#include "core/jobs/metric_comparison.h"
#include "core/jobs/sample_data.h"
#include "ui/actions.h"
#include "ui/plan/format_palette_model.h"
#include "ui/workbench.h"

namespace kerf::ui {

ActionStates::ActionStates(Workbench* workbench, Actions* actions, const FormatPaletteModel* palette, QObject* parent)
    : QObject(parent)
    , m_workbench(workbench)
    , m_actions(actions)
    , m_palette(palette)
{
    for (const auto signal : { &Workbench::modelOpened, &Workbench::modelClosed, &Workbench::runsChanged })
        connect(workbench, signal, this, &ActionStates::update);
    connect(workbench->document(), &PlanDocument::estimateChanged, this, &ActionStates::update);
    connect(workbench->selection(), &Selection::layersChanged, this, &ActionStates::update);
    connect(workbench->selection(), &Selection::runChanged, this, &ActionStates::update);
    connect(workbench->selection(), &Selection::comparedChanged, this, &ActionStates::update);
    connect(palette, &FormatPaletteModel::keysChanged, this, &ActionStates::update);
    connect(workbench->jobs(), &JobCenter::started, this, &ActionStates::update);
    connect(workbench->jobs(), &JobCenter::ended, this, &ActionStates::update);
    connect(workbench->jobs(), &JobCenter::queueChanged, this, &ActionStates::updateJobs);
    connect(workbench->jobs(), &JobCenter::statusChanged, this, &ActionStates::updateJobs);
    update();
}

ActionStates::Obstacles ActionStates::obstacles() const
{
    const core::RunRow* run = m_workbench->session()->run(m_workbench->selection()->run());
    Obstacles no;
    if (!m_workbench->hasModel())
        no.model = tr("Open a model first");
    else if (!m_workbench->canWrite())
        no.writes = tr("The workspace is open for reading only");
    if (m_workbench->hasModel() && !m_workbench->session()->network()->info().cannotRun.empty())
        no.running = tr("No family fits this model, so it cannot be run");
    if (m_workbench->jobs()->isRunning())
        no.busy = tr("A job is running");
    if (!m_workbench->document()->profile())
        no.profile = tr("Profile the model first");
    no.solver = m_workbench->document()->solverProblem();
    if (m_workbench->selection()->layers().empty())
        no.layers = tr("Select layers in the map or the tree first");
    if (!run)
        no.run = tr("Select a run first");
    else if (run->state != core::RunState::Done)
        no.done = tr("The selected run is not finished");
    return no;
}

void ActionStates::need(std::initializer_list<QAction*> actions, std::initializer_list<QString> reasons)
{
    const auto first = std::ranges::find_if(reasons, [](const QString& reason) { return !reason.isEmpty(); });
    for (QAction* action : actions)
        Actions::setProblem(action, first == reasons.end() ? QString() : *first);
}

void ActionStates::update()
{
    const Obstacles no = obstacles();
    updateModel(no);
    updatePlan(no);
    updateRuns(no);
    updateJobs();
}

void ActionStates::updateModel(const Obstacles& no)
{
    const Actions& all = *m_actions;
    need({ all.profile, all.lens }, { no.model, no.running, no.writes });
    need({ all.runPlan, all.checkRun }, { no.model, no.writes });
    need({ all.openWorkspace, all.closeModel }, { no.model, no.busy });
    need({ all.openPlan, all.savePlan, all.recipeMenu->menuAction(), all.settings, all.find, all.graph, all.inspector,
             all.undoHistory, all.hidePanels, all.restoreLayout },
        { no.model });
    need({ all.checkPrediction }, { no.model, no.running, no.writes, no.profile });
    need({ all.measureCells }, { no.model, no.running, no.writes, no.profile, no.layers });
}

void ActionStates::updatePlan(const Obstacles& no)
{
    const Actions& all = *m_actions;
    const core::Plan& plan = m_workbench->document()->plan();
    need({ all.planChanges, all.selectAll, all.selectShown, all.tieFused, all.setByPattern, all.sequential, all.presets,
             all.uniformMenu->menuAction() },
        { no.model });
    need({ all.keepSensitive }, { no.model, no.running, no.profile });
    need({ all.clearSelection, all.keep16, all.lockLayers, all.nextFormats, all.selectedMenu->menuAction() },
        { no.model, no.layers });
    for (std::size_t i = 0; i < all.setFormat.size(); ++i) {
        const bool hasFormat = !m_palette->formatOfKey(static_cast<int>(i) + 1).isEmpty();
        need({ all.setFormat[i] },
            { no.model, no.layers, hasFormat ? QString() : tr("There is no format for this key") });
    }
    all.sequential->setChecked(no.model.isEmpty() && plan.mode == core::QuantizeMode::Sequential);
    need({ all.solve }, { no.model, no.running, no.solver });
    need({ all.refine },
        { no.model, no.running, no.writes, no.solver,
            plan.transforms.empty()
                ? QString()
                : tr("A plan with transforms cannot be refined: its layers were profiled without them") });
}

void ActionStates::updateRuns(const Obstacles& no)
{
    const Actions& all = *m_actions;
    need({ all.sweep }, { no.model, no.running, no.writes });
    need({ all.refresh }, { no.model });
    need({ all.exportMenu->menuAction() }, { no.model });
    need({ all.loadRunPlan }, { no.model, no.run });
    need({ all.evaluateRun }, { no.model, no.running, no.writes, no.run, no.done });
    const core::ProjectPtr& project = m_workbench->session()->project();
    const bool writesText = !project || project->model.network->generator();
    need({ all.askRun, all.measureSpeed },
        { no.model, no.running, no.writes, no.run, no.done,
            writesText ? QString() : tr("The open model writes no text: score it on labelled texts") });
    need({ all.scoreRun },
        { no.model, no.running, no.writes, no.run, no.done,
            writesText ? tr("The open model writes text: ask it questions") : QString() });
    need({ all.renameRun, all.deleteRun, all.annotateRun }, { no.model, no.writes, no.run });
    for (QAction* action : all.exportMenu->actions())
        if (action != all.convertMenu->menuAction() && action != all.importanceMatrix && action != all.report)
            need({ action }, { no.model, no.writes, no.run, no.done });
    const bool isFloat = !project || !core::hasCodes(project->model);
    const bool isQuantized = project && project->model.quantized;
    const auto done = std::ranges::count(m_workbench->session()->runs(), core::RunState::Done, &core::RunRow::state);
    need({ all.convertMenu->menuAction() },
        { no.model, isFloat ? tr("The open model is not quantized: quantize it, and export the run") : QString(),
            no.writes });
    need({ all.addCheckpoint },
        { no.model, isQuantized ? tr("The open model is itself quantized: open the one it was made from") : QString(),
            no.writes });
    need({ all.importanceMatrix }, { no.model, no.running, no.writes });
    const std::vector<core::RowId>& compared = m_workbench->selection()->compared();
    if (compared.size() < 2)
        need({ all.compareRuns },
            { no.model, no.run, no.done, done < 2 ? tr("There is no second run to compare with") : QString() });
    else
        need({ all.compareRuns }, { no.model });
    need({ all.decide, all.degradation }, { no.model });
    updateComparison(no, compared);
}

void ActionStates::updateComparison(const Obstacles& no, const std::vector<core::RowId>& compared)
{
    const Actions& all = *m_actions;
    const bool isIn = std::ranges::find(compared, m_workbench->selection()->run()) != compared.end();
    const QString full = !isIn && compared.size() == core::kMostCompared
        ? tr("%1 runs are compared already: take another one out first").arg(core::kMostCompared)
        : QString();
    need({ all.toggleCompared, all.makeReference }, { no.model, no.run, no.done, full });
    need({ all.evaluateCompared },
        { no.model, compared.size() < 2 ? tr("Take two runs into the comparison first") : QString(), no.writes });
    need({ all.showTrash }, { no.model });
    need({ all.flips }, { no.model, no.run, no.done });
    const core::ProjectPtr& project = m_workbench->session()->project();
    need({ all.look },
        { no.model, project && !core::readsSamples(*project) ? tr("This model reads texts, not pictures") : QString(),
            no.run, no.done });
    if (compared.empty())
        need({ all.report }, { no.model, no.run, no.done });
    else
        need({ all.report }, { no.model });
}

void ActionStates::updateJobs()
{
    const Actions& all = *m_actions;
    const JobCenter& jobs = *m_workbench->jobs();
    need({ all.stopJob },
        { jobs.isRunning() ? QString() : tr("No job is running"),
            jobs.isStopping() ? tr("The job is stopping") : QString() });
    const int row = jobs.model()->rowOf(jobs.selected());
    const JobRecord* job = row < 0 ? nullptr : &jobs.model()->job(row);
    const QString none = job ? QString() : tr("Select a job first");
    need({ all.pauseJob },
        { none, job && job->isEnded() && !job->again ? tr("This job cannot go on") : QString(),
            job && job->state == JobState::Done ? tr("The selected job is done") : QString(),
            job && job->status.isStopping ? tr("The job is stopping") : QString() });
    need({ all.jobUp, all.jobDown, all.removeJob },
        { none, job && job->isQueued() ? QString() : tr("The selected job is not in the queue") });
}

} // namespace kerf::ui
