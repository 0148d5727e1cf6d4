// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the actions of the main window do, and how the workbench's news reach the views.

#include "ui/main_window.h"

#include <algorithm>

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>
#include <QUrl>

#include "core/base/version.h"
#include "ui/charts/pareto_chart.h"
#include "ui/export/export_dialog.h"
#include "ui/export/export_page.h"
#include "ui/filter_bar.h"
#include "ui/heatmap/heatmap.h"
#include "ui/jobs/data_dialog.h"
#include "ui/jobs/refine_dialog.h"
#include "ui/layers/layers_panel.h"
#include "ui/message_bar.h"
#include "ui/plan/budget_slider.h"
#include "ui/plan/format_menu.h"
#include "ui/plan/format_palette.h"
#include "ui/plan/format_palette_model.h"
#include "ui/plan/plan_bar.h"
#include "ui/plan/plan_dialogs.h"
#include "ui/plan/preset_dialog.h"
#include "ui/plan/problems_dialog.h"
#include "ui/plan/solve_dialog.h"
#include "ui/runs/runs_panel.h"
#include "ui/shortcuts_dialog.h"
#include "ui/value_text.h"
#include "ui/welcome/welcome_page.h"

namespace kerf::ui {
namespace {

constexpr int kRecentModels = 8;
const QString kRecentKey = QStringLiteral("recent");

} // namespace

void MainWindow::openModel(const std::filesystem::path& folder, const std::filesystem::path& workspace)
{
    showMessage({}, false);
    m_welcome->setError({});
    if (!m_workbench.jobs()->isRunning())
        m_welcome->setBusy(tr("Opening %1…").arg(toQt(folder.string())));
    m_workbench.openModel(folder, workspace);
}

void MainWindow::connectFileActions()
{
    const auto sample = findSampleModel();
    m_hasSample = sample.has_value();
    connect(m_actions->openSample, &QAction::triggered, this, [this, sample] { openModel(*sample); });
    connect(m_actions->openFolder, &QAction::triggered, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Open Model Folder"));
        if (!folder.isEmpty())
            openModel(folder.toStdString());
    });
    connect(m_welcome, &WelcomePage::openRequested, this,
        [this](const QString& folder) { openModel(folder.toStdString()); });
    connect(m_actions->openWorkspace, &QAction::triggered, this, [this] {
        const QString file = QFileDialog::getSaveFileName(this, tr("Use Another Workspace"),
            toQt(m_workbench.session()->workspaceFile().string()), tr("Kerf workspaces (*.kerf)"), nullptr,
            QFileDialog::DontConfirmOverwrite);
        if (!file.isEmpty())
            openModel(m_workbench.session()->project()->modelFolder, file.toStdString());
    });
    // A process of its own: a window that fails takes no other with it, and the workspace has one writer.
    const auto start = [this](const QStringList& arguments) {
        const bool started = QProcess::startDetached(QCoreApplication::applicationFilePath(), arguments);
        if (!started)
            showMessage(tr("A new window could not be started."), true);
        return started;
    };
    connect(m_actions->newWindow, &QAction::triggered, this, [start] { start({}); });
    connect(&m_workbench, &Workbench::openedElsewhere, this,
        [this, start](const std::filesystem::path& folder, const std::filesystem::path& workspace) {
            QStringList arguments { toQt(folder.string()) };
            if (!workspace.empty())
                arguments << QStringLiteral("--workspace") << toQt(workspace.string());
            if (start(arguments))
                showMessage(tr("A job is running here: %1 opens in a new window.").arg(toQt(folder.string())), false);
        });
    connect(m_actions->openPlan, &QAction::triggered, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Load Plan"), {}, tr("Plans (*.json)"));
        if (file.isEmpty())
            return;
        if (auto plan = core::readPlan(file.toStdString(), *m_workbench.document()->network()))
            m_workbench.document()->replacePlan(std::move(*plan), tr("Load Plan"));
        else
            showMessage(toQt(plan.error().message), true);
    });
    connect(m_actions->savePlan, &QAction::triggered, this, [this] {
        const core::Plan& plan = m_workbench.document()->plan();
        const QString file = QFileDialog::getSaveFileName(
            this, tr("Save Plan"), toQt(plan.name) + QStringLiteral(".json"), tr("Plans (*.json)"));
        if (file.isEmpty())
            return;
        if (const auto written = core::writePlan(file.toStdString(), plan); !written)
            showMessage(toQt(written.error().message), true);
    });
    connect(m_actions->closeModel, &QAction::triggered, &m_workbench, &Workbench::closeModel);
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
}

