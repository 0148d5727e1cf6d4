// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/panels.h"
#include "ui/decide/decision_desk.h"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

#include "ui/actions.h"
#include "ui/bytes/bytes_panel.h"
#include "ui/charts/pareto_chart.h"
#include "ui/empty_state.h"
#include "ui/filter_bar.h"
#include "ui/help/manual_window.h"
#include "ui/inspector/inspection.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/inspector/inspector_strip.h"
#include "ui/jobs/jobs_panel.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/layers/layers_panel.h"
#include "ui/mnemonics.h"
#include "ui/plan/format_palette.h"
#include "ui/plan/model_panel.h"
#include "ui/plan/predicted_front.h"
#include "ui/runs/run_table_model.h"
#include "ui/runs/runs_panel.h"
#include "ui/value_text.h"
#include "ui/window/panel_tabs.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

QLabel* makeNote(QWidget* parent)
{
    auto* note = new QLabel(parent);
    note->setForegroundRole(QPalette::PlaceholderText);
    return note;
}

/// Name at the left, what it holds at the right: the same for every panel.
QWidget* makeTitle(const QString& title, QLabel* note)
{
    auto* bar = new QWidget;
    bar->setObjectName(QStringLiteral("dockTitle"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* name = new QLabel(title, bar);
    QFont bold = name->font();
    bold.setBold(true);
    name->setFont(bold);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 6, 10, 6);
    layout->addWidget(name);
    layout->addStretch();
    layout->addWidget(note);
    return bar;
}

ParetoChart::PlanPoint pointOf(const PlanEstimate& estimate)
{
    ParetoChart::PlanPoint point;
    if (estimate.speed)
        point.speed = estimate.speed->ratio;
    point.sizeBytes = static_cast<double>(estimate.size.sizeBytes);
    point.bitsPerWeight = estimate.size.bitsPerWeight;
    if (estimate.kld)
        point.kld = { estimate.kld->kld, estimate.kld->stderr_ };
    return point;
}

} // namespace

Panels::Panels(Workbench* workbench, Actions* actions, FormatPaletteModel* palette, QMainWindow* window)
    : m_workbench(workbench)
    , m_actions(actions)
    , m_window(window)
    , m_inspection(new Inspection(workbench, this))
{
    addLayers();
    addFormats(palette);
    addResults();
    addPareto();
    nameToggles();
    connect(m_actions->find, &QAction::triggered, this, &Panels::focusFilter);
    connect(m_workbench, &Workbench::runsChanged, this, &Panels::showRuns);
    connect(m_workbench->document(), &PlanDocument::estimateChanged, this, &Panels::showPlanPoint);
}

QDockWidget* Panels::addPanel(const QString& name, const QString& title, QWidget* content, QWidget* titleBar)
{
    auto* dock = new QDockWidget(title, m_window);
    dock->setObjectName(name);
    setManualPage(dock, QStringLiteral("window.md"));
    dock->setWidget(content);
    dock->setTitleBarWidget(titleBar);
    m_docks.push_back(dock);
    return dock;
}

void Panels::addLayers()
{
    auto* model = new LayerTreeModel(m_workbench->document());
    m_layers = new LayersPanel(model, m_workbench->selection(), m_window);
    model->setParent(m_layers); // it lasts as long as what shows it
    connect(m_workbench, &Workbench::modelOpened, model, [this, model] {
        const auto& quantized = m_workbench->session()->project()->model.quantized;
        model->setRootName(quantized ? tr("model (quantized: %1)").arg(toQt(quantized->quantMethod())) : QString());
    });
    connect(m_workbench->selection(), &Selection::runChanged, model,
        [this, model] { model->setReports(m_workbench->session()->runLayers(m_workbench->selection()->run())); });
    connect(m_actions->selectShown, &QAction::triggered, m_layers, &LayersPanel::selectShown);
    QLabel* note = makeNote(m_window);
    connect(m_layers, &LayersPanel::countChanged, note, [this, note] { note->setText(m_layers->countText()); });
    addPanel(QStringLiteral("layersDock"), tr("Layers"), m_layers, makeTitle(tr("Layers"), note));
}

