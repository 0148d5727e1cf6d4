// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>
#include <QToolBar>

#include "core/base/parallel.h"
#include "ui/graph/graph_page.h"
#include "ui/graph/graph_view.h"
#include "ui/heatmap/heatmap.h"
#include "ui/heatmap/measure_choice.h"
#include "ui/help/tour.h"
#include "ui/inspector/inspector_strip.h"
#include "ui/jobs/job_bar.h"
#include "ui/plan/budget_slider.h"
#include "ui/plan/plan_bar.h"
#include "ui/value_text.h"
#include "ui/welcome/welcome_page.h"
#include "ui/window/centre.h"
#include "ui/window/desktop_link.h"
#include "ui/window/drop_target.h"
#include "ui/window/model_caption.h"

namespace kerf::ui {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_actions(new Actions(m_workbench.undo(), this))
    , m_fileActions(&m_workbench, m_actions, this)
    , m_planActions(&m_workbench, m_actions, &m_palette, this)
    , m_runActions(&m_workbench, m_actions, this)
    , m_viewActions(&m_workbench, m_actions, this)
    , m_states(&m_workbench, m_actions, &m_palette)
    , m_centre(new Centre(&m_workbench, m_actions, this))
    , m_planBar(makePlanBar())
    , m_panels(&m_workbench, m_actions, &m_palette, this)
    , m_layout(this, m_panels.docks(), makeToolBar())
    , m_focus(
          { m_planBar, m_panels.docks()[0], m_centre, m_panels.docks()[1], m_panels.docks()[2], m_panels.docks()[3] })
    , m_desktop(std::make_unique<DesktopLink>(m_workbench.jobs()))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Kerf"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setCentralWidget(m_centre);
    makeStatusBar();
    m_tour = new Tour(&m_workbench, m_actions, this);
    connect(m_actions->tour, &QAction::triggered, m_tour, &Tour::start);
    m_drop = new DropTarget(&m_workbench, this);
    m_actions->fillMenuBar(menuBar());
    m_caption = new ModelCaption(&m_workbench, menuBar());
    connectParts();
    followModel();
    followJobs();
    m_layout.restoreGeometry();
    m_layout.setOpen(false);
}