void MainWindow::connectPlanActions()
{
    Workbench& bench = m_workbench;
    connect(m_actions->profile, &QAction::triggered, this, [this] { openDataDialog(true, {}); });
    connect(m_actions->settings, &QAction::triggered, this, [this] { openDataDialog(false, {}); });
    const auto setFormat = [&bench](const QString& format) {
        if (!format.isEmpty() && !bench.selection()->layers().empty())
            bench.document()->setFormat(bench.selection()->layers(), format.toStdString());
    };
    std::vector<QWidget*> editors { m_heatmap, m_layers->view(), m_palette->view() };
    for (std::size_t i = 0; i < m_actions->setFormat.size(); ++i) {
        QAction* action = m_actions->setFormat[i];
        connect(action, &QAction::triggered, this,
            [this, setFormat, i] { setFormat(m_paletteModel->formatOfKey(static_cast<int>(i) + 1)); });
    }
    connect(m_actions->keep16, &QAction::triggered, this, [setFormat] { setFormat(QStringLiteral("bf16")); });
    // Digits and Space act only where layers are shown: elsewhere they are text, or press a button.
    for (QWidget* editor : editors) {
        editor->addActions({ m_actions->setFormat.begin(), m_actions->setFormat.end() });
        editor->addActions({ m_actions->nextFormats, m_actions->keep16 });
    }
    for (QAction* action : m_actions->setFormat)
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    for (QAction* action : { m_actions->nextFormats, m_actions->keep16 })
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    const auto nameFormats = [this] {
        for (std::size_t i = 0; i < m_actions->setFormat.size(); ++i) {
            const QString format = m_paletteModel->formatOfKey(static_cast<int>(i) + 1);
            m_actions->setFormat[i]->setText(format.isEmpty() ? tr("Set Format %1").arg(i + 1) : format);
        }
        updateActions();
    };
    connect(m_paletteModel, &FormatPaletteModel::keysChanged, this, nameFormats);
    connect(m_actions->nextFormats, &QAction::triggered, this,
        [this] { m_paletteModel->setPage(m_paletteModel->page() + 1); });
    nameFormats();
    connect(m_actions->selectAll, &QAction::triggered, this, [this] {
        std::vector<int> all(m_workbench.document()->plan().layers.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<int>(i);
        m_workbench.selection()->setLayers(std::move(all), 0);
    });
    connect(m_actions->selectShown, &QAction::triggered, m_layers, &LayersPanel::selectShown);
    connect(m_actions->clearSelection, &QAction::triggered, this, [&bench] { bench.selection()->setLayers({}, -1); });
    connect(m_actions->tieFused, &QAction::triggered, bench.document(), &PlanDocument::tieFusedLayers);
    connect(m_actions->sequential, &QAction::triggered, &bench, &Workbench::setSequential);
    connect(m_actions->keepSensitive, &QAction::triggered, this,
        [this] { (new KeepDialog(m_workbench.document(), this))->open(); });
    connect(m_actions->setByPattern, &QAction::triggered, this,
        [this] { (new PatternDialog(m_workbench.document(), m_paletteModel->formats(), this))->open(); });
    connect(m_actions->presets, &QAction::triggered, this,
        [this] { (new PresetDialog(m_workbench.document(), this))->open(); });
    connect(m_actions->solve, &QAction::triggered, this, [this] { (new SolveDialog(&m_workbench, this))->open(); });
    connect(m_actions->refine, &QAction::triggered, this, [this] { (new RefineDialog(&m_workbench, this))->open(); });
    fillFormatMenu(m_actions->uniformMenu, [this](const std::string& format) { m_workbench.useUniform(format); });
    // The map's own menu repeats what the menus offer for the selected layers.
    m_heatmap->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_heatmap->addActions({ m_actions->selectedMenu->menuAction(), m_actions->measureCells, m_actions->selectAll,
        m_actions->clearSelection });
}

void MainWindow::connectRunActions()
{
    Workbench& bench = m_workbench;
    connect(m_actions->runPlan, &QAction::triggered, &bench, &Workbench::runPlan);
    connect(m_actions->stopJob, &QAction::triggered, bench.jobs(), &JobCenter::stop);
    connect(m_actions->refresh, &QAction::triggered, bench.session(), &ModelSession::refreshRuns);
    connect(
        m_actions->loadRunPlan, &QAction::triggered, this, [&bench] { bench.usePlanOfRun(bench.selection()->run()); });
    connect(m_actions->deleteRun, &QAction::triggered, this, [&bench] { bench.deleteRun(bench.selection()->run()); });
    connect(
        m_actions->evaluateRun, &QAction::triggered, this, [&bench] { bench.evaluateRun(bench.selection()->run()); });
    connect(
        m_actions->measureSpeed, &QAction::triggered, this, [&bench] { bench.measureSpeed(bench.selection()->run()); });
    connect(m_actions->renameRun, &QAction::triggered, this, [this] {
        m_results->setCurrentWidget(m_runs);
        m_runs->editName();
    });
    connect(m_runs, &RunsPanel::activated, &bench, &Workbench::usePlanOfRun);
    connect(&m_runModel, &RunTableModel::renameRequested, &bench, &Workbench::renameRun);
    for (QAction* action : { m_actions->renameRun, m_actions->deleteRun })
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_runs->setContextActions({ m_actions->evaluateRun, m_actions->measureSpeed, m_actions->loadRunPlan,
        m_actions->renameRun, m_actions->deleteRun, m_actions->exportMenu->menuAction() });
    connect(bench.selection(), &Selection::runChanged, this, [this] {
        m_layerModel.setReports(m_workbench.session()->runLayers(m_workbench.selection()->run()));
        updateActions();
    });
    connect(bench.selection(), &Selection::layersChanged, this, &MainWindow::updateActions);
}

void MainWindow::connectViewActions()
{
    connect(m_actions->find, &QAction::triggered, this, &MainWindow::findInFocus);
    connect(m_actions->restoreLayout, &QAction::triggered, this, &MainWindow::defaultLayout);
    connect(m_actions->shortcuts, &QAction::triggered, this, &MainWindow::showShortcuts);
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::showAbout);
    connect(m_actions->themeSystem, &QAction::triggered, this, [this] { setTheme(ThemeMode::System); });
    connect(m_actions->themeLight, &QAction::triggered, this, [this] { setTheme(ThemeMode::Light); });
    connect(m_actions->themeDark, &QAction::triggered, this, [this] { setTheme(ThemeMode::Dark); });
    const ThemeMode mode = savedThemeMode();
    (mode == ThemeMode::Light         ? m_actions->themeLight
            : mode == ThemeMode::Dark ? m_actions->themeDark
                                      : m_actions->themeSystem)
        ->setChecked(true);
    const auto choose = [this] {
        const auto measure = static_cast<HeatmapMeasure>(m_measure->currentData().toInt());
        m_probe->setVisible(measure == HeatmapMeasure::RelativeError);
        m_heatmapModel.setMeasure(measure, m_probe->currentText());
    };
    connect(m_measure, &QComboBox::currentIndexChanged, this, choose);
    connect(m_probe, &QComboBox::currentTextChanged, this, choose);
    for (int i = 0; i < m_measure->count(); ++i)
        m_actions->measureMenu->addAction(
            u'&' + m_measure->itemText(i), this, [this, i] { m_measure->setCurrentIndex(i); });
    connect(m_layers, &LayersPanel::countChanged, this, [this] { m_layersInfo->setText(m_layers->countText()); });
    connect(m_runs, &RunsPanel::countChanged, this, [this] { m_runsInfo->setText(m_runs->countText()); });
    connect(m_pareto, &Chart::failed, this, [this](const QString& text) { showMessage(text, true); });
}

