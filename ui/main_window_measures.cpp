// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the actions do that measure, sweep and hand plans to other tools.

#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>

#include "core/base/atomic_file.h"
#include "core/plan/recipe.h"
#include "core/solve/solver.h"
#include "ui/charts/prediction_chart.h"
#include "ui/jobs/sweep_dialog.h"
#include "ui/main_window.h"
#include "ui/value_text.h"

namespace kerf::ui {

void MainWindow::connectProfileActions()
{
    Workbench& bench = m_workbench;
    connect(m_actions->measureCells, &QAction::triggered, this,
        [&bench] { bench.measureCells(bench.selection()->layers()); });
    connect(m_actions->checkPrediction, &QAction::triggered, this, &MainWindow::askForPredictionCheck);
    connect(m_actions->sweep, &QAction::triggered, this, [this] {
        // Not modal: the chart fills while it stays open. One at a time.
        auto* dialog = findChild<SweepDialog*>();
        if (!dialog)
            dialog = new SweepDialog(&m_workbench, this);
        dialog->show();
        dialog->raise();
        dialog->activateWindow();
    });
    connect(&bench, &Workbench::predictionsChanged, this, &MainWindow::updatePredictions);
}

void MainWindow::askForPredictionCheck()
{
    auto* ask = new QInputDialog(this);
    ask->setObjectName(QStringLiteral("predictionDialog"));
    ask->setAttribute(Qt::WA_DeleteOnClose);
    ask->setWindowTitle(tr("Check Prediction"));
    ask->setInputMode(QInputDialog::IntInput);
    ask->setLabelText(tr("Random plans to carry out and evaluate. Those measured before are not made again."));
    ask->setIntRange(1, 100);
    ask->setIntValue(6);
    ask->setOkButtonText(tr("Start"));
    connect(ask, &QInputDialog::intValueSelected, &m_workbench, &Workbench::checkPrediction);
    ask->open();
}

QString MainWindow::solverProblem() const
{
    const auto profile = m_workbench.session()->profile();
    return !profile                  ? tr("The solver needs a profile: choose Profile first")
        : !core::hasSlopes(*profile) ? tr("The profile has output errors only: profile again for the solver")
                                     : QString();
}

void MainWindow::updateSolver(bool hasModel)
{
    const QString noModel = tr("Open a model first");
    const QString solver = hasModel ? solverProblem() : noModel;
    Actions::setProblem(m_actions->solve, solver);
    const core::Plan& plan = m_workbench.document()->plan();
    Actions::setProblem(m_actions->refine,
        !hasModel                             ? noModel
            : !m_workbench.canWrite()         ? tr("The workspace is open for reading only")
            : !solver.isEmpty()               ? solver
            : m_workbench.jobs()->isRunning() ? tr("Another job is running")
            : !plan.transforms.empty()
            ? tr("A plan with transforms cannot be refined: its layers were profiled without them")
            : QString());
}

void MainWindow::fillRecipeMenu()
{
    for (const std::string& tool : core::recipeTools())
        m_actions->recipeMenu->addAction(tr("For %1…").arg(toQt(tool)), this, [this, tool] { saveRecipe(tool); });
}

void MainWindow::saveRecipe(const std::string& tool)
{
    const PlanDocument& document = *m_workbench.document();
    auto recipe = core::planRecipe(document.plan(), *document.network(), tool);
    if (!recipe) {
        showMessage(toQt(recipe.error().message), true);
        return;
    }
    const QString file = QFileDialog::getSaveFileName(this, tr("Save Plan as Recipe"), toQt(recipe->fileName));
    if (file.isEmpty())
        return;
    const auto written = core::writeFileAtomically(file.toStdString(), recipe->text);
    QStringList notes;
    for (const std::string& note : recipe->notes)
        notes << toQt(note);
    showMessage(
        written ? tr("%1 is written. %2").arg(file, notes.join(u' ')) : toQt(written.error().message), !written);
}

void MainWindow::updatePredictions()
{
    m_prediction->setData(m_workbench.session()->predictions(), m_workbench.runs());
}

} // namespace kerf::ui
