// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What changes the plan: transforms and the dialogs.

#include <QDialog>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QRadioButton>
#include <QTest>
#include <QToolButton>

#include "core/transform/transform.h"
#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"

namespace kerf::pictures {
namespace {

QWidget* transforms(Studio& studio)
{
    studio.showTab("Runs");
    studio.workbench().document()->setTransforms({ core::transformChoice("smoothquant").value() }, "SmoothQuant");
    studio.workbench().document()->setCacheFormat("kv-int8");
    studio.showTab("Transforms");
    return &studio.window();
}

void takeBack(Studio& studio)
{
    studio.workbench().undo()->undo();
    studio.workbench().undo()->undo();
    studio.showTab("Formats");
}

QWidget* solver(Studio& studio)
{
    QDialog* dialog = studio.dialog(studio.actions().solve, "solveDialog");
    dialog->findChild<QRadioButton*>("solveMemory")->click();
    dialog->findChild<QDoubleSpinBox*>("solveMemoryValue")->setValue(5);
    QTest::qWait(500);
    return dialog;
}

QWidget* impossible(Studio& studio)
{
    QDialog* dialog = studio.dialog(studio.actions().solve, "solveDialog");
    dialog->findChild<QRadioButton*>("solveSize")->click();
    dialog->findChild<QDoubleSpinBox*>("solveSizeValue")->setValue(2);
    QTest::qWait(500);
    return dialog;
}

QWidget* problems(Studio& studio)
{
    studio.chooseLoader("vLLM");
    studio.find<QToolButton>("loaderCheck")->click();
    return studio.find<QDialog>("problemsDialog");
}

QWidget* pattern(Studio& studio)
{
    QDialog* dialog = studio.dialog(studio.actions().setByPattern, "patternDialog");
    dialog->findChild<QLineEdit*>("pattern")->setText("mlp\\.(gate|up)");
    return dialog;
}

auto opens(QAction* ui::Actions::*action, const char* name)
{
    return [action, name](Studio& studio) -> QWidget* { return studio.dialog(studio.actions().*action, name); };
}

auto closes(const char* name)
{
    return [name](Studio& studio) {
        if (auto* dialog = studio.find<QDialog>(name))
            Studio::close(dialog);
        studio.chooseLoader("any");
    };
}

QWidget* changes(Studio& studio)
{
    studio.workbench().solve(4.0, 0);
    return studio.dialog(studio.actions().planChanges, "changesDialog");
}

} // namespace

Scenes planScenes()
{
    return {
        { "transforms", transforms, false, takeBack },
        { "solve", solver, true, closes("solveDialog") },
        { "solve-impossible", impossible, false, closes("solveDialog") },
        { "refine", opens(&ui::Actions::refine, "refineDialog"), false, closes("refineDialog") },
        { "problems", problems, false, closes("problemsDialog") },
        { "presets", opens(&ui::Actions::presets, "presetDialog"), false, closes("presetDialog") },
        { "keep-sensitive", opens(&ui::Actions::keepSensitive, "keepDialog"), false, closes("keepDialog") },
        { "pattern", pattern, false, closes("patternDialog") },
        { "plan-changes", changes, false, closes("changesDialog") },
        { "undo-history", opens(&ui::Actions::undoHistory, "undoHistory"), false, closes("undoHistory") },
    };
}

} // namespace kerf::pictures