void MainWindow::connectWorkbench()
{
    Workbench& bench = m_workbench;
    connect(&bench, &Workbench::modelOpened, this, [this] {
        const auto& quantized = m_workbench.session()->project()->model.quantized;
        m_layerModel.setRootName(
            quantized ? tr("model (quantized: %1)").arg(toQt(quantized->quantMethod())) : QString());
        updateMeasures();
        m_welcome->setBusy({});
        showWorkspace(true);
        updateRecent();
        updateTitle();
        updateActions();
        m_heatmap->setFocus();
    });
    connect(&bench, &Workbench::modelClosed, this, [this] {
        showWorkspace(false);
        m_runModel.setRuns({});
        updateTitle();
        updateActions();
    });
    connect(&bench, &Workbench::openFailed, this, [this](const QString& text) {
        m_welcome->setBusy({});
        if (m_stack->currentWidget() == m_welcomePage)
            m_welcome->setError(text);
        else
            showMessage(text, true);
    });
    connect(bench.session(), &ModelSession::profileChanged, this, [this] {
        updateMeasures();
        updateActions();
    });
    connect(bench.document(), &PlanDocument::estimateChanged, this, [this] {
        updatePlanPoint();
        updateActions();
    });
    connect(&bench, &Workbench::runsChanged, this, &MainWindow::updateRuns);
    connect(&bench, &Workbench::message, this, &MainWindow::showMessage);
    connect(
        &bench, &Workbench::settingsNeeded, this, [this] { openDataDialog(false, [this] { m_workbench.runPlan(); }); });
    connect(&bench, &Workbench::requantizeAsked, this, &MainWindow::askRequantize);
    connect(&bench, &Workbench::exported, this,
        [this](const core::ExportReport& report, const QString& target, const QString& run) {
            auto* page = new ExportPage(report, target, run, m_pages);
            const int at = m_pages->addTab(page, tr("Exported: %1").arg(run));
            auto* close = new QToolButton(m_pages);
            close->setText(QStringLiteral("✕"));
            close->setAutoRaise(true);
            close->setAccessibleName(tr("Close page"));
            connect(close, &QToolButton::clicked, page, &QObject::deleteLater);
            m_pages->tabBar()->setTabButton(at, QTabBar::RightSide, close);
            m_pages->setCurrentIndex(at);
        });
    connect(bench.jobs(), &JobCenter::started, this, &MainWindow::updateActions);
    connect(bench.jobs(), &JobCenter::statusChanged, this, [this] {
        if (m_workbench.jobs()->isStopping())
            updateActions();
    });
    connect(bench.jobs(), &JobCenter::ended, this, [this] {
        updateActions();
        if (m_closing)
            close();
        else if (!isActiveWindow())
            QApplication::alert(this);
    });
}

