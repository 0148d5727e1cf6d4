// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/run_actions.h"

#include <algorithm>

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>

#include "ui/actions.h"
#include "ui/compare/degradation_dialog.h"
#include "ui/compare/flips_dialog.h"
#include "ui/compare/report_dialog.h"
#include "ui/export/convert_dialog.h"
#include "ui/export/export_dialog.h"
#include "ui/jobs/sweep_dialog.h"
#include "ui/look/look_dialog.h"
#include "ui/mnemonics.h"
#include "ui/runs/note_dialog.h"
#include "ui/runs/trash_dialog.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {

RunActions::RunActions(Workbench* workbench, Actions* actions, QWidget* window)
    : m_workbench(workbench)
    , m_actions(actions)
    , m_window(window)
{
    connectRuns();
    fillExportMenu();
}

void RunActions::connectRuns()
{
    connect(m_actions->sweep, &QAction::triggered, this, &RunActions::showSweep);
    connect(m_actions->stopJob, &QAction::triggered, m_workbench->jobs(), [this] { m_workbench->jobs()->stop(); });
    connect(m_actions->refresh, &QAction::triggered, m_workbench->session(), &ModelSession::refreshRuns);
    const auto onSelected = [this](QAction* action, void (Workbench::*work)(core::RowId)) {
        connect(
            action, &QAction::triggered, this, [this, work] { (m_workbench->*work)(m_workbench->selection()->run()); });
    };
    onSelected(m_actions->loadRunPlan, &Workbench::usePlanOfRun);
    onSelected(m_actions->deleteRun, &Workbench::deleteRun);
    onSelected(m_actions->evaluateRun, &Workbench::evaluateRun);
    onSelected(m_actions->measureSpeed, &Workbench::measureSpeed);
    connect(m_actions->askRun, &QAction::triggered, this, &RunActions::askForQuestions);
    connect(m_actions->scoreRun, &QAction::triggered, this, &RunActions::askForLabels);
    connect(m_actions->addCheckpoint, &QAction::triggered, this, &RunActions::askForCheckpoint);
    connect(m_actions->importanceMatrix, &QAction::triggered, this, &RunActions::askForImportance);
    connect(m_actions->compareRuns, &QAction::triggered, this, &RunActions::compare);
    connect(m_actions->evaluateCompared, &QAction::triggered, this,
        [this] { m_workbench->evaluateRuns(m_workbench->selection()->compared()); });
    Selection* selection = m_workbench->selection();
    connect(m_actions->toggleCompared, &QAction::triggered, selection,
        [selection] { selection->toggleCompared(selection->run()); });
    connect(m_actions->makeReference, &QAction::triggered, selection,
        [selection] { selection->setReference(selection->run()); });
    connect(m_actions->annotateRun, &QAction::triggered, this, &RunActions::annotate);
    connect(m_actions->showTrash, &QAction::triggered, this, &RunActions::showTrash);
    connect(m_actions->report, &QAction::triggered, this, &RunActions::showReport);
    connect(m_actions->degradation, &QAction::triggered, this, &RunActions::showDegradation);
    connect(m_actions->flips, &QAction::triggered, this, &RunActions::showFlips);
    connect(m_actions->look, &QAction::triggered, this, &RunActions::showLook);
    for (QAction* action :
        { m_actions->renameRun, m_actions->deleteRun, m_actions->toggleCompared, m_actions->makeReference })
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut); // of the table of runs
}

void RunActions::fillExportMenu()
{
    const auto fill = [this](QMenu* menu, const QString& text, void (RunActions::*ask)(const std::string&)) {
        QStringList targets;
        for (const core::Exporter* exporter : core::allExporters())
            targets << toQt(exporter->name());
        targets = withMnemonics(targets);
        for (const core::Exporter* exporter : core::allExporters()) {
            QAction* action = menu->addAction(
                text.arg(targets.takeFirst()), this, [this, ask, name = exporter->name()] { (this->*ask)(name); });
            Actions::setToolTip(action, toQt(exporter->summary()));
        }
    };
    fill(m_actions->exportMenu, tr("Selected Run as %1…"), &RunActions::askForExport);
    m_actions->exportMenu->addSeparator();
    m_actions->exportMenu->addMenu(m_actions->convertMenu);
    m_actions->exportMenu->addAction(m_actions->importanceMatrix);
    m_actions->exportMenu->addAction(m_actions->report);
    fill(m_actions->convertMenu, tr("%1…"), &RunActions::askForConversion);
}

