// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The map: its measures, locked layers, what a loader refuses; and one layer: its formats and the inspector.

#include <QComboBox>
#include <QTest>

#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"
#include "ui/graph/graph_model.h"
#include "ui/graph/graph_page.h"
#include "ui/heatmap/heatmap.h"

namespace kerf::pictures {
namespace {

void choose(Studio& studio, const char* box, const char* text)
{
    auto* choice = studio.find<QComboBox>(box);
    choice->setCurrentIndex(choice->findText(QString::fromUtf8(text)));
}

QWidget* map(Studio& studio)
{
    studio.showTab("Sensitivity × Format");
    studio.showTab("Runs");
    studio.showTab("Formats");
    ui::Workbench& workbench = studio.workbench();
    workbench.usePlanOfRun(studio.run("mixed 4.25"));
    workbench.selection()->setRun(studio.run("mixed 4.25"));
    studio.select({ layer(2, Up), layer(2, Down), layer(3, Up), layer(3, Down) });
    studio.window().heatmap()->setFocus();
    QTest::qWait(300);
    return &studio.window();
}

/// Only the map and what stands above it.
auto measure(const char* name)
{
    return [name](Studio& studio) -> QWidget* {
        choose(studio, "measureChoice", name);
        QTest::qWait(200);
        return studio.window().heatmap()->parentWidget();
    };
}

/// Of the few layers that were measured.
QWidget* swapIn(Studio& studio)
{
    studio.workbench().selection()->clear();
    choose(studio, "measureChoice", "Swap-in divergence");
    QTest::qWait(200);
    return studio.window().heatmap()->parentWidget();
}

QWidget* changed(Studio& studio)
{
    choose(studio, "measureChoice", "What changed");
    auto* against = studio.find<QComboBox>("againstChoice");
    against->setCurrentIndex(against->findText("int4-g128"));
    emit against->activated(against->currentIndex());
    QTest::qWait(200);
    return studio.window().heatmap()->parentWidget();
}

QWidget* locked(Studio& studio)
{
    choose(studio, "measureChoice", "Relative error");
    studio.workbench().document()->setLocked({ layer(2, V), layer(5, V), layer(3, Down) }, true);
    QTest::qWait(200);
    return studio.window().heatmap()->parentWidget();
}

void unlock(Studio& studio)
{
    studio.workbench().document()->setLocked({ layer(2, V), layer(5, V), layer(3, Down) }, false);
}

QWidget* refused(Studio& studio)
{
    studio.chooseLoader("vLLM");
    QTest::qWait(200);
    return &studio.window();
}

void anyLoader(Studio& studio)
{
    studio.chooseLoader("any");
}

/// A block whose layers round their inputs, among others that do not.
QWidget* graph(Studio& studio)
{
    studio.workbench().usePlanOfRun(studio.run("mixed 4.25"));
    studio.workbench().document()->setFormat(
        { layer(3, Q), layer(3, K), layer(3, V), layer(3, O) }, "int8-channel+a8-token");
    studio.select({ layer(3, O) });
    studio.actions().graph->trigger();
    QTest::qWait(300);
    return &studio.window();
}

/// More of it, in the whole window.
QWidget* graphFar(Studio& studio)
{
    studio.actions().hidePanels->trigger();
    studio.find<ui::GraphPage>()->model()->setSteps(3);
    QTest::qWait(500);
    return &studio.window();
}

void graphUsual(Studio& studio)
{
    studio.find<ui::GraphPage>()->model()->setSteps(ui::GraphModel::kUsualSteps);
    studio.actions().hidePanels->trigger();
    studio.showTab("Sensitivity × Format");
    studio.workbench().usePlanOfRun(studio.run("mixed 4.25"));
}

QWidget* layerFormats(Studio& studio)
{
    studio.select({ layer(3, Down) });
    studio.showTab("Formats of One Layer");
    QTest::qWait(300);
    return &studio.window();
}

QWidget* inspector(Studio& studio)
{
    studio.showTab("Sensitivity × Format");
    studio.workbench().selection()->setRun(0);
    studio.select({ layer(5, Down) });
    studio.actions().inspector->trigger();
    QTest::qWait(2500);
    return &studio.window();
}

/// The pages of the charts under the map.
auto strip(const char* title)
{
    return [title](Studio& studio) -> QWidget* {
        studio.workbench().selection()->setRun(studio.run("mixed 4.25"));
        studio.showTab(QString::fromUtf8(title));
        QTest::qWait(1500);
        return &studio.window();
    };
}

/// Their outlines beside each other.
auto severalLayers(const char* title)
{
    return [title](Studio& studio) -> QWidget* {
        studio.actions().inspector->trigger();
        studio.workbench().selection()->setRun(studio.run("mixed 4.25"));
        studio.showTab(QString::fromUtf8(title));
        studio.select({ layer(0, Down), layer(2, Down), layer(4, Down), layer(5, Down) });
        QTest::qWait(1500);
        return &studio.window();
    };
}

} // namespace

Scenes mapScenes()
{
    return {
        { "heatmap", map, true },
        { "map-cost", measure("Cost in this plan") },
        { "map-swap-in", swapIn },
        { "map-trace", measure("Hessian trace") },
        { "map-format", measure("Format") },
        { "map-changed", changed },
        { "map-locked", locked, false, unlock },
        { "map-loader", refused, false, anyLoader },
    };
}

Scenes layerScenes()
{
    return {
        { "graph", graph, true },
        { "graph-far", graphFar, false, graphUsual },
        { "layer-formats", layerFormats },
        { "inspector", inspector, true },
        { "inspector-hessian", strip("Hessian") },
        { "inspector-run", strip("Error by Row and Column") },
        { "inspector-several", severalLayers("Weights and Inputs") },
        { "inspector-several-hessian", severalLayers("Hessian") },
        { "inspector-several-run", severalLayers("Error by Row and Column") },
    };
}

} // namespace kerf::pictures
