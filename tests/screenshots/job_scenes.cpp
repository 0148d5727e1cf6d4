// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Jobs: what is looked at before, what runs, what waits, what was, what failed.

#include <QDialog>
#include <QDir>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"
#include "ui/jobs/job_model.h"

namespace kerf::pictures {
namespace {

void selectJob(Studio& studio, const QString& title)
{
    auto* table = studio.find<QTableView>("jobTable");
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        const QModelIndex at = table->model()->index(row, ui::JobModel::TitleColumn);
        if (at.data().toString().contains(title)) {
            table->setCurrentIndex(at);
            return;
        }
    }
}

/// A plan that was not run yet, for a loader that does not take all of it, on few windows.
QWidget* preflight(Studio& studio)
{
    studio.showTab("Runs");
    studio.workbench().selection()->clear();
    studio.workbench().solve(3.6, 0);
    studio.chooseLoader("vLLM");
    studio.actions().checkRun->trigger();
    Studio::waitFor([&] {
        auto* table = studio.find<QTableView>("preflightTable");
        return table && table->model()->rowCount() > 0;
    });
    QTest::qWait(1500);
    return &studio.window();
}

void leavePreflight(Studio& studio)
{
    QTest::keyClick(studio.find<QWidget>("preflightPage"), Qt::Key_Escape);
    studio.chooseLoader("any");
    QTest::qWait(100);
}

/// One that writes, one that reads beside it, and those that wait.
void fillQueue(Studio& studio)
{
    ui::Workbench& workbench = studio.workbench();
    if (workbench.jobs()->isRunning())
        return;
    workbench.solve(4.1, 0);
    core::Plan plan = workbench.document()->plan();
    plan.name = "mixed 4.10, each block after the last";
    plan.mode = core::QuantizeMode::Sequential;
    workbench.run(plan);
    Studio::waitFor([&] { return workbench.jobs()->status().layersSafe >= 3; });
    workbench.evaluateRun(studio.run("int6-g128"));
    std::vector<core::Plan> plans;
    for (const double bits : { 3.5, 4.0, 4.5, 5.0 }) {
        workbench.solve(bits, 0);
        plans.push_back(workbench.document()->plan());
    }
    workbench.sweep(plans);
    workbench.measureSpeed(studio.run("int8-g128"));
}

QWidget* running(Studio& studio)
{
    studio.showTab("Sensitivity × Format");
    fillQueue(studio);
    studio.showTab("Jobs");
    selectJob(studio, "each block");
    studio.showTab("Layers");
    QTest::qWait(1500);
    return &studio.window();
}

QWidget* queue(Studio& studio)
{
    selectJob(studio, "Sweep");
    QTest::qWait(300);
    return studio.find<QTableView>("jobTable")->window();
}

void stopAll(Studio& studio)
{
    studio.workbench().jobs()->clearQueue();
    studio.workbench().jobs()->stop();
    studio.idle();
}

/// What was seen through the lens; on a page of it.
QWidget* lens(Studio& studio, int page)
{
    if (!studio.find<QDialog>("lensView")) {
        const auto& project = *studio.workbench().session()->project();
        studio.workbench().lookThroughLens(ui::dataSettingsOf(project).evaluation.files, "int4-g64");
        Studio::waitFor([&] { return studio.find<QDialog>("lensView") != nullptr; });
        studio.idle();
    }
    studio.find<QTabWidget>("lensPages")->setCurrentIndex(page);
    QTest::qWait(300);
    return studio.find<QDialog>("lensView");
}

QWidget* seconds(Studio& studio)
{
    selectJob(studio, "Run mixed 4.25");
    QTest::qWait(300);
    studio.showTab("Seconds a Layer");
    QTest::qWait(300);
    return &studio.window();
}

QWidget* log(Studio& studio)
{
    studio.showTab("Log");
    return &studio.window();
}

/// Exported to a folder that is there already.
QWidget* failed(Studio& studio)
{
    QDir().mkpath(studio.scratch("taken"));
    studio.workbench().exportRun(studio.run("int4-g128"), "compressed-tensors", studio.scratch("taken").toStdString());
    studio.idle();
    studio.showTab("Jobs");
    QTest::qWait(300);
    return &studio.window();
}

QWidget* sweep(Studio& studio)
{
    return studio.dialog(studio.actions().sweep, "sweepDialog");
}

void closeSweep(Studio& studio)
{
    Studio::close(studio.find<QDialog>("sweepDialog"));
}

} // namespace

Scenes jobScenes()
{
    return {
        { "preflight", preflight, true, leavePreflight },
        { "running", running, true },
        { "queue", queue, false, stopAll },
        { "job-seconds", seconds },
        { "job-log", log },
        { "job-failed", failed },
        { "sweep", sweep, false, closeSweep },
        { "lens-dialog", [](Studio& studio) -> QWidget* { return studio.dialog(studio.actions().lens, "lensDialog"); },
            false, [](Studio& studio) { Studio::close(studio.find<QDialog>("lensDialog")); } },
        { "lens-order", [](Studio& studio) { return lens(studio, 0); } },
        { "lens-ranges", [](Studio& studio) { return lens(studio, 1); }, false,
            [](Studio& studio) { Studio::close(studio.find<QDialog>("lensView")); } },
    };
}

} // namespace kerf::pictures
