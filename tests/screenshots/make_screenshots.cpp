// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Does the main job on the bundled sample in the real window and grabs it: welcome, the dialog of the profile, heatmap
// with a mixed plan, what a loader refuses, transforms and cache, the dialogs of the solver and of the measured search,
// a running job, the Pareto chart with at least eight runs, predicted beside measured, the jobs, the text of a run and
// what it writes, an export; each in light and dark.
// Usage: kerf-screenshots FOLDER [--quick] [--size 1440x900] [--font 1]
//   --quick uses few windows, to look at the layout; --size is the window's, --font makes the letters larger

#include <cstdio>
#include <functional>

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QCommandLineParser>
#include <QDialog>
#include <QDir>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QPixmap>
#include <QRadioButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "core/solve/solver.h"
#include "tests/support/own_settings.h"
#include "tests/support/test_data.h"
#include "ui/charts/pareto_chart.h"
#include "ui/english_plurals.h"
#include "ui/heatmap/heatmap.h"
#include "ui/jobs/data_settings.h"
#include "ui/main_window.h"
#include "ui/plan/solve_dialog.h"
#include "ui/text/generate_page.h"
#include "ui/text/text_page.h"

using namespace kerf;

namespace {

constexpr int kJobTimeout = 900'000;

class Photographer {
public:
    Photographer(QString folder, bool quick)
        : m_folder(std::move(folder))
        , m_quick(quick)
    {
    }

    /// Grabs the window in both themes.
    void take(QWidget& window, const QString& name)
    {
        for (const ui::ThemeMode mode : { ui::ThemeMode::Dark, ui::ThemeMode::Light }) {
            ui::applyTheme(mode);
            QTest::qWait(250);
            const QString file
                = QStringLiteral("%1/%2-%3.png").arg(m_folder, name, mode == ui::ThemeMode::Dark ? "dark" : "light");
            if (!window.grab().save(file))
                std::fprintf(stderr, "%s could not be written\n", qPrintable(file));
        }
    }
    bool done(ui::MainWindow& window)
    {
        const bool ended = QTest::qWaitFor([&] { return !window.workbench()->jobs()->isRunning(); }, kJobTimeout);
        QTest::qWait(50);
        if (!window.messageText().isEmpty())
            std::fprintf(stderr, "%s\n", qPrintable(window.messageText()));
        return ended;
    }
    void run(ui::MainWindow& window)
    {
        window.workbench()->runPlan();
        done(window);
        const auto& runs = window.workbench()->runs();
        if (!runs.empty())
            std::printf(
                "%zu runs, newest %s: KLD %.5f\n", runs.size(), qPrintable(runs.back().name), runs.back().kld.value);
    }
    void setTexts(const core::Project& project)
    {
        ui::DataSettings settings = ui::dataSettingsOf(project);
        if (m_quick) {
            settings.calibration.window = settings.evaluation.window = 64;
            settings.calibration.samples = settings.evaluation.samples = 4;
            settings.profile.probeWindows = 1;
            settings.profile.method = "rtn";
            settings.profile.cacheFormats = { "kv-int8" };
        } else {
            settings.profile.cacheFormats = { "kv-int8", "kv-int4", "kv-kivi2" };
            settings.evaluation.samples = 32;
            settings.profile.probeWindows = 8;
        }
        ui::saveDataSettings(project, settings);
    }

private:
    QString m_folder;
    bool m_quick;
};

/// The dialog that an action opens.
void takeDialog(
    ui::MainWindow& window, Photographer& camera, QAction* action, const QString& dialogName, const QString& name)
{
    action->trigger();
    auto* dialog = window.findChild<QDialog*>(dialogName);
    QTest::qWait(1500); // texts are read while it is shown
    camera.take(*dialog, name);
    dialog->reject();
}

/// The list of what the plan has that a loader does not take.
void takeProblems(ui::MainWindow& window, Photographer& camera)
{
    ui::PlanDocument* document = window.workbench()->document();
    document->setLoader("vllm");
    window.findChild<QToolButton*>("loaderCheck")->click();
    auto* dialog = window.findChild<QDialog*>("problemsDialog");
    camera.take(*dialog, "problems");
    dialog->reject();
    document->setLoader("any");
}

/// The solver's dialog with a budget of memory.
void takeSolver(ui::MainWindow& window, Photographer& camera)
{
    window.actions()->solve->trigger();
    auto* dialog = window.findChild<ui::SolveDialog*>();
    dialog->findChild<QRadioButton*>("solveMemory")->click();
    dialog->findChild<QDoubleSpinBox*>("solveMemoryValue")->setValue(5);
    camera.take(*dialog, "solve");
    dialog->reject();
}

void selectSomeCells(ui::MainWindow& window)
{
    ui::Heatmap* map = window.heatmap();
    map->setFocus();
    window.workbench()->selection()->setLayers({ 2 * 7 + 5, 2 * 7 + 6, 3 * 7 + 5, 3 * 7 + 6 }, 3 * 7 + 6);
}

/// A uniform run, a solved one of about as many bits, and the last, side by side.
void takeComparison(ui::MainWindow& window, Photographer& camera)
{
    ui::Workbench& workbench = *window.workbench();
    const auto& runs = workbench.runs();
    workbench.selection()->setCompared({ runs[3].id, runs[runs.size() - 2].id, runs.back().id });
    window.actions()->compareRuns->trigger();
    const auto* table = window.findChild<QTableView*>(QStringLiteral("metricTable"));
    [[maybe_unused]] const bool isRead = QTest::qWaitFor([&] { return table->model()->rowCount() > 0; }, kJobTimeout);
    workbench.selection()->setLayers({ 3 * 7 + 6 }, 3 * 7 + 6);
    QTest::qWait(300);
    camera.take(window, "compare");
}

void showTab(ui::MainWindow& window, const QString& title)
{
    for (auto* tabs : window.findChildren<QTabWidget*>(QStringLiteral("panelTabs")))
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->tabText(i) == title)
                tabs->setCurrentIndex(i);
}