void Panels::addFormats(FormatPaletteModel* palette)
{
    m_formats = new FormatPalette(palette, m_workbench->document(), m_workbench->selection(), m_window);
    m_layerTabs = makePanelTabs(tr("Formats and layer"), m_window);
    m_inspector = new InspectorPanel(m_inspection, m_workbench, m_layerTabs);
    m_strip = new InspectorStrip(m_inspection, m_workbench, m_window);
    m_strip->hide();
    for (QWidget* view : { static_cast<QWidget*>(m_inspector), static_cast<QWidget*>(m_strip) })
        setManualPage(view, QStringLiteral("inspector.md"));
    m_stripArea = new QScrollArea(m_layerTabs);
    m_stripArea->hide();
    m_stripArea->setWidgetResizable(true);
    m_stripArea->setFrameShape(QFrame::NoFrame);
    m_stripArea->setFocusPolicy(Qt::NoFocus);
    m_layerTabs->addTab(m_formats, tr("Formats"));
    m_layerTabs->addTab(m_inspector, tr("Inspector"));
    const int transforms = m_layerTabs->addTab(new ModelPanel(m_workbench->document(), m_layerTabs), tr("Transforms"));
    m_layerTabs->setTabToolTip(transforms, tr("Transforms before the rounding, and the key/value cache"));
    auto* bytes = new BytesPanel(m_workbench, m_layerTabs);
    m_layerTabs->addTab(bytes, tr("Bytes"));
    setManualPage(bytes, QStringLiteral("bytes.md"));
    connect(bytes, &BytesPanel::failed, m_workbench,
        [this](const QString& text) { emit m_workbench->message(text, true); });
    QDockWidget* dock
        = addPanel(QStringLiteral("formatsDock"), tr("Formats"), m_layerTabs, new QWidget); // its tabs are its title
    connect(m_formats, &FormatPalette::formatShown, this, &Panels::formatShown);
    connect(m_actions->inspector, &QAction::triggered, this, &Panels::showInspector);
    connect(m_layerTabs, &QTabWidget::currentChanged, this, &Panels::tellStrip);
    connect(dock, &QDockWidget::visibilityChanged, this, &Panels::tellStrip);
}

void Panels::showInspector()
{
    auto* dock = static_cast<QDockWidget*>(m_layerTabs->parentWidget());
    dock->show();
    dock->raise();
    m_layerTabs->setCurrentWidget(m_inspector);
    m_inspector->setFocus();
}

void Panels::tellStrip()
{
    emit stripWanted(!m_tight && m_inspector->isVisible());
}

void Panels::setTight(bool tight)
{
    if (tight == m_tight)
        return;
    m_tight = tight;
    m_strip->setStacked(tight);
    if (tight) {
        emit stripWanted(false);
        m_stripArea->setWidget(m_strip);
        m_layerTabs->addTab(m_stripArea, tr("Charts")); // the last: the others stay where they are
        m_strip->show();
    } else {
        m_layerTabs->removeTab(m_layerTabs->indexOf(m_stripArea));
        m_stripArea->takeWidget();
        m_strip->hide();
        m_strip->setParent(m_window);
        tellStrip();
    }
}

void Panels::addResults()
{
    m_results = makePanelTabs(tr("Runs and jobs"), m_window);
    m_results->addTab(makeRuns(), tr("Runs"));
    auto* jobs = new JobsPanel(m_workbench, m_actions, m_results);
    setManualPage(jobs, QStringLiteral("jobs.md"));
    m_results->addTab(scrolled(jobs, m_results), tr("Jobs"));
    QLabel* note = makeNote(m_results);
    note->setContentsMargins(0, 0, 10, 0);
    note->setMinimumHeight(m_results->tabBar()->sizeHint().height());
    note->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_results->setCornerWidget(note);
    connect(m_runs, &RunsPanel::countChanged, note, [this, note] { note->setText(m_runs->countText()); });
    addPanel(QStringLiteral("resultsDock"), tr("Runs and Jobs"), m_results, new QWidget); // its tabs are its title
}

