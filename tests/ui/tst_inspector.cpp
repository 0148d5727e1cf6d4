// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <qcustomplot.h>

#include "core/calibrate/statistics.h"
#include "tests/ui/sample_workbench.h"
#include "ui/inspector/channel_chart.h"
#include "ui/inspector/error_chart.h"
#include "ui/inspector/inspector_panel.h"
#include "ui/inspector/inspector_strip.h"
#include "ui/inspector/weight_chart.h"
#include "ui/main_window.h"
#include "ui/value_text.h"

using namespace kerf;

namespace {

/// Statistics of a site as a calibration would leave them: channel 7 is 30 times the others.
core::SiteStatistics outlierStatistics(std::int64_t width)
{
    core::SiteStatistics statistics;
    statistics.tokens = 4096;
    statistics.absMax = core::Vector::Constant(width, 2);
    statistics.absMax[7] = 60;
    statistics.meanAbs = statistics.absMax / 3;
    statistics.hessian = core::Matrix(statistics.absMax.array().square().matrix().asDiagonal());
    return statistics;
}

} // namespace

class TestInspector : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::MainWindow> m_window;

    ui::Workbench& workbench() { return *m_window->workbench(); }
    ui::InspectorPanel* panel() { return m_window->findChild<ui::InspectorPanel*>(); }
    ui::InspectorStrip* strip() { return m_window->findChild<ui::InspectorStrip*>(); }
    QAction* inspectorAction()
    {
        for (QAction* action : m_window->findChildren<QAction*>())
            if (action->shortcut() == QKeySequence("Ctrl+I"))
                return action;
        return nullptr;
    }
    bool waitFor(const std::function<bool()>& condition) { return QTest::qWaitFor(condition, test::kOpenTimeout); }
    QPushButton* remedy(int number)
    {
        return m_window->findChild<QPushButton*>(QStringLiteral("remedy%1").arg(number));
    }

    /// A profile with statistics of every site, so that no text has to be run.
    bool addStatistics()
    {
        if (!test::addProfile(workbench()))
            return false;
        const ui::ModelSession& session = *workbench().session();
        const auto workspace = core::Workspace::openReader(session.workspaceFile());
        const auto cache = core::StatisticsCache::open(
            workspace->arraysFolder() / "statistics", session.project()->modelHash, session.profile()->datasetHash);
        if (!cache)
            return false;
        for (const core::Site& site : session.network()->graph().sites())
            if (!cache->store(site.id, outlierStatistics(site.width)))
                return false;
        return true;
    }