MainWindow::~MainWindow()
{
    m_workbench.jobs()->disconnect(this);
    // The views look at models and documents that are members of this window: they go first.
    hide();
    qDeleteAll(findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
}

PlanBar* MainWindow::makePlanBar()
{
    auto* bar = new PlanBar(m_workbench.document(),
        { m_actions->openFolder, m_actions->profile, m_actions->runPlan, m_actions->exportMenu }, this);
    connect(bar->budget(), &BudgetSlider::budgetChosen, &m_workbench, &Workbench::solve);
    connect(bar, &PlanBar::problemsRequested, &m_planActions, &PlanActions::showProblems);
    return bar;
}

QToolBar* MainWindow::makeToolBar()
{
    QToolBar* tools = addToolBar(tr("Plan"));
    tools->setObjectName(QStringLiteral("planToolBar"));
    tools->setMovable(false);
    tools->setContextMenuPolicy(Qt::PreventContextMenu);
    tools->toggleViewAction()->setEnabled(false);
    tools->addWidget(m_planBar);
    return tools;
}

void MainWindow::makeStatusBar()
{
    auto* threads = new QLabel(tr("%n thread(s)", nullptr, core::threadCount()), this);
    auto* awake = new QLabel(tr("sleep is held off"), this);
    awake->setObjectName(QStringLiteral("sleepHeld"));
    awake->setForegroundRole(QPalette::PlaceholderText);
    awake->setToolTip(tr("The machine does not go to sleep by itself while a job runs"));
    awake->hide();
    connect(m_desktop.get(), &DesktopLink::holdsSleepChanged, awake, &QWidget::setVisible);
    threads->setForegroundRole(QPalette::PlaceholderText);
    threads->setContentsMargins(0, 0, 12, 0);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(new JobBar(m_workbench.jobs(), m_actions->stopJob, this), 1);
    statusBar()->addPermanentWidget(awake);
    statusBar()->addPermanentWidget(threads);
}

void MainWindow::connectParts()
{
    // Their own menus repeat what the menus offer for the selected layers.
    const QList<QAction*> repeated { m_actions->selectedMenu->menuAction(), m_actions->measureCells,
        m_actions->selectAll, m_actions->clearSelection };
    for (QWidget* view :
        { static_cast<QWidget*>(m_centre->heatmap()), static_cast<QWidget*>(m_centre->graph()->view()) }) {
        m_planActions.addLayerView(view);
        view->addActions(repeated);
    }
    for (QWidget* view : m_panels.layerViews())
        m_planActions.addLayerView(view);
    connect(&m_runActions, &RunActions::comparisonWanted, m_centre, &Centre::showComparison);
    connect(m_centre->welcome(), &WelcomePage::openRequested, this,
        [this](const QString& folder) { openModel(folder.toStdString()); });
    m_centre->welcome()->setRecent(m_fileActions.recent());
    connect(&m_fileActions, &FileActions::recentChanged, m_centre,
        [this] { m_centre->welcome()->setRecent(m_fileActions.recent()); });
    connect(m_actions->nextPart, &QAction::triggered, &m_focus, [this] { m_focus.step(1); });
    connect(m_actions->previousPart, &QAction::triggered, &m_focus, [this] { m_focus.step(-1); });
    connect(m_actions->hidePanels, &QAction::triggered, &m_layout, &PanelLayout::setAlone);
    connect(&m_layout, &PanelLayout::aloneChanged, m_actions->hidePanels, &QAction::setChecked);
    connect(m_actions->restoreLayout, &QAction::triggered, &m_layout, &PanelLayout::restoreDefault);
    connect(&m_panels, &Panels::stripWanted, m_centre,
        [this](bool wanted) { m_centre->setStrip(wanted ? m_panels.strip() : nullptr); });
    connect(&m_panels, &Panels::formatShown, m_centre, &Centre::showNumberFormats);
    connect(&m_layout, &PanelLayout::tightChanged, &m_panels, &Panels::setTight);
    connect(&m_layout, &PanelLayout::narrowChanged, m_centre->measures(),
        [this](bool narrow) { m_centre->measures()->setNarrow(narrow); });
}

void MainWindow::followModel()
{
    connect(&m_workbench, &Workbench::modelOpened, this, [this] {
        m_layout.setOpen(true);
        setWindowTitle(tr("%1 — Kerf").arg(toQt(m_workbench.session()->workspaceFile().stem().string())));
    });
    connect(&m_workbench, &Workbench::modelClosed, this, [this] {
        m_layout.setOpen(false);
        setWindowTitle(tr("Kerf"));
    });
}

void MainWindow::followJobs()
{
    connect(m_workbench.jobs(), &JobCenter::ended, this, [this] {
        if (m_closing && !m_workbench.jobs()->isRunning())
            close();
        else if (!isActiveWindow())
            QApplication::alert(this);
    });
}

void MainWindow::openModel(const std::filesystem::path& folder, const std::filesystem::path& workspace)
{
    m_workbench.openModel(folder, workspace);
}

void MainWindow::openLast()
{
    const FileActions::Opened last = FileActions::lastOpened();
    if (std::filesystem::exists(last.folder))
        openModel(last.folder, last.workspace);
}

Heatmap* MainWindow::heatmap() const
{
    return m_centre->heatmap();
}

QString MainWindow::messageText() const
{
    return m_centre->messageText();
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    m_layout.arrange();
    m_caption->fit();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (m_workbench.jobs()->isRunning()) {
        event->ignore();
        askToStop();
        return;
    }
    m_workbench.savePlan();
    m_layout.save();
    event->accept();
}

void MainWindow::askToStop()
{
    if (m_closing || findChild<QMessageBox*>(QStringLiteral("closeQuestion")))
        return;
    auto* question = new QMessageBox(QMessageBox::Question, tr("Stop the Job?"),
        tr("%1 is running. Finished layers are safe on disk, and the job can go on later from Jobs.")
            .arg(m_workbench.jobs()->status().title),
        QMessageBox::NoButton, this);
    question->setObjectName(QStringLiteral("closeQuestion"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* stop = question->addButton(tr("Stop and Close"), QMessageBox::AcceptRole);
    question->addButton(tr("Keep Running"), QMessageBox::RejectRole);
    connect(question, &QMessageBox::buttonClicked, this, [this, stop](const QAbstractButton* button) {
        if (static_cast<const void*>(button) != static_cast<const void*>(stop))
            return;
        m_closing = true;
        if (m_workbench.jobs()->isRunning())
            m_workbench.jobs()->stopAll();
        else
            close();
    });
    question->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (m_drop->offer(*event->mimeData(), m_centre->isComparing()))
        event->acceptProposedAction();
}

void MainWindow::dragMoveEvent(QDragMoveEvent* event)
{
    m_drop->hover(event->position().toPoint());
    event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*)
{
    m_drop->hide();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    m_drop->take(event->position().toPoint());
}

} // namespace kerf::ui
