// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/main_window.h"

#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolBar>
#include <QTreeView>
#include <QVBoxLayout>

#include "core/base/parallel.h"
#include "ui/charts/pareto_chart.h"
#include "ui/charts/prediction_chart.h"
#include "ui/empty_state.h"
#include "ui/heatmap/heatmap.h"
#include "ui/jobs/job_bar.h"
#include "ui/jobs/jobs_panel.h"
#include "ui/layers/layers_panel.h"
#include "ui/message_bar.h"
#include "ui/plan/budget_slider.h"
#include "ui/plan/format_palette.h"
#include "ui/plan/format_palette_model.h"
#include "ui/plan/model_panel.h"
#include "ui/plan/plan_bar.h"
#include "ui/runs/runs_panel.h"
#include "ui/welcome/welcome_page.h"

namespace kerf::ui {
namespace {

constexpr int kLayoutVersion = 1;
constexpr int kNarrow = 150; ///< characters; below, panels side by side share places
constexpr int kLow = 30; ///< lines; below, nothing stands under the map

QTabWidget* panelTabs(QWidget* parent)
{
    auto* tabs = new QTabWidget(parent);
    tabs->setObjectName(QStringLiteral("panelTabs"));
    tabs->tabBar()->setDrawBase(false);
    tabs->setUsesScrollButtons(false); // where there is little room, titles are cut, not hidden
    tabs->setElideMode(Qt::ElideRight);
    tabs->setAutoFillBackground(true);
    tabs->setBackgroundRole(QPalette::Base);
    return tabs;
}

/// Name at the left, what it holds at the right: the same for every panel.
QWidget* panelTitle(const QString& title, QLabel** info, QWidget* parent)
{
    auto* bar = new QWidget(parent);
    bar->setObjectName(QStringLiteral("dockTitle"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto* name = new QLabel(title, bar);
    QFont bold = name->font();
    bold.setBold(true);
    name->setFont(bold);
    auto* note = new QLabel(bar);
    note->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(10, 6, 10, 6);
    layout->addWidget(name);
    layout->addStretch();
    layout->addWidget(note);
    if (info)
        *info = note;
    return bar;
}

/// A page that scrolls where there is less room than it needs: a small screen, a large font.
QScrollArea* scrolled(QWidget* page, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(page);
    return area;
}

} // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent)
    , m_actions(new Actions(m_workbench.undo(), this))
    , m_paletteModel(new FormatPaletteModel(m_workbench.document(), m_workbench.selection(), this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Kerf"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    fillExportMenu();
    fillRecipeMenu();
    makeCentre();
    makeDocks();
    makePlanBar();
    makeStatusBar();
    m_actions->fillMenuBar(menuBar());
    m_modelText = new QLabel(menuBar());
    m_modelText->setForegroundRole(QPalette::PlaceholderText);
    m_modelText->setContentsMargins(0, 0, 12, 0);
    m_modelText->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_modelText->setFixedHeight(menuBar()->sizeHint().height() - 2);
    menuBar()->setCornerWidget(m_modelText);
    connectFileActions();
    connectPlanActions();
    connectProfileActions();
    connectRunActions();
    connectViewActions();
    connectWorkbench();
    restoreLayout();
    showWorkspace(false);
    updateRecent();
    updateActions();
}

MainWindow::~MainWindow()
{
    m_workbench.jobs()->disconnect(this);
    // The views look at models and documents that are members of this window: they go first.
    hide();
    qDeleteAll(findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
}

void MainWindow::makeCentre()
{
    m_message = new MessageBar(this);
    m_welcome = new WelcomePage(m_actions->openSample, m_actions->openFolder, this);
    m_heatmap = new Heatmap(&m_heatmapModel, m_workbench.selection(), this);
    m_heatmap->setHint(
        tr("No profile yet. The cells show the bits of each layer's format; choose Profile (Ctrl+P) to see "
           "how sensitive the layers are and to let the budget slider plan for you."));
    m_pages = panelTabs(this);
    m_pages->addTab(m_heatmap, tr("Sensitivity × Format"));
    m_prediction = new PredictionChart(m_actions->checkPrediction, this);
    m_pages->addTab(m_prediction, tr("Predicted × Measured"));
    m_pages->setCornerWidget(makeMeasureChoice());
    connect(
        m_pages, &QTabWidget::currentChanged, this, [this](int at) { m_pages->cornerWidget()->setVisible(at == 0); });
    m_stack = new QStackedWidget(this);
    m_welcomePage = scrolled(m_welcome, this);
    m_stack->addWidget(m_welcomePage);
    m_stack->addWidget(m_pages);
    auto* centre = new QWidget(this);
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_stack, 1);
    setCentralWidget(centre);
}

QWidget* MainWindow::makeMeasureChoice()
{
    auto* box = new QWidget(this);
    m_measure = new QComboBox(box);
    m_measure->setObjectName(QStringLiteral("measureChoice"));
    m_measure->setAccessibleName(tr("What the colours say"));
    m_measure->addItem(tr("Relative error"), static_cast<int>(HeatmapMeasure::RelativeError));
    m_measure->addItem(tr("Predicted KLD"), static_cast<int>(HeatmapMeasure::PredictedKld));
    m_measure->addItem(tr("Hessian trace"), static_cast<int>(HeatmapMeasure::HessianTrace));
    m_measure->setItemData(0, tr("Relative output error of every layer at one format"), Qt::ToolTipRole);
    m_measure->setItemData(
        1, tr("What each layer adds to the KL divergence in the format it has, nats"), Qt::ToolTipRole);
    m_measure->setItemData(2, tr("Trace of the Hessian of the layer's inputs"), Qt::ToolTipRole);
    m_measure->addItem(tr("Format"), static_cast<int>(HeatmapMeasure::Format));
    m_measure->setItemData(3, tr("The format that each layer has in the plan"), Qt::ToolTipRole);
    m_probe = new QComboBox(box);
    m_probe->setObjectName(QStringLiteral("probeChoice"));
    m_probe->setAccessibleName(tr("Format of the relative error"));
    for (QComboBox* choice : { m_measure, m_probe }) { // they show what there is room for
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(8);
    }
    m_measureCaption = new QLabel(tr("Colour"), box);
    m_measureCaption->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 1, 8, 2);
    layout->addWidget(m_measureCaption);
    layout->addWidget(m_measure);
    layout->addWidget(m_probe);
    return box;
}

QDockWidget* MainWindow::addPanel(
    const QString& name, const QString& title, QWidget* content, QLabel** info, Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    dock->setTitleBarWidget(panelTitle(title, info, dock));
    addDockWidget(area, dock);
    m_docks.push_back(dock);
    return dock;
}

void MainWindow::makeDocks()
{
    m_layers = new LayersPanel(&m_layerModel, m_workbench.selection(), this);
    m_palette = new FormatPalette(m_paletteModel, m_workbench.document(), m_workbench.selection(), this);
    m_choices = panelTabs(this);
    m_choices->addTab(m_palette, tr("Formats"));
    m_choices->addTab(new ModelPanel(m_workbench.document(), this), tr("Transforms and Cache"));
    m_runs = new RunsPanel(&m_runModel, m_workbench.selection(), this);
    m_runs->emptyState()->setText(tr("No runs yet. Run the plan to see what it costs and what it gains."));
    m_runs->emptyState()->addAction(m_actions->runPlan);
    m_jobs = new JobsPanel(m_workbench.jobs(), this);
    m_pareto = new ParetoChart(m_workbench.selection(), this);
    connect(m_pareto, &ParetoChart::sittingWanted, &m_workbench, &Workbench::timeFormats);
    connect(m_pareto, &ParetoChart::axesChosen, &m_workbench, &Workbench::setFrontAxes);
    m_results = panelTabs(this);
    m_results->addTab(m_runs, tr("Runs"));
    m_results->addTab(m_jobs, tr("Jobs"));
    m_runsInfo = new QLabel(m_results);
    m_runsInfo->setForegroundRole(QPalette::PlaceholderText);
    m_runsInfo->setContentsMargins(0, 0, 10, 0);
    m_runsInfo->setMinimumHeight(m_results->tabBar()->sizeHint().height());
    m_runsInfo->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_results->setCornerWidget(m_runsInfo);

    addPanel(QStringLiteral("layersDock"), tr("Layers"), m_layers, &m_layersInfo, Qt::LeftDockWidgetArea);
    QDockWidget* choices
        = addPanel(QStringLiteral("formatsDock"), tr("Formats"), m_choices, nullptr, Qt::RightDockWidgetArea);
    choices->setTitleBarWidget(new QWidget(choices)); // its tabs are its title
    QDockWidget* results
        = addPanel(QStringLiteral("resultsDock"), tr("Runs and Jobs"), m_results, nullptr, Qt::BottomDockWidgetArea);
    results->setTitleBarWidget(new QWidget(results)); // its tabs are its title
    QLabel* paretoInfo = nullptr;
    addPanel(QStringLiteral("paretoDock"), tr("Pareto"), m_pareto, &paretoInfo, Qt::BottomDockWidgetArea);
    paretoInfo->setText(tr("◆ front · ◇ undecided"));
    paretoInfo->setToolTip(
        tr("◆ every other run is significantly worse on one of the two axes; ◇ not beaten, but it cannot "
           "be told from another run. Bars of a speed hold 95 % of later sittings; bars of a damage are "
           "standard errors."));
    const char* keys[] = { "Ctrl+1", "Ctrl+2", "Ctrl+3", "Ctrl+4" };
    for (std::size_t i = 0; i < m_docks.size(); ++i) {
        QAction* toggle = m_docks[i]->toggleViewAction();
        toggle->setShortcut(QKeySequence(QLatin1String(keys[i])));
        toggle->setText(u'&' + toggle->text());
        m_actions->panelsMenu->addAction(toggle);
    }
}

void MainWindow::makePlanBar()
{
    m_planBar = new PlanBar(m_workbench.document(), { m_actions->openFolder, m_actions->profile, m_actions->runPlan },
        m_actions->exportMenu, this);
    m_toolBar = addToolBar(tr("Plan"));
    m_toolBar->setObjectName(QStringLiteral("planToolBar"));
    m_toolBar->setMovable(false);
    m_toolBar->setContextMenuPolicy(Qt::PreventContextMenu);
    m_toolBar->toggleViewAction()->setEnabled(false);
    m_toolBar->addWidget(m_planBar);
    m_solveTimer.setSingleShot(true);
    m_solveTimer.setInterval(0);
    connect(m_planBar->budget(), &BudgetSlider::budgetChosen, this, [this](double bits, int drag) {
        m_wantedBits = bits;
        m_wantedDrag = drag;
        m_solveTimer.start();
    });
    connect(&m_solveTimer, &QTimer::timeout, this, [this] { m_workbench.solve(m_wantedBits, m_wantedDrag); });
    connect(m_planBar, &PlanBar::problemsRequested, this, &MainWindow::showProblems);
}

void MainWindow::makeStatusBar()
{
    m_jobBar = new JobBar(m_workbench.jobs(), m_actions->stopJob, this);
    m_statusText = new QLabel(this);
    m_statusText->setForegroundRole(QPalette::PlaceholderText);
    m_statusText->setContentsMargins(0, 0, 12, 0);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_jobBar, 1);
    statusBar()->addPermanentWidget(m_statusText);
    m_statusText->setText(tr("%n thread(s)", nullptr, core::threadCount()));
}

void MainWindow::placePanels()
{
    const Qt::DockWidgetArea areas[]
        = { Qt::LeftDockWidgetArea, Qt::RightDockWidgetArea, Qt::BottomDockWidgetArea, Qt::BottomDockWidgetArea };
    for (std::size_t i = 0; i < m_docks.size(); ++i) {
        m_docks[i]->setFloating(false);
        addDockWidget(areas[i], m_docks[i]);
        m_docks[i]->show();
    }
    splitDockWidget(m_docks[2], m_docks[3], Qt::Horizontal);
    m_room = {};
    const int unit = fontMetrics().horizontalAdvance(u'0');
    resizeDocks({ m_docks[0], m_docks[1] }, { 43 * unit, 35 * unit }, Qt::Horizontal);
    resizeDocks({ m_docks[2], m_docks[3] }, { 70 * width() / 100, 30 * width() / 100 }, Qt::Horizontal);
    resizeDocks({ m_docks[2] }, { 36 * height() / 100 }, Qt::Vertical);
}

void MainWindow::defaultLayout()
{
    placePanels();
    arrangePanels();
}

void MainWindow::arrangePanels()
{
    const Room room { width() < kNarrow * fontMetrics().averageCharWidth(), height() < kLow * fontMetrics().height() };
    if (room == m_room || m_stack->currentWidget() != m_pages)
        return;
    if (m_room == Room())
        m_wideLayout = saveState(kLayoutVersion);
    else
        restoreState(m_wideLayout, kLayoutVersion);
    m_room = room;
    m_measureCaption->setVisible(!room.narrow);
    if (room == Room())
        return;
    if (room.narrow)
        tabifyDockWidget(m_docks[0], m_docks[1]);
    if (room.low)
        tabifyDockWidget(m_docks[0], m_docks[2]);
    tabifyDockWidget(m_docks[2], m_docks[3]);
    m_docks[2]->raise();
    m_docks[0]->raise();
    resizeDocks({ m_docks[0] }, { 36 * width() / 100 }, Qt::Horizontal);
    if (!room.low)
        resizeDocks({ m_docks[2] }, { 30 * height() / 100 }, Qt::Vertical);
}

void MainWindow::resizeEvent(QResizeEvent* event)
{
    QMainWindow::resizeEvent(event);
    arrangePanels();
    showModelText();
}

/// Beside the menus, as much of it as there is room for.
void MainWindow::showModelText()
{
    int menus = 0;
    for (QAction* action : menuBar()->actions())
        menus += menuBar()->actionGeometry(action).width();
    const QFontMetrics metrics(m_modelText->font());
    const int room = width() - menus - 4 * metrics.averageCharWidth();
    const QString text = room < 12 * metrics.averageCharWidth()
        ? QString()
        : metrics.elidedText(m_modelSummary, Qt::ElideRight, room - 12);
    if (text == m_modelText->text())
        return;
    m_modelText->setText(text);
    menuBar()->setCornerWidget(m_modelText); // the bar measures its corner only when it is set
    m_modelText->show();
}

void MainWindow::restoreLayout()
{
    const QSettings settings;
    if (!restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray()))
        resize(1440, 900);
    placePanels();
    restoreState(settings.value(QStringLiteral("layout")).toByteArray(), kLayoutVersion);
}

void MainWindow::saveLayout()
{
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    if (m_workbench.hasModel() && m_stack->currentWidget() == m_pages)
        settings.setValue(QStringLiteral("layout"), m_room == Room() ? saveState(kLayoutVersion) : m_wideLayout);
}

void MainWindow::showWorkspace(bool open)
{
    if (!open && m_stack->currentWidget() == m_pages)
        saveLayout();
    // Side by side the panels may need more than as they will be arranged: until then the window keeps its size.
    layout()->setSizeConstraint(QLayout::SetNoConstraint);
    QTimer::singleShot(0, this, [this] { layout()->setSizeConstraint(QLayout::SetDefaultConstraint); });
    m_stack->setCurrentWidget(open ? static_cast<QWidget*>(m_pages) : m_welcomePage);
    m_toolBar->setVisible(open);
    for (QDockWidget* dock : m_docks)
        dock->setVisible(open);
    if (!open)
        return;
    placePanels();
    restoreState(QSettings().value(QStringLiteral("layout")).toByteArray(), kLayoutVersion);
    m_toolBar->show();
    arrangePanels();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_workbench.jobs()->isRunning()) {
        m_workbench.savePlan();
        saveLayout();
        event->accept();
        return;
    }
    event->ignore();
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
            m_workbench.jobs()->stop();
        else
            close();
    });
    question->open();
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_heatmap)
        m_heatmap->viewport()->update();
}

} // namespace kerf::ui
