// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A window from nothing to its first picture, and a folder of 1,000 tensors from the drop to a drawn tree. Goals: 300
// ms from the start of the program to its first picture (what is measured here is the window's part of it), and no wait
// that is felt for the folder.

#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QTemporaryDir>
#include <QTreeView>
#include <QUrl>
#include <QtCore/qtestsupport_core.h>

#include <benchmark/benchmark.h>

#include "tests/support/own_settings.h"
#include "tests/support/random_model.h"
#include "tests/support/test_data.h"
#include "ui/main_window.h"
#include "ui/theme.h"

using namespace kerf;

namespace {

constexpr int kTimeout = 60'000;
constexpr int kBlocks = 111; ///< of nine tensors each, with embedding and norms 1,001

/// Tells that a widget was painted.
class Painted : public QObject {
public:
    explicit Painted(QWidget* widget) { widget->installEventFilter(this); }
    bool is = false;

protected:
    bool eventFilter(QObject*, QEvent* event) override
    {
        is |= event->type() == QEvent::Paint;
        return false;
    }
};

void firstPicture(benchmark::State& state)
{
    for (auto _ : state) {
        ui::MainWindow window;
        window.resize(1440, 900);
        const Painted painted(&window);
        window.show();
        while (!painted.is)
            QApplication::processEvents();
    }
}
BENCHMARK(firstPicture)->Unit(benchmark::kMillisecond)->Name("window/first_picture");

bool drop(QWidget* on, const QString& folder)
{
    QMimeData data;
    data.setUrls({ QUrl::fromLocalFile(folder) });
    QDragEnterEvent enter(on->rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(on, &enter);
    QDropEvent event(on->rect().center(), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    return enter.isAccepted() && QApplication::sendEvent(on, &event);
}

/// From the drop until the tree with all layers is painted, weights checked and hashed meanwhile.
void dropFolder(benchmark::State& state)
{
    const QTemporaryDir folder;
    const std::filesystem::path model = std::filesystem::path(folder.path().toStdString()) / "model";
    if (!test::writeRandomModel(model, test::RandomModelShape { 128, 128, kBlocks, 2, 2, 4096, 256, 1 }))
        return state.SkipWithError("the model cannot be written");
    for (auto _ : state) {
        state.PauseTiming();
        auto window = std::make_unique<ui::MainWindow>();
        window->resize(1440, 900);
        window->show();
        QApplication::processEvents();
        auto* tree = window->findChild<QTreeView*>("layerTree");
        state.ResumeTiming();
        if (!drop(window.get(), QString::fromStdString(model.string())))
            return state.SkipWithError("the folder cannot be dropped");
        if (!QTest::qWaitFor([&] { return window->workbench()->hasModel(); }, kTimeout))
            return state.SkipWithError("it does not open");
        const Painted painted(tree->viewport());
        tree->viewport()->update();
        while (!painted.is)
            QApplication::processEvents();
        state.PauseTiming();
        state.counters["layers"] = static_cast<double>(window->workbench()->document()->plan().layers.size());
        if (!QTest::qWaitFor([&] { return !window->workbench()->jobs()->isRunning(); }, kTimeout))
            return state.SkipWithError("its weights are not checked");
        window.reset();
        state.ResumeTiming();
    }
}
BENCHMARK(dropFolder)->Unit(benchmark::kMillisecond)->Name("window/drop_1000_tensors")->Iterations(5);

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication app(argc, argv);
    kerf::test::useOwnSettings("kerf-bench-window");
    ui::applyTheme(ui::ThemeMode::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