/// Not modal. One at a time.
void RunActions::showDegradation()
{
    auto* dialog = m_window->findChild<DegradationDialog*>();
    if (!dialog)
        dialog = new DegradationDialog(m_workbench, m_window);
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

/// Not modal: a run can be asked while it stays open.
void RunActions::showFlips()
{
    (new FlipsDialog(m_workbench, m_workbench->selection()->run(), m_actions->askRun, m_window))->show();
}

/// Not modal: several runs can be looked at beside each other.
void RunActions::showLook()
{
    (new LookDialog(m_workbench, m_workbench->selection()->run(), m_window))->show();
}

/// Not modal: the chart fills while it stays open. One at a time.
void RunActions::showSweep()
{
    auto* dialog = m_window->findChild<SweepDialog*>();
    if (!dialog)
        dialog = new SweepDialog(m_workbench, m_window);
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

QString RunActions::suggestedFolder(const QString& name, const std::string& target) const
{
    const QString base = QSettings().value(QStringLiteral("exportFolder"), QDir::homePath()).toString();
    QString folder = name + u'-' + toQt(target);
    folder.replace(u' ', u'-').replace(u'/', u'-');
    return QDir(base).filePath(folder);
}

void RunActions::askForExport(const std::string& target)
{
    const ModelSession& session = *m_workbench->session();
    const core::RunRow* run = session.run(m_workbench->selection()->run());
    const auto exporter = core::findExporter(target);
    if (!run || !exporter)
        return;
    const QString folder = suggestedFolder(toQt(session.workspaceFile().stem().string() + "-" + run->name), target);
    const auto start = [this, target, id = run->id](const std::filesystem::path& out) {
        QSettings().setValue(QStringLiteral("exportFolder"), toQt(out.parent_path().string()));
        m_workbench->exportRun(id, target, out);
    };
    if (run->origin) {
        auto* dialog = new ConvertDialog(**exporter, toQt(run->name), toQt(run->origin->summary), folder, m_window);
        dialog->hideRounding();
        connect(dialog, &QDialog::accepted, this, [dialog, start] { start(dialog->folder()); });
        dialog->open();
        return;
    }
    PlanDocument& document = *m_workbench->document();
    auto* dialog
        = new ExportDialog(**exporter, *run, document, session.exportBytes(run->id, **exporter), folder, m_window);
    connect(dialog, &ExportDialog::adapted, &document,
        [&document](const core::Plan& plan) { document.replacePlan(plan, tr("Adapt to the Target")); });
    connect(dialog, &QDialog::accepted, this, [dialog, start] { start(dialog->folder()); });
    dialog->open();
}

void RunActions::askForConversion(const std::string& target)
{
    const core::ProjectPtr& project = m_workbench->session()->project();
    const auto exporter = core::findExporter(target);
    if (!project || !exporter)
        return;
    const QString name = toQt(project->modelFolder.stem().string());
    const core::Model& model = project->model;
    const QString summary = model.quantized ? toQt(model.quantized->summary())
        : model.storedAs.empty()            ? tr("without codes")
                                            : toQt(model.storedAs);
    auto* dialog = new ConvertDialog(**exporter, name, summary, suggestedFolder(name, target), m_window);
    connect(dialog, &QDialog::accepted, this, [this, dialog, target] {
        QSettings().setValue(QStringLiteral("exportFolder"), toQt(dialog->folder().parent_path().string()));
        m_workbench->convert(target, dialog->folder(), dialog->roundScales());
    });
    dialog->open();
}

void RunActions::askForQuestions()
{
    const QString file = QFileDialog::getOpenFileName(m_window, tr("Ask Questions"),
        QSettings().value(QStringLiteral("questionsFolder")).toString(),
        tr("Questions (*.jsonl *.json);;All files (*)"));
    if (file.isEmpty())
        return;
    QSettings().setValue(QStringLiteral("questionsFolder"), QFileInfo(file).absolutePath());
    m_workbench->askRun(m_workbench->selection()->run(), file.toStdString());
}

void RunActions::askForLabels()
{
    const QString file = QFileDialog::getOpenFileName(m_window, tr("Score on Labelled Texts"),
        QSettings().value(QStringLiteral("labelsFolder")).toString(),
        tr("Labelled texts (*.jsonl *.json *.csv *.tsv);;All files (*)"));
    if (file.isEmpty())
        return;
    QSettings().setValue(QStringLiteral("labelsFolder"), QFileInfo(file).absolutePath());
    m_workbench->scoreRun(m_workbench->selection()->run(), file.toStdString());
}

/// One dialog for folders and files: a folder is named by its config.json.
void RunActions::askForCheckpoint()
{
    const QString file = QFileDialog::getOpenFileName(
        m_window, tr("Add Checkpoint as Run"), {}, tr("Quantized checkpoints (config.json *.gguf *.onnx);;All files (*)"));
    if (file.isEmpty())
        return;
    const std::filesystem::path path = file.toStdString();
    m_workbench->addCheckpoint(core::Checkpoint::isModelFile(path) ? path : path.parent_path());
}

void RunActions::askForImportance()
{
    const QString name
        = toQt(m_workbench->session()->workspaceFile().stem().string()) + QStringLiteral("-imatrix.gguf");
    const QString base = QSettings().value(QStringLiteral("exportFolder"), QDir::homePath()).toString();
    const QString file = QFileDialog::getSaveFileName(m_window, tr("Write Importance Matrix"),
        QDir(base).filePath(name), tr("GGUF files (*.gguf)"), nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty())
        m_workbench->writeImportance(file.toStdString());
}

/// With fewer than two runs in the comparison the selected one is set beside the newest other finished run.
void RunActions::compare()
{
    Selection* selection = m_workbench->selection();
    if (selection->compared().size() < 2) {
        std::vector<core::RowId> runs = selection->compared();
        if (const core::RowId run = selection->run(); std::ranges::find(runs, run) == runs.end())
            runs.push_back(run);
        const auto& all = m_workbench->session()->runs();
        for (auto run = all.rbegin(); run != all.rend() && runs.size() < 2; ++run)
            if (run->state == core::RunState::Done && std::ranges::find(runs, run->id) == runs.end())
                runs.push_back(run->id);
        selection->setCompared(std::move(runs));
    }
    emit comparisonWanted();
}

void RunActions::annotate()
{
    const core::RunRow* run = m_workbench->session()->run(m_workbench->selection()->run());
    if (!run)
        return;
    QStringList tags, known;
    for (const std::string& tag : run->tags)
        tags << toQt(tag);
    for (const core::RunRow& other : m_workbench->session()->runs())
        for (const std::string& tag : other.tags)
            known << toQt(tag);
    known.removeDuplicates();
    auto* dialog = new NoteDialog(toQt(run->name), toQt(run->note), tags, known, m_window);
    connect(dialog, &QDialog::accepted, this,
        [this, dialog, id = run->id] { m_workbench->annotateRun(id, dialog->note(), dialog->tags()); });
    dialog->open();
}

void RunActions::showTrash()
{
    (new TrashDialog(m_workbench, m_window))->open();
}

std::vector<core::RowId> RunActions::reported() const
{
    const std::vector<core::RowId>& compared = m_workbench->selection()->compared();
    return compared.empty() ? std::vector { m_workbench->selection()->run() } : compared;
}

void RunActions::showReport()
{
    const std::vector<core::RowId> runs = reported();
    const core::RowId reference = m_workbench->selection()->reference();
    (new ReportDialog(m_workbench, runs, reference == 0 ? runs.front() : reference, m_window))->open();
}

} // namespace kerf::ui