void MainWindow::updateMeasures()
{
    const auto profile = m_workbench.session()->profile();
    {
        const QSignalBlocker quiet(m_probe);
        m_probe->clear();
        for (const std::string& format : profile ? profile->formats : std::vector<std::string> {})
            m_probe->addItem(toQt(format));
        m_probe->setCurrentText(m_heatmapModel.probeFormat());
    }
    m_probe->setVisible(m_measure->currentIndex() == 0 && profile);
    m_planBar->budget()->setProblem(solverProblem());
}

void MainWindow::updateRuns()
{
    m_runModel.setEditable(m_workbench.canWrite());
    m_runModel.setRuns(m_workbench.runs());
    m_runModel.setFront(m_workbench.front());
    m_pareto->setRuns(m_workbench.runs(), m_workbench.front());
    updatePredictions();
    updatePlanPoint();
    updateActions();
}

void MainWindow::updatePlanPoint()
{
    const PlanEstimate& estimate = m_workbench.document()->estimate();
    const auto speed = m_workbench.planSpeed();
    m_planBar->setSpeed(speed);
    if (m_workbench.document()->isEmpty()) {
        m_pareto->setPlanPoint({});
        return;
    }
    ParetoChart::PlanPoint point;
    if (speed)
        point.speed = speed->ratio;
    point.sizeBytes = static_cast<double>(estimate.size.sizeBytes);
    point.bitsPerWeight = estimate.size.bitsPerWeight;
    if (estimate.kld)
        point.kld = { estimate.kld->kld, estimate.kld->stderr_ };
    m_pareto->setPlanPoint(point);
}

