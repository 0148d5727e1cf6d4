// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The chart of runs with the predicted front, predicted beside measured, and where the bytes go.

#include <QDockWidget>
#include <QTest>

#include "tests/screenshots/scene.h"
#include "tests/screenshots/studio.h"
#include "ui/bytes/bytes_panel.h"
#include "ui/charts/pareto_chart.h"

namespace kerf::pictures {
namespace {

QWidget* pareto(Studio& studio)
{
    ui::Workbench& workbench = studio.workbench();
    studio.showTab("Sensitivity × Format");
    studio.showTab("Formats");
    studio.showTab("Runs");
    workbench.selection()->clear();
    workbench.selection()->setRun(studio.run("mixed 4.25"));
    workbench.solve(3.5, 0);
    workbench.setFrontAxes(core::FrontX::Size, core::FrontY::Kld);
    QTest::qWait(1500);
    return &studio.window();
}

/// The chart alone, with room for every name.
QWidget* paretoAlone(Studio& studio)
{
    pareto(studio);
    ui::ParetoChart* chart = studio.window().pareto();
    auto* dock = qobject_cast<QDockWidget*>(chart->parentWidget());
    dock->setFloating(true);
    dock->resize(900, 600);
    QTest::qWait(500);
    return dock;
}

void dockAgain(Studio& studio)
{
    qobject_cast<QDockWidget*>(studio.window().pareto()->parentWidget())->setFloating(false);
    QTest::qWait(200);
}

QWidget* predictions(Studio& studio)
{
    studio.showTab("Predicted × Measured");
    return &studio.window();
}

QWidget* bytes(Studio& studio)
{
    studio.showTab("Sensitivity × Format");
    studio.workbench().usePlanOfRun(studio.run("mixed 4.25"));
    studio.showTab("Bytes");
    QTest::qWait(800);
    return &studio.window();
}

QWidget* bytesTable(Studio& studio)
{
    auto* panel = studio.find<ui::BytesPanel>();
    QTest::keyClick(panel, Qt::Key_T);
    QTest::qWait(300);
    return panel;
}

void mapsAgain(Studio& studio)
{
    QTest::keyClick(studio.find<ui::BytesPanel>(), Qt::Key_T);
}

} // namespace

Scenes frontScenes()
{
    return {
        { "pareto", pareto, true },
        { "pareto-alone", paretoAlone, false, dockAgain },
        { "predictions", predictions },
        { "bytes", bytes, true },
        { "bytes-table", bytesTable, false, mapsAgain },
    };
}

} // namespace kerf::pictures
