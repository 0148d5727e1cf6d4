// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/run_actions.h"

#include <algorithm>

#include <QAction>
#include <QDir>
#include <QMenu>
#include <QSet>
#include <QSettings>

#include "ui/actions.h"
#include "ui/export/export_dialog.h"
#include "ui/jobs/sweep_dialog.h"
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
    connect(m_actions->runPlan, &QAction::triggered, m_workbench, &Workbench::runPlan);
    connect(m_actions->sweep, &QAction::triggered, this, &RunActions::showSweep);
    connect(m_actions->stopJob, &QAction::triggered, m_workbench->jobs(), &JobCenter::stop);
    connect(m_actions->refresh, &QAction::triggered, m_workbench->session(), &ModelSession::refreshRuns);
    const auto onSelected = [this](QAction* action, void (Workbench::*work)(core::RowId)) {
        connect(
            action, &QAction::triggered, this, [this, work] { (m_workbench->*work)(m_workbench->selection()->run()); });
    };
    onSelected(m_actions->loadRunPlan, &Workbench::usePlanOfRun);
    onSelected(m_actions->deleteRun, &Workbench::deleteRun);
    onSelected(m_actions->evaluateRun, &Workbench::evaluateRun);
    onSelected(m_actions->measureSpeed, &Workbench::measureSpeed);
    for (QAction* action : { m_actions->renameRun, m_actions->deleteRun })
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut); // of the table of runs
}

void RunActions::fillExportMenu()
{
    QSet<QChar> taken;
    for (const core::Exporter* exporter : core::allExporters()) {
        QString target = toQt(exporter->name());
        const auto letter = std::ranges::find_if(target, [&](QChar each) { return !taken.contains(each); });
        if (letter != target.end()) {
            taken.insert(*letter);
            target.insert(letter - target.begin(), u'&');
        }
        QAction* action = m_actions->exportMenu->addAction(
            tr("Selected Run as %1…").arg(target), this, [this, name = exporter->name()] { askForExport(name); });
        Actions::setToolTip(action, toQt(exporter->summary()));
    }
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

void RunActions::askForExport(const std::string& target)
{
    const ModelSession& session = *m_workbench->session();
    const core::RunRow* run = session.run(m_workbench->selection()->run());
    const auto exporter = core::findExporter(target);
    if (!run || !exporter)
        return;
    const QString base = QSettings().value(QStringLiteral("exportFolder"), QDir::homePath()).toString();
    QString name = toQt(session.workspaceFile().stem().string() + "-" + run->name + "-" + target);
    name.replace(u' ', u'-').replace(u'/', u'-');
    PlanDocument& document = *m_workbench->document();
    auto* dialog = new ExportDialog(
        **exporter, *run, document, session.exportBytes(run->id, **exporter), QDir(base).filePath(name), m_window);
    connect(dialog, &ExportDialog::adapted, &document,
        [&document](const core::Plan& plan) { document.replacePlan(plan, tr("Adapt to the Target")); });
    connect(dialog, &QDialog::accepted, this, [this, dialog, target, id = run->id] {
        QSettings().setValue(QStringLiteral("exportFolder"), toQt(dialog->folder().parent_path().string()));
        m_workbench->exportRun(id, target, dialog->folder());
    });
    dialog->open();
}

} // namespace kerf::ui
