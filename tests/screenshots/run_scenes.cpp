// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Runs beside each other, their report, notes and trash; the text of a run; an export.

#include <QComboBox>
#include <QDialog>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"
#include "ui/decide/decision_desk.h"
#include "ui/text/generate_page.h"
#include "ui/text/text_page.h"
#include "ui/text/token_canvas.h"

namespace kerf::pictures {
namespace {

QWidget* compare(Studio& studio, std::vector<core::RowId> runs)
{
    ui::Workbench& workbench = studio.workbench();
    studio.showTab("Formats");
    studio.showTab("Runs");
    workbench.selection()->setCompared(std::move(runs));
    studio.actions().compareRuns->trigger();
    auto* table = studio.find<QTableView>("metricTable");
    Studio::waitFor([&] { return table->model()->rowCount() > 0; });
    workbench.selection()->setLayers({ layer(3, Down) }, layer(3, Down));
    QTest::qWait(800);
    return &studio.window();
}

/// A uniform run, and one of the solver's of about as many bits.
QWidget* compareTwo(Studio& studio)
{
    QWidget* window = compare(studio, { studio.run("int4-g128"), studio.run("mixed 4.25") });
    studio.showTab("Metrics");
    return window;
}

QWidget* differencesOnly(Studio& studio)
{
    compare(studio, { studio.run("int4-g128"), studio.run("mixed 4.25"), studio.run("mixed 3.85") });
    studio.find<QToolButton>("differencesOnly")->setChecked(true);
    QTest::qWait(300);
    return &studio.window();
}

QWidget* comparePlans(Studio& studio)
{
    studio.find<QToolButton>("differencesOnly")->setChecked(false);
    compareTwo(studio);
    studio.showTab("Plan");
    QTest::qWait(300);
    return &studio.window();
}

QWidget* compareLayers(Studio& studio)
{
    studio.showTab("Layers");
    QTest::qWait(1500);
    return &studio.window();
}

QWidget* compareAxes(Studio& studio)
{
    compare(studio,
        { studio.run("int8-g128"), studio.run("int6-g128"), studio.run("int4-g32"), studio.run("int4-g128"),
            studio.run("int3-g64"), studio.run("mixed 3.25"), studio.run("mixed 4.25"), studio.run("mixed 5.50") });
    studio.showTab("Axes");
    QTest::qWait(500);
    return &studio.window();
}

QWidget* compareTwoAxes(Studio& studio)
{
    for (const auto& [box, metric] : { std::pair("acrossMetric", "Size"), std::pair("upMetric", "KLD") }) {
        auto* choice = studio.find<QComboBox>(box);
        choice->setCurrentIndex(choice->findText(metric, Qt::MatchStartsWith));
    }
    QTest::qWait(300);
    return &studio.window();
}

QWidget* report(Studio& studio)
{
    studio.find<QComboBox>("acrossMetric")->setCurrentIndex(0);
    compareTwo(studio);
    QDialog* dialog = studio.dialog(studio.actions().report, "reportDialog");
    QTest::qWait(1500);
    return dialog;
}

QWidget* decide(Studio& studio)
{
    studio.actions().decide->trigger();
    studio.actions().hidePanels->trigger();
    ui::DecisionDesk* desk = studio.workbench().desk();
    const core::RowId run = studio.run("mixed 4.25");
    desk->change([run](core::DecisionSettings& settings) {
        settings.run = run;
        settings.device = "Raspberry Pi 5";
        settings.memory = 4;
        settings.use = { 256, 512 };
        settings.requirements = { "perplexity_ratio<=1.01 @95" };
        settings.costs.price = { .05, .04, .08 };
        settings.costs.machinesBefore = core::Assumption::certain(20);
        settings.costs.machinesAfter = { 8, 6, 14 };
        settings.costs.requests = core::Assumption::certain(200'000);
        settings.costs.errorCost = { .01, .005, .03 };
        settings.costs.engineering = { 16, 8, 60 };
        settings.costs.rate = core::Assumption::certain(60);
        settings.loss = core::Assumption { .004, -.002, .012 };
        settings.insteadMachines = 4;
        settings.insteadPrice = .17;
    });
    Studio::waitFor([&] { return desk->decision() && !desk->isWorking(); });
    QTest::qWait(500);
    return &studio.window();
}

QWidget* whatWasLost(Studio& studio)
{
    QDialog* dialog = studio.dialog(studio.actions().degradation, "degradationDialog");
    QTest::qWait(1500);
    return dialog;
}

QWidget* note(Studio& studio)
{
    const core::RowId run = studio.run("mixed 4.25");
    studio.workbench().annotateRun(run, "Candidate: two v projections by hand in bf16.", { "release" });
    studio.workbench().selection()->setRun(run);
    return studio.dialog(studio.actions().annotateRun, "noteDialog");
}

void forgetNote(Studio& studio)
{
    Studio::close(studio.find<QDialog>("noteDialog"));
    studio.workbench().annotateRun(studio.run("mixed 4.25"), {}, {});
}

/// Both answer the questions of the tests.
QWidget* flips(Studio& studio)
{
    const std::filesystem::path questions = Studio::sample() / "../../tests/data/questions/choices.jsonl";
    const core::RowId run = studio.run("int3-g64");
    for (const core::RowId each : { studio.run("original"), run }) {
        studio.workbench().askRun(each, questions);
        studio.idle();
    }
    studio.workbench().selection()->setRun(run);
    QDialog* dialog = studio.dialog(studio.actions().flips, "flipsDialog");
    QTest::qWait(1500);
    return dialog;
}

QWidget* trash(Studio& studio)
{
    studio.workbench().deleteRun(studio.run("int3-g64"));
    return studio.dialog(studio.actions().showTrash, "trashDialog");
}

auto closes(const char* name)
{
    return [name](Studio& studio) { Studio::close(studio.find<QDialog>(name)); };
}

/// The newest run again.
void untrash(Studio& studio)
{
    Studio::close(studio.find<QDialog>("trashDialog"));
    studio.workbench().undo()->undo();
    QTest::qWait(200);
}

QWidget* text(Studio& studio)
{
    studio.showTab("Runs");
    studio.workbench().selection()->setCompared({});
    studio.workbench().selection()->setRun(studio.run("mixed 3.85"));
    studio.showTab("Text");
    auto* page = studio.find<ui::TextPage>();
    Studio::waitFor([&] { return page->isShowingText(); });
    page->goToWorst(1);
    QTest::qWait(500);
    return &studio.window();
}

/// What both models expected at the worst token.
QWidget* tokenCard(Studio& studio)
{
    text(studio);
    auto* canvas = studio.find<ui::TextPage>()->canvas();
    canvas->setFocus();
    QTest::keyClick(canvas, Qt::Key_Space);
    QTest::qWait(300);
    return &studio.window();
}

void hideCard(Studio& studio)
{
    QTest::keyClick(studio.find<ui::TextPage>()->canvas(), Qt::Key_Space);
}

QWidget* generate(Studio& studio)
{
    studio.showTab("Generate");
    auto* writing = studio.find<ui::GeneratePage>();
    writing->setPrompt("The captain took the lantern and went down to the beach, where");
    if (writing->result().written[0].empty())
        writing->generate();
    Studio::waitFor([&] { return !writing->isRunning(); });
    QTest::qWait(300);
    return &studio.window();
}

QWidget* exportDialog(Studio& studio)
{
    studio.showTab("Sensitivity × Format");
    studio.workbench().selection()->setRun(studio.run("int4-g128"));
    for (QAction* action : studio.actions().exportMenu->actions())
        if (QString(action->text()).remove(u'&').contains("compressed-tensors"))
            return studio.dialog(action, "exportDialog");
    return nullptr;
}

/// A target that does not hold the plan says what it cannot, and what it can.
QWidget* exportRefused(Studio& studio)
{
    studio.workbench().selection()->setRun(studio.run("mixed 4.25"));
    for (QAction* action : studio.actions().exportMenu->actions())
        if (QString(action->text()).remove(u'&').contains("gptq"))
            return studio.dialog(action, "exportDialog");
    return nullptr;
}

QWidget* exported(Studio& studio)
{
    const core::RowId run = studio.run("mixed 4.25");
    studio.workbench().selection()->setRun(run);
    studio.workbench().exportRun(run, "compressed-tensors", studio.scratch("sample-mixed-w4").toStdString());
    studio.idle();
    QTest::qWait(500);
    return &studio.window();
}

} // namespace

Scenes runScenes()
{
    return {
        { "compare", compareTwo, true },
        { "compare-differences", differencesOnly },
        { "compare-plans", comparePlans },
        { "compare-layers", compareLayers },
        { "compare-axes", compareAxes },
        { "compare-two-axes", compareTwoAxes },
        { "report", report, false, closes("reportDialog") },
        { "what-was-lost", whatWasLost, false, closes("degradationDialog") },
        { "decide", decide, true, [](Studio& studio) { studio.actions().hidePanels->trigger(); } },
        { "note", note, false, forgetNote },
        { "changed-answers", flips, false, closes("flipsDialog") },
        { "trash", trash, false, untrash },
    };
}

Scenes textScenes()
{
    return {
        { "text", text, true },
        { "text-token", tokenCard, false, hideCard },
        { "generate", generate },
    };
}

Scenes exportScenes()
{
    return {
        { "export-dialog", exportDialog, false, closes("exportDialog") },
        { "export-refused", exportRefused, false, closes("exportDialog") },
        { "export", exported },
    };
}

} // namespace kerf::pictures