private slots:
    void init()
    {
        m_window = std::make_unique<ui::MainWindow>();
        m_window->resize(1440, 900);
        m_window->show();
        const QString file = m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction()) + ".kerf");
        QVERIFY(test::openSample(workbench(), file));
    }
    void cleanup() { m_window.reset(); }

    void beforeAProfileTheWeightsAreShown()
    {
        QVERIFY(inspectorAction());
        inspectorAction()->trigger();
        QVERIFY(panel()->isVisible());
        QVERIFY(strip()->isVisible());
        workbench().selection()->setLayers({ 3 }, 3);
        QVERIFY(waitFor([&] { return panel()->whyText().contains("kurtosis"); }));
        QVERIFY(waitFor([&] { return panel()->errors()->pointCount() > 3; })); // of the weights alone
        QVERIFY(!strip()->weights()->plot()->isHidden());
        QVERIFY(strip()->inputs()->plot()->isHidden()); // an empty state says why
        QVERIFY(panel()->factsText().contains("model.layers.0.self_attn.o_proj"));
    }

    void nothingSelectedIsSaid()
    {
        workbench().selection()->clear();
        inspectorAction()->trigger();
        bool said = false;
        for (const QLabel* label : panel()->findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().contains("Select a layer"));
        QVERIFY(said);
    }

    void outliersAreExplainedAndSmoothed()
    {
        QVERIFY(addStatistics());
        inspectorAction()->trigger();
        workbench().selection()->setLayers({ 0 }, 0);
        QVERIFY(waitFor([&] { return panel()->whyText().contains("(7)"); }));
        QVERIFY(panel()->whyText().contains("30 times"));
        QVERIFY(!strip()->inputs()->plot()->isHidden());
        QPushButton* smooth = remedy(1);
        QVERIFY(smooth->isVisible() && smooth->text().contains("SmoothQuant"));
        QTest::mouseClick(smooth, Qt::LeftButton);
        const ui::PlanDocument& document = *workbench().document();
        QCOMPARE(document.plan().transforms.size(), std::size_t { 1 });
        QCOMPARE(document.plan().transforms.front().name, std::string("smoothquant"));
        QVERIFY(!smooth->isEnabled()); // it is in the plan
        workbench().undo()->undo();
        QVERIFY(document.plan().transforms.empty());
        QVERIFY(smooth->isEnabled());
    }

    void aPointOfTheChartIsAFormat()
    {
        QVERIFY(addStatistics());
        inspectorAction()->trigger();
        workbench().selection()->setLayers({ 0 }, 0);
        ui::ErrorChart* chart = panel()->errors();
        QVERIFY(waitFor([&] { return chart->pointCount() > 0 && !chart->pixelOf("int3-g64").isNull(); }));
        QTest::qWait(100);
        const core::Plan before = workbench().document()->plan();
        QVERIFY(before.layers[0].format != "int3-g64");
        QTest::mouseClick(chart->plot(), Qt::LeftButton, {}, chart->pixelOf("int3-g64").toPoint());
        QCOMPARE(workbench().document()->plan().layers[0].format, std::string("int3-g64"));
        QCOMPARE(workbench().document()->plan().layers[1].format, before.layers[1].format);
        workbench().undo()->undo();
        // The same by keys: the first step stands on the plan's format, the next is the one with more bits.
        QVERIFY(waitFor([&] { return chart->pointCount() > 0; }));
        chart->plot()->setFocus();
        QTest::keyClick(chart->plot(), Qt::Key_Right);
        QTest::keyClick(chart->plot(), Qt::Key_Left);
        QTest::keyClick(chart->plot(), Qt::Key_Return);
        QVERIFY(workbench().document()->plan().layers[0].format != before.layers[0].format);
    }

    void pagesGoThroughTheGroups()
    {
        inspectorAction()->trigger();
        workbench().selection()->setLayers({ 0 }, 0);
        workbench().document()->setFormat({ 0 }, "int4-g128");
        ui::WeightChart* chart = strip()->weights();
        QVERIFY(waitFor([&] { return chart->note().contains("group 1 of 512"); }));
        chart->plot()->setFocus();
        QTest::keyClick(chart->plot(), Qt::Key_PageDown);
        QVERIFY(waitFor([&] { return chart->note().contains("group 2 of 512"); }));
        QTest::keyClick(chart->plot(), Qt::Key_PageUp);
        QTest::keyClick(chart->plot(), Qt::Key_PageUp); // there is none before the first
        QVERIFY(waitFor([&] { return chart->note().contains("group 1 of 512"); }));
        workbench().document()->setFormat({ 0 }, "int8-channel");
        QVERIFY(waitFor([&] { return chart->note().contains("group 1 of 256"); }));
    }

    void severalLayersAreSummed()
    {
        inspectorAction()->trigger();
        workbench().document()->setFormat({ 0, 4 }, "int8-channel");
        workbench().selection()->setLayers({ 0, 4 }, 0);
        const auto shows = [&](const QString& text) {
            return std::ranges::any_of(panel()->findChildren<QLabel*>(),
                [&](const QLabel* label) { return label->isVisible() && label->text() == text; });
        };
        // q 256 x 256 and gate 768 x 256, a byte a weight and two a row
        const std::int64_t small = 256 * 256 + 2 * 256, large = 768 * 256 + 2 * 768;
        QVERIFY(waitFor([&] { return shows(ui::bytesText(small + large)); }));
        QVERIFY(shows(QStringLiteral("%1 – %2").arg(ui::bytesText(small), ui::bytesText(large))));
        QVERIFY(shows(QLocale().toString(256 * 256 + 768 * 256)));
    }

    void chartsShowUpToFourLayers()
    {
        QVERIFY(addStatistics());
        inspectorAction()->trigger();
        QCPLegend* legend = strip()->weights()->plot()->legend;
        QCPLegend* inputs = strip()->inputs()->plot()->legend;
        workbench().selection()->setLayers({ 0, 4 }, 4);
        QVERIFY(waitFor([&] { return legend->visible() && legend->itemCount() == 2 && inputs->itemCount() == 2; }));
        const auto name
            = [&](int item) { return static_cast<QCPPlottableLegendItem*>(inputs->item(item))->plottable()->name(); };
        QCOMPARE(name(0), "0 · gate"); // the one with the focus
        QCOMPARE(name(1), "0 · q");
        workbench().selection()->setLayers({ 0, 1, 2, 3, 4, 5 }, 4);
        QVERIFY(waitFor([&] { return legend->itemCount() == 4 && inputs->itemCount() == 4; }));
        bool said = false;
        for (const QLabel* label : strip()->findChildren<QLabel*>())
            said = said || label->text().contains("charts of 4 of 6 selected layers");
        QVERIFY(said);
        workbench().selection()->setLayers({ 4 }, 4);
        QVERIFY(waitFor([&] { return !legend->visible() && !inputs->visible(); }));
    }

    /// A drag of the budget makes many edits: the facts follow when it rests, in the labels that are there.
    void factsFollowAnEditWhenItRests()
    {
        inspectorAction()->trigger();
        workbench().document()->setFormat({ 5 }, "int8-channel");
        workbench().selection()->setLayers({ 5 }, 5);
        const auto bytes = [&]() -> QLabel* {
            for (auto* label : panel()->findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains(QStringLiteral("B → ")))
                    return label;
            return nullptr;
        };
        QLabel* shown = nullptr;
        QVERIFY(
            waitFor([&] { return (shown = bytes()) && shown->text().contains(ui::bytesText(768 * 256 + 2 * 768)); }));
        const QString before = shown->text();
        const QPointer<QLabel> same(shown);
        workbench().document()->setFormat({ 5 }, "int4-g128");
        QCOMPARE(shown->text(), before);
        QVERIFY(waitFor([&] { return bytes() && bytes()->text() != before; }));
        QVERIFY(same && bytes() == same);
    }

    void factsAreCopied()
    {
        inspectorAction()->trigger();
        workbench().selection()->setLayers({ 5 }, 5);
        QVERIFY(waitFor([&] { return panel()->whyText().contains("kurtosis"); }));
        panel()->setFocus();
        QTest::keyClick(panel(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains("model.layers.0.mlp.up_proj"));
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLocale().toString(256)));
    }

    void onlyTheLastOfManyIsShown()
    {
        inspectorAction()->trigger();
        for (int layer = 0; layer < 30; ++layer) {
            workbench().selection()->setLayers({ layer }, layer);
            QTest::qWait(5);
        }
        QVERIFY(waitFor([&] { return panel()->factsText().startsWith("model.layers.4.self_attn.k_proj"); }));
        QTest::qWait(300); // what was under way for others does not come after it
        QVERIFY(panel()->factsText().startsWith("model.layers.4.self_attn.k_proj"));
    }

    void aSmallWindowHasTheChartsAsATab()
    {
        inspectorAction()->trigger();
        workbench().selection()->setLayers({ 0 }, 0);
        QVERIFY(strip()->isVisible());
        m_window->resize(1024, 640);
        QVERIFY(waitFor([&] { return !strip()->isVisible(); }));
        QVERIFY(m_window->height() <= 640);
        QTabWidget* tabs = nullptr;
        for (QTabWidget* each : m_window->findChildren<QTabWidget*>())
            if (each->indexOf(panel()) >= 0)
                tabs = each;
        QVERIFY(tabs);
        QCOMPARE(tabs->tabText(tabs->count() - 1), "Charts");
        tabs->setCurrentIndex(tabs->count() - 1);
        QVERIFY(strip()->isVisible());
        m_window->resize(1440, 900);
        tabs->setCurrentWidget(panel());
        QVERIFY(waitFor([&] { return strip()->isVisible() && tabs->tabText(tabs->count() - 1) != "Charts"; }));
    }

    void closingTheModelForgetsTheLayer()
    {
        inspectorAction()->trigger();
        workbench().selection()->setLayers({ 0 }, 0);
        QVERIFY(waitFor([&] { return !panel()->factsText().isEmpty(); }));
        workbench().closeModel();
        QVERIFY(waitFor([&] { return panel()->factsText().isEmpty(); }));
    }
};

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    test::useOwnSettings("tst-inspector");
    TestInspector tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "tst_inspector.moc"