QWidget* Panels::makeRuns()
{
    m_runModel = new RunTableModel;
    m_runs = new RunsPanel(m_runModel, m_workbench->selection(), m_results);
    m_runModel->setParent(m_runs); // it lasts as long as what shows it
    m_runs->emptyState()->setText(tr("No runs yet. Run the plan to see what it costs and what it gains."));
    m_runs->emptyState()->addAction(m_actions->runPlan);
    m_runs->setContextActions({ m_actions->toggleCompared, m_actions->makeReference, m_actions->annotateRun,
        m_actions->evaluateRun, m_actions->askRun, m_actions->scoreRun, m_actions->flips, m_actions->look,
        m_actions->measureSpeed, m_actions->compareRuns, m_actions->loadRunPlan, m_actions->renameRun,
        m_actions->deleteRun, m_actions->exportMenu->menuAction() });
    connect(m_runs, &RunsPanel::activated, m_workbench, &Workbench::usePlanOfRun);
    connect(m_runModel, &RunTableModel::renameRequested, m_workbench, &Workbench::renameRun);
    connect(m_actions->renameRun, &QAction::triggered, this, &Panels::editRunName);
    return m_runs;
}

void Panels::addPareto()
{
    m_pareto = new ParetoChart(m_workbench->selection(), m_window);
    connect(m_pareto, &ParetoChart::sittingWanted, m_workbench, &Workbench::timeFormats);
    connect(m_pareto, &ParetoChart::axesChosen, m_workbench, &Workbench::setFrontAxes);
    setManualPage(m_pareto, QStringLiteral("front.md"));
    m_front = new PredictedFront(m_workbench, m_pareto);
    m_pareto->setPredictedFront(m_front);
    m_pareto->emptyState()->addAction(m_actions->profile);
    connect(m_workbench->desk(), &DecisionDesk::decided, m_pareto,
        [this] { m_pareto->setVerdicts(m_workbench->desk()->verdicts()); });
    connect(m_pareto, &ParetoChart::planChosen, m_workbench, [this](const std::shared_ptr<const core::Plan>& plan) {
        m_workbench->document()->replacePlan(*plan, tr("Use Predicted Plan %1").arg(toQt(plan->name)));
    });
    connect(
        m_pareto, &Chart::failed, m_workbench, [this](const QString& text) { emit m_workbench->message(text, true); });
    QLabel* note = makeNote(m_window);
    note->setText(tr("◆ front · ◇ undecided"));
    note->setToolTip(tr("◆ every other run is significantly worse on one of the two axes; ◇ not beaten, but it cannot "
                        "be told from another run. Bars of a speed hold 95 % of later sittings; bars of a damage are "
                        "standard errors. Behind a name ✓, ? or ✗: accepted, open or rejected by the gate of Decide."));
    addPanel(QStringLiteral("paretoDock"), tr("Pareto"), m_pareto, makeTitle(tr("Pareto"), note));
}

void Panels::nameToggles()
{
    QStringList names;
    for (const QDockWidget* dock : m_docks)
        names << dock->toggleViewAction()->text();
    names = withMnemonics(names);
    int number = 0;
    for (QDockWidget* dock : m_docks) {
        QAction* toggle = dock->toggleViewAction();
        toggle->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(++number)));
        toggle->setText(names.takeFirst());
        m_actions->panelsMenu->addAction(toggle);
    }
}

void Panels::showRuns()
{
    m_runModel->setEditable(m_workbench->canWrite());
    m_runModel->setRuns(m_workbench->runs());
    m_runModel->setFront(m_workbench->front());
    m_front->setAxis(m_workbench->front().x);
    m_pareto->setRuns(m_workbench->runs(), m_workbench->front());
}

void Panels::showPlanPoint()
{
    const PlanDocument& document = *m_workbench->document();
    m_pareto->setPlanPoint(document.isEmpty() ? std::nullopt : std::optional(pointOf(document.estimate())));
}

void Panels::editRunName()
{
    m_results->setCurrentWidget(m_runs);
    m_runs->editName();
}

std::vector<QWidget*> Panels::layerViews() const
{
    return { m_layers->view(), m_formats->view() };
}

void Panels::focusFilter()
{
    const QWidget* focus = QApplication::focusWidget();
    const QWidget* panel = focus && m_runs->isAncestorOf(focus) ? static_cast<QWidget*>(m_runs) : m_layers;
    for (const QWidget* each = focus; each && !each->isWindow(); each = each->parentWidget()) {
        if (each->objectName() == u"textPage") // stands in the centre
            panel = each;
    }
    panel->findChild<FilterBar*>()->focusField();
}

} // namespace kerf::ui