void MainWindow::updateActions()
{
    const bool shown = m_stack->currentWidget() == m_pages;
    const QString model = m_workbench.hasModel() && shown ? QString() : tr("Open a model first");
    const QString writes
        = m_workbench.hasModel() && !m_workbench.canWrite() ? tr("The workspace is open for reading only") : QString();
    const QString busy = m_workbench.jobs()->isRunning() ? tr("Another job is running") : QString();
    const QString profile = m_workbench.document()->profile() ? QString() : tr("Profile the model first");
    const QString layers
        = m_workbench.selection()->layers().empty() ? tr("Select layers in the map or the tree first") : QString();
    const core::RunRow* row = m_workbench.session()->run(m_workbench.selection()->run());
    const QString run = row ? QString() : tr("Select a run first");
    const QString done = row && row->state != core::RunState::Done ? tr("The selected run is not finished") : QString();
    const Actions& all = *m_actions;
    const auto need = [](std::initializer_list<QAction*> actions, std::initializer_list<QString> reasons) {
        const auto first = std::ranges::find_if(reasons, [](const QString& reason) { return !reason.isEmpty(); });
        for (QAction* action : actions)
            Actions::setProblem(action, first == reasons.end() ? QString() : *first);
    };
    need({ all.openSample }, { m_hasSample ? QString() : tr("The sample model is not installed") });
    need({ all.profile, all.runPlan }, { model, writes, busy });
    need({ all.openWorkspace, all.closeModel }, { model, busy });
    need({ all.openPlan, all.savePlan, all.settings, all.selectAll, all.selectShown, all.tieFused, all.setByPattern,
             all.sequential, all.refresh, all.find, all.presets, all.uniformMenu->menuAction(),
             all.recipeMenu->menuAction(), all.exportMenu->menuAction(), all.restoreLayout },
        { model });
    need({ all.keepSensitive }, { model, profile });
    need({ all.sweep }, { model, writes });
    need({ all.checkPrediction }, { model, writes, profile, busy });
    need({ all.measureCells }, { model, writes, profile, layers, busy });
    need({ all.clearSelection, all.keep16, all.nextFormats, all.selectedMenu->menuAction() }, { model, layers });
    for (std::size_t i = 0; i < all.setFormat.size(); ++i)
        need({ all.setFormat[i] },
            { model, layers,
                m_paletteModel->formatOfKey(static_cast<int>(i) + 1).isEmpty() ? tr("There is no format for this key")
                                                                               : QString() });
    need({ all.stopJob },
        { busy.isEmpty() ? tr("No job is running") : QString(),
            m_workbench.jobs()->isStopping() ? tr("The job is stopping") : QString() });
    need({ all.loadRunPlan }, { model, run });
    need({ all.evaluateRun, all.measureSpeed }, { model, writes, run, done, busy });
    need({ all.renameRun, all.deleteRun }, { model, writes, run });
    for (QAction* action : all.exportMenu->actions())
        need({ action }, { model, writes, run, done, busy });
    m_actions->sequential->setChecked(
        model.isEmpty() && m_workbench.document()->plan().mode == core::QuantizeMode::Sequential);
    updateSolver(model.isEmpty());
    m_planBar->setMainAction(profile.isEmpty() ? all.runPlan : all.profile);
}

void MainWindow::fillExportMenu()
{
    for (const core::Exporter* exporter : core::allExporters()) {
        QAction* action = m_actions->exportMenu->addAction(tr("Selected Run as &%1…").arg(toQt(exporter->name())), this,
            [this, name = exporter->name()] { openExportDialog(name); });
        Actions::setToolTip(action, toQt(exporter->summary()));
    }
}

void MainWindow::updateRecent()
{
    QSettings settings;
    QStringList recent = settings.value(kRecentKey).toStringList();
    if (m_workbench.hasModel()) {
        const QString folder = QDir::cleanPath(
            QFileInfo(toQt(m_workbench.session()->project()->modelFolder.string())).absoluteFilePath());
        recent.removeAll(folder);
        recent.prepend(folder);
        recent = recent.mid(0, kRecentModels);
        settings.setValue(kRecentKey, recent);
    }
    m_welcome->setRecent(recent);
    m_actions->recentMenu->clear();
    for (const QString& folder : recent)
        m_actions->recentMenu->addAction(
            QStringLiteral("&%1 %2").arg(m_actions->recentMenu->actions().size() + 1).arg(folder), this,
            [this, folder] { openModel(folder.toStdString()); });
    Actions::setProblem(
        m_actions->recentMenu->menuAction(), recent.isEmpty() ? tr("No model was opened yet") : QString());
}

void MainWindow::updateTitle()
{
    if (!m_workbench.hasModel() || m_stack->currentWidget() != m_pages) {
        setWindowTitle(tr("Kerf"));
        m_modelSummary.clear();
        showModelText();
        return;
    }
    const ModelSession& session = *m_workbench.session();
    const core::Network& network = *session.network();
    const QString workspace = toQt(session.workspaceFile().filename().string());
    const QString name = toQt(session.workspaceFile().stem().string());
    const core::Model& model = session.project()->model;
    const int notes = static_cast<int>(model.notes.size());
    m_modelSummary = tr("%1 · %2 · %n layer(s) · %3 — %4", nullptr, static_cast<int>(network.layers().size()))
                         .arg(name, toQt(network.architecture()),
                             bytesText(m_workbench.document()->estimate().originalBytes), workspace);
    if (model.quantized)
        m_modelSummary.prepend(tr("already quantized (%1) · ").arg(toQt(model.quantized->quantMethod())));
    if (notes > 0)
        m_modelSummary.prepend(tr("⚠ %n note(s) · ", nullptr, notes));
    QStringList tips { m_modelSummary, toQt(session.project()->modelFolder.string()) };
    for (const core::Note& note : model.notes)
        tips << QStringLiteral("• ") + toQt(note.text);
    // Rich text, so that long sentences are wrapped.
    m_modelText->setToolTip(
        QStringLiteral("<p>%1</p>").arg(tips.join(u'\n').toHtmlEscaped().replace(u'\n', QLatin1String("<br>"))));
    showModelText();
    setWindowTitle(tr("%1 — Kerf").arg(name));
}

