// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Frames of the heatmap at 126 blocks x 9 roles, painted offscreen: scroll by one column, edit one cell and update the
// prediction. The bound is 33 ms a frame.

#include <QApplication>
#include <QPixmap>
#include <QScrollBar>
#include <QUndoStack>

#include <benchmark/benchmark.h>

#include "tests/support/synthetic_network.h"
#include "ui/heatmap/heatmap.h"
#include "ui/plan/plan_document.h"
#include "ui/selection.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

struct Fixture {
    QUndoStack undo;
    ui::PlanDocument document { &undo };
    ui::HeatmapModel model { &document };
    ui::Selection selection;
    ui::Heatmap view { &model, &selection };

    explicit Fixture(QSize size)
    {
        const auto network = test::syntheticNetwork(126, 9);
        const auto profile = test::syntheticProfile(*network);
        document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        document.setProfile(profile);
        model.setMeasure(ui::HeatmapMeasure::PredictedKld, {});
        view.resize(size);
        view.show();
        QApplication::processEvents();
    }
    void paint() { benchmark::DoNotOptimize(view.grab()); }
};

void scroll(benchmark::State& state)
{
    Fixture fixture(QSize(static_cast<int>(state.range(0)), 500));
    int at = 0;
    for (auto _ : state) {
        QScrollBar* bar = fixture.view.horizontalScrollBar();
        at = at >= bar->maximum() ? 0 : at + bar->singleStep();
        bar->setValue(at);
        fixture.paint();
    }
}
BENCHMARK(scroll)->Arg(900)->Arg(2400)->Unit(benchmark::kMillisecond)->Name("heatmap/scroll_frame/width");

void edit(benchmark::State& state)
{
    Fixture fixture(QSize(static_cast<int>(state.range(0)), 500));
    int layer = 0;
    for (auto _ : state) {
        layer = (layer + 1) % (126 * 9);
        const std::string format
            = fixture.document.plan().layers[static_cast<std::size_t>(layer)].format == "bf16" ? "int4-g128" : "bf16";
        fixture.selection.setLayers({ layer }, layer);
        fixture.document.setFormat({ layer }, format);
        fixture.paint();
    }
}
BENCHMARK(edit)->Arg(900)->Arg(2400)->Unit(benchmark::kMillisecond)->Name("heatmap/edit_frame/width");

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    ui::applyTheme(ui::ThemeMode::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
