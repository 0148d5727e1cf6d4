// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// One move of the budget slider in the whole window: solve, estimate, every view, painted. The goal is 16 ms a move at
// 42 layers and 50 ms at 1,000, in CPU time of the window's thread, which other processes do not lengthen.

#include <QApplication>
#include <QSlider>
#include <QTemporaryDir>
#include <QtCore/qtestsupport_core.h>

#include <benchmark/benchmark.h>

#include "core/workspace/workspace.h"
#include "tests/support/own_settings.h"
#include "tests/support/random_model.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"
#include "ui/main_window.h"
#include "ui/plan/budget_slider.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

constexpr int kJobTimeout = 240'000;
constexpr int kRuns = 12; ///< what a session's table and chart hold

/// A window on a model of so many blocks with a profile and a few measured runs; "" when it cannot be made.
struct Fixture {
    QTemporaryDir folder;
    ui::MainWindow window;
    QSlider* slider = nullptr;

    explicit Fixture(int blocks)
    {
        const std::filesystem::path place = folder.path().toStdString();
        std::filesystem::path model = test::sample() / "model";
        if (blocks > 6) {
            model = place / "model";
            test::RandomModelShape shape { 128, 128, blocks, 2, 2, 4096, 256, 1 };
            if (!test::writeRandomModel(model, shape))
                return;
            std::filesystem::copy(test::sample() / "model" / "tokenizer.json", model / "tokenizer.json");
        }
        window.resize(1440, 900);
        window.show();
        window.openModel(model, place / "drag.kerf");
        ui::Workbench& workbench = *window.workbench();
        if (!QTest::qWaitFor([&] { return workbench.hasModel() && !workbench.jobs()->isRunning(); }, kJobTimeout))
            return;
        fillWorkspace(*workbench.session());
        workbench.session()->refreshRuns();
        workbench.session()->refreshProfile();
        QApplication::processEvents();
        slider = window.findChild<QSlider*>("budgetSlider");
    }
    static void fillWorkspace(const ui::ModelSession& session)
    {
        auto workspace = core::Workspace::open(session.workspaceFile());
        const core::Network& network = *session.network();
        if (!workspace || !workspace->saveProfile(session.modelId(), *test::syntheticProfile(network)))
            return;
        const auto profile = test::syntheticProfile(network);
        for (int i = 0; i < kRuns; ++i) {
            core::Plan plan = test::syntheticPlan(network, profile->formats[static_cast<std::size_t>(i) % 8]);
            plan.name += " " + std::to_string(i);
            plan.layers[static_cast<std::size_t>(i)].format = "bf16";
            const auto run = workspace->beginRun(session.modelId(), plan, {});
            if (!run)
                return;
            (void)workspace->addMetric(*run, { "kld_mean", 0.001 * (i + 1), 1e-4, "nats/token", "text", "hash", {} });
            (void)workspace->addMetric(
                *run, { "measured_decode_tokens_per_second", 100.0 + 7 * i, 1.0, "tokens/s", "", "", {} });
            (void)workspace->setRunState(*run, core::RunState::Done, {}, {});
        }
    }
};

void drag(benchmark::State& state)
{
    Fixture fixture(static_cast<int>(state.range(0)));
    if (!fixture.slider || !fixture.slider->isEnabled()) {
        state.SkipWithError("the window has no profile");
        return;
    }
    if (state.range(1) != 0) { // the palette then shows what each format costs the selected layers
        std::vector<int> all(fixture.window.workbench()->document()->plan().layers.size());
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<int>(i);
        fixture.window.workbench()->selection()->setLayers(all, 0);
    }
    fixture.slider->setSliderDown(true);
    int position = 400, direction = 6;
    for (auto _ : state) {
        direction = position > 650 ? -6 : position < 250 ? 6 : direction;
        position += direction;
        fixture.slider->setValue(position);
        QApplication::processEvents(); // the timer of the solve
        QApplication::processEvents(); // layouts and paints
    }
    fixture.slider->setSliderDown(false);
}
BENCHMARK(drag)
    ->Args({ 6, 0 })
    ->Args({ 6, 1 })
    ->Args({ 143, 0 })
    ->Args({ 143, 1 })
    ->ArgNames({ "blocks", "all_selected" })
    ->Unit(benchmark::kMillisecond)
    ->MinTime(2)
    ->Name("window/drag_move");

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    kerf::test::useOwnSettings("kerf-bench-drag");
    ui::applyTheme(ui::ThemeMode::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