void MainWindow::askRequantize(const std::function<void()>& go)
{
    const core::Project& project = *m_workbench.session()->project();
    auto* question = new QMessageBox(QMessageBox::Question, tr("Quantize Again?"),
        tr("This model is quantized already (%1). Quantizing it again adds a second rounding to the first, and what is "
           "lost is measured against the first.\nOpen the model that it was made from, if you have it.")
            .arg(toQt(project.model.quantized->summary())),
        QMessageBox::NoButton, this);
    question->setObjectName(QStringLiteral("requantizeQuestion"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* again = question->addButton(tr("Quantize Again"), QMessageBox::AcceptRole);
    question->setDefaultButton(question->addButton(QMessageBox::Cancel));
    connect(question, &QMessageBox::buttonClicked, this, [again, go](const QAbstractButton* button) {
        if (static_cast<const void*>(button) == static_cast<const void*>(again))
            go();
    });
    question->open();
}

void MainWindow::openDataDialog(bool forProfile, std::function<void()> then)
{
    if (!m_workbench.hasModel())
        return;
    const core::ProjectPtr project = m_workbench.session()->project();
    auto* dialog = new DataDialog(project, dataSettingsOf(*project),
        forProfile ? DataDialog::Purpose::Profile : DataDialog::Purpose::Settings, this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, project, forProfile, then] {
        if (forProfile)
            m_workbench.profile(dialog->settings());
        else
            saveDataSettings(*project, dialog->settings());
        if (then)
            then();
    });
    dialog->open();
}

void MainWindow::openExportDialog(const std::string& target)
{
    const core::RunRow* run = m_workbench.session()->run(m_workbench.selection()->run());
    const auto exporter = core::findExporter(target);
    if (!run || !exporter)
        return;
    const QString base = QSettings().value(QStringLiteral("exportFolder"), QDir::homePath()).toString();
    QString name = toQt(m_workbench.session()->workspaceFile().stem().string() + "-" + run->name + "-" + target);
    name.replace(u' ', u'-').replace(u'/', u'-');
    auto* dialog
        = new ExportDialog(**exporter, *run, *m_workbench.session()->network(), QDir(base).filePath(name), this);
    connect(dialog, &QDialog::accepted, this, [this, dialog, target, id = run->id] {
        QSettings().setValue(QStringLiteral("exportFolder"), toQt(dialog->folder().parent_path().string()));
        m_workbench.exportRun(id, target, dialog->folder());
    });
    dialog->open();
}

void MainWindow::showProblems()
{
    (new ProblemsDialog(m_workbench.document(), this))->open();
}

void MainWindow::showShortcuts()
{
    (new ShortcutsDialog(*m_actions, this))->open();
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Kerf"),
        tr("<h3>Kerf %1</h3><p>Revision %2</p><p>A workbench that quantizes neural networks and measures what was "
           "lost.</p><p>GPL-3.0-or-later</p>")
            .arg(toQt(core::versionText()), toQt(core::gitRevision())),
        QMessageBox::Close, this);
    box->setObjectName(QStringLiteral("aboutBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::setTheme(ThemeMode mode)
{
    saveThemeMode(mode);
    applyTheme(mode);
}

void MainWindow::showMessage(const QString& text, bool isError)
{
    m_message->showMessage(text, isError);
}

QString MainWindow::messageText() const
{
    return m_message->text();
}

void MainWindow::findInFocus()
{
    QWidget* focus = QApplication::focusWidget();
    FilterBar* bar = m_layers->findChild<FilterBar*>();
    if (focus && m_runs->isAncestorOf(focus))
        bar = m_runs->findChild<FilterBar*>();
    bar->focusField();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const QFileInfo dropped(event->mimeData()->urls().value(0).toLocalFile());
    event->acceptProposedAction();
    // A file of a model stands for its folder.
    openModel((dropped.isDir() ? dropped.filePath() : dropped.path()).toStdString());
}

} // namespace kerf::ui