/// The text of the selected run at its worst token, and original and run writing side by side.
void takeTexts(ui::MainWindow& window, Photographer& camera)
{
    showTab(window, "Text");
    auto* page = window.findChild<ui::TextPage*>();
    [[maybe_unused]] const bool isShown = QTest::qWaitFor([&] { return page->isShowingText(); }, kJobTimeout);
    page->goToWorst(1);
    camera.take(window, "text");
    showTab(window, "Generate");
    auto* writing = window.findChild<ui::GeneratePage*>();
    writing->setPrompt("The captain took the lantern and went down to the beach, where");
    writing->generate();
    [[maybe_unused]] const bool isDone = QTest::qWaitFor([&] { return !writing->isRunning(); }, kJobTimeout);
    camera.take(window, "generate");
}

int work(const QString& folder, bool quick, QSize size)
{
    const QTemporaryDir scratch;
    Photographer camera(folder, quick);
    ui::MainWindow window;
    window.resize(size);
    window.show();
    QTest::qWait(300);
    QSettings().setValue("recent", QStringList { "/home/ada/models/Llama-3.1-8B", "/home/ada/models/Qwen3-1.7B" });
    {
        ui::MainWindow welcome;
        welcome.resize(size);
        welcome.show();
        QTest::qWait(300);
        camera.take(welcome, "welcome");
    }
    QSettings().remove("recent");
    window.openModel(test::sample() / "model", scratch.filePath("sample.kerf").toStdString());
    if (!camera.done(window) || !window.workbench()->hasModel())
        return 1;
    camera.take(window, "unprofiled");
    ui::Workbench& workbench = *window.workbench();
    takeDialog(window, camera, window.actions()->profile, "dataDialog", "profile");
    camera.setTexts(*workbench.session()->project());
    workbench.profile(ui::dataSettingsOf(*workbench.session()->project()));
    if (!camera.done(window) || !workbench.document()->profile())
        return 1;
    for (const char* format : { "int8-g128", "int6-g128", "int4-g32", "int4-g128", "int3-g64" }) {
        workbench.useUniform(format);
        camera.run(window);
    }
    for (const double bits : { 3.25, 3.85, 4.7, 5.5 }) {
        workbench.solve(bits, 0);
        camera.run(window);
    }
    workbench.solve(4.25, 0);
    workbench.document()->setFormat({ 2 * 7 + 2, 5 * 7 + 2 }, "bf16"); // two small and sensitive v projections
    selectSomeCells(window);
    camera.take(window, "heatmap");
    const core::Plan plan = workbench.document()->plan();
    workbench.document()->setTransforms({ core::transformChoice("smoothquant").value() }, "SmoothQuant");
    workbench.document()->setCacheFormat("kv-int8");
    showTab(window, "Transforms");
    camera.take(window, "transforms");
    workbench.document()->replacePlan(plan, "As before");
    takeSolver(window, camera);
    takeDialog(window, camera, window.actions()->refine, "refineDialog", "refine");
    takeProblems(window, camera);
    showTab(window, "Formats");

    workbench.runPlan();
    [[maybe_unused]] const bool begun = QTest::qWaitFor(
        [&] { return workbench.jobs()->status().layersSafe >= 10 || !workbench.jobs()->isRunning(); }, kJobTimeout);
    QTest::qWait(quick ? 0 : 600);
    camera.take(window, "running");
    camera.done(window);

    workbench.selection()->clear();
    workbench.selection()->setRun(workbench.runs().back().id);
    workbench.solve(3.5, 0);
    workbench.setFrontAxes(core::FrontX::Size, core::FrontY::Kld);
    camera.take(window, "pareto");
    showTab(window, "Predicted × Measured");
    showTab(window, "Jobs");
    camera.take(window, "predictions");
    takeTexts(window, camera);
    showTab(window, "Sensitivity × Format");
    showTab(window, "Runs");
    takeComparison(window, camera);
    showTab(window, "Sensitivity × Format");
    workbench.selection()->setRun(workbench.runs().back().id);
    workbench.exportRun(
        workbench.selection()->run(), "compressed-tensors", scratch.filePath("sample-mixed-w4").toStdString());
    camera.done(window);
    camera.take(window, "export");
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    test::useOwnSettings("kerf-screenshots");
    QCommandLineParser options;
    options.addPositionalArgument("folder", "where the pictures go");
    options.addOptions({ { "quick", "few windows" }, { "size", "of the window", "WxH", "1440x900" },
        { "font", "factor of the letters", "factor", "1" } });
    options.process(application);
    const QStringList sides = options.value("size").split('x');
    if (options.positionalArguments().size() != 1 || sides.size() != 2)
        options.showHelp(2);
    QFont letters = QApplication::font();
    letters.setPointSizeF(letters.pointSizeF() * options.value("font").toDouble());
    QApplication::setFont(letters);
    ui::EnglishPlurals plurals;
    QCoreApplication::installTranslator(&plurals);
    ui::applyTheme(ui::ThemeMode::Light);
    return work(
        options.positionalArguments().constFirst(), options.isSet("quick"), QSize(sides[0].toInt(), sides[1].toInt()));
}
