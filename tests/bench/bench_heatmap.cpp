// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Frames of the heatmap at 126 blocks x 9 roles, painted offscreen: scroll by one column, edit one cell and update the
// prediction. The bound is 33 ms a frame. The same, and the tree's, at 48 blocks of 128 experts (12,336 layers), with a
// row for every expert: 16.7 ms, 60 frames a second.

#include <QApplication>
#include <QPixmap>
#include <QScrollBar>
#include <QTreeView>
#include <QUndoStack>

#include <benchmark/benchmark.h>

#include "tests/support/synthetic_network.h"
#include "ui/heatmap/heatmap.h"
#include "ui/layers/layer_tree_model.h"
#include "ui/layers/layers_panel.h"
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

    Fixture(QSize size, const std::shared_ptr<const core::Network>& network)
    {
        const auto profile = test::syntheticProfile(*network);
        document.reset(network, 0, test::syntheticPlan(*network, "int4-g128"));
        document.setProfile(profile);
        model.setMeasure(ui::HeatmapMeasure::PredictedKld, {});
        for (int row = model.rowCount(); row-- > 0;)
            model.setOpen(row, true);
        view.resize(size);
        view.show();
        QApplication::processEvents();
    }
    void paint() { benchmark::DoNotOptimize(view.grab()); }
};

QSize sizeOf(const benchmark::State& state)
{
    return { static_cast<int>(state.range(0)), 500 };
}

void scrollBy(benchmark::State& state, Fixture& fixture, Qt::Orientation direction)
{
    int at = 0;
    for (auto _ : state) {
        QScrollBar* bar
            = direction == Qt::Horizontal ? fixture.view.horizontalScrollBar() : fixture.view.verticalScrollBar();
        at = at >= bar->maximum() ? 0 : at + bar->singleStep();
        bar->setValue(at);
        fixture.paint();
    }
}

void scroll(benchmark::State& state)
{
    Fixture fixture(sizeOf(state), test::syntheticNetwork(126, 9));
    scrollBy(state, fixture, Qt::Horizontal);
}
void scrollExperts(benchmark::State& state)
{
    Fixture fixture(sizeOf(state), test::syntheticExperts(48, 128));
    scrollBy(state, fixture, Qt::Vertical);
}
BENCHMARK(scrollExperts)
    ->Arg(900)
    ->Arg(2400)
    ->Unit(benchmark::kMillisecond)
    ->Name("heatmap/experts/scroll_frame/width");
BENCHMARK(scroll)->Arg(900)->Arg(2400)->Unit(benchmark::kMillisecond)->Name("heatmap/scroll_frame/width");

void editEach(benchmark::State& state, Fixture& fixture)
{
    int layer = 0;
    const auto layers = static_cast<int>(fixture.document.plan().layers.size());
    for (auto _ : state) {
        layer = (layer + 1) % layers;
        const std::string format
            = fixture.document.plan().layers[static_cast<std::size_t>(layer)].format == "bf16" ? "int4-g128" : "bf16";
        fixture.selection.setLayers({ layer }, layer);
        fixture.document.setFormat({ layer }, format);
        fixture.paint();
    }
}

void edit(benchmark::State& state)
{
    Fixture fixture(sizeOf(state), test::syntheticNetwork(126, 9));
    editEach(state, fixture);
}
void editExperts(benchmark::State& state)
{
    Fixture fixture(sizeOf(state), test::syntheticExperts(48, 128));
    editEach(state, fixture);
}
BENCHMARK(editExperts)->Arg(900)->Arg(2400)->Unit(benchmark::kMillisecond)->Name("heatmap/experts/edit_frame/width");

void scrollTree(benchmark::State& state)
{
    Fixture fixture(QSize(400, 400), test::syntheticExperts(48, 128));
    ui::LayerTreeModel model(&fixture.document);
    ui::LayersPanel panel(&model, &fixture.selection);
    panel.view()->expandAll();
    panel.resize(420, 900);
    panel.show();
    QApplication::processEvents();
    int at = 0;
    for (auto _ : state) {
        QScrollBar* bar = panel.view()->verticalScrollBar();
        at = at + 40 >= bar->maximum() ? 0 : at + 40;
        bar->setValue(at);
        benchmark::DoNotOptimize(panel.grab());
    }
}
BENCHMARK(scrollTree)->Unit(benchmark::kMillisecond)->Name("tree/experts/scroll_frame");
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
