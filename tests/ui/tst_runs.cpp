// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QFile>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <qcustomplot.h>

#include "core/evaluate/pareto.h"
#include "ui/charts/pareto_chart.h"
#include "ui/english_plurals.h"
#include "ui/runs/run_table_model.h"
#include "ui/runs/runs_panel.h"
#include "ui/selection.h"

using namespace kerf;
using ui::RunSummary;
using ui::RunTableModel;

namespace {

std::vector<RunSummary> someRuns()
{
    std::vector<RunSummary> runs;
    const auto add = [&](const char* name, double bits, double kld, double speed) {
        RunSummary run;
        run.id = static_cast<core::RowId>(runs.size()) + 1;
        run.name = name;
        run.state = core::RunState::Done;
        run.bitsPerWeight = bits;
        run.sizeBytes = bits * 1e6;
        run.kld = { kld, kld / 20 };
        run.perplexity = { 53 + 10 * kld, 0.1 };
        run.decode = { speed, speed / 100 };
        run.isOriginal = kld == 0;
        runs.push_back(run);
    };
    add("bf16", 16, 0, 100);
    add("int8", 8.1, 0.0001, 150);
    add("int6", 6.1, 0.0010, 140); // beaten by int8
    add("int4", 4.1, 0.0070, 210);
    add("int3", 3.1, 0.0300, 230);
    add("int2", 2.3, 0.2000, 220); // beaten by int3
    return runs;
}

} // namespace

class TestRuns : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    void frontIsWhatNothingBeats()
    {
        QCOMPARE(core::paretoFront({ 1, 2, 3, 4 }, { 1, 2, 3, 4 }), (std::vector<std::size_t> { 0, 1, 2, 3 }));
        QCOMPARE(core::paretoFront({ 1, 2, 3, 4 }, { 4, 3, 2, 1 }), std::vector<std::size_t> { 3 });
        QCOMPARE(core::paretoFront({ 2, 2, NAN }, { 1, 1, 0 }), std::vector<std::size_t> { 0 });
        QVERIFY(core::paretoFront({}, {}).empty());
    }
    void modelAndProxyKeepTheirPromises()
    {
        RunTableModel model;
        QSortFilterProxyModel proxy;
        proxy.setSourceModel(&model);
        const auto mode = QAbstractItemModelTester::FailureReportingMode::QtTest;
        const QAbstractItemModelTester first(&model, mode), second(&proxy, mode);
        model.setRuns(someRuns());
        model.setRuns(someRuns());
        proxy.setSortRole(RunTableModel::SortRole);
        proxy.sort(RunTableModel::KldColumn, Qt::DescendingOrder);
        QCOMPARE(proxy.index(0, 0).data().toString(), "int2");
        model.setRuns({});
        QCOMPARE(model.rowCount(), 0);
    }
    void unfinishedRunsSayWhereTheyStand()
    {
        RunSummary run;
        run.id = 1;
        run.name = "mixed";
        run.layersDone = 12;
        run.layersTotal = 42;
        run.predictedKld = 0.021;
        RunTableModel model;
        model.setRuns({ run });
        QCOMPARE(model.index(0, RunTableModel::PerplexityColumn).data().toString(), "running, 12 of 42");
        QCOMPARE(model.index(0, RunTableModel::KldColumn).data().toString(), "0.021 pred.");
    }
    void renamingAsks()
    {
        RunTableModel model;
        model.setRuns(someRuns());
        core::RowId id = 0;
        QString name;
        connect(&model, &RunTableModel::renameRequested, this, [&](core::RowId run, const QString& to) {
            id = run;
            name = to;
        });
        QVERIFY(model.setData(model.index(3, 0), "better name", Qt::EditRole));
        QCOMPARE(id, 4);
        QCOMPARE(name, "better name");
        QVERIFY(!model.setData(model.index(3, 0), "  ", Qt::EditRole));
        model.setEditable(false);
        QVERIFY(!(model.flags(model.index(3, 0)) & Qt::ItemIsEditable));
    }
    void panelFiltersAndSharesTheSelection()
    {
        RunTableModel model;
        ui::Selection selection;
        ui::RunsPanel panel(&model, &selection);
        model.setRuns(someRuns());
        QCOMPARE(panel.countText(), "6 runs");
        selection.setRun(4);
        QCOMPARE(panel.view()->currentIndex().data().toString(), "int4");
        panel.view()->selectRow(1);
        QCOMPARE(selection.run(), 2);
        QTest::keyClicks(panel.findChild<QLineEdit*>("filterField"), "int");
        QCOMPARE(panel.view()->model()->rowCount(), 5);
    }
    void chartShowsPointsFrontAndPlan()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(600, 400);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.setRuns(someRuns());
        QCOMPARE(chart.pointCount(), 5); // the original is a line
        QCOMPARE(chart.frontSize(), 3u); // int8, int4, int3
        chart.setPlanPoint(ui::ParetoChart::PlanPoint { 180, 5e6, 5, { 0.003, 0.0001 } });
        chart.setAxes(ui::ParetoChart::XAxis::Bits, ui::ParetoChart::YAxis::Kld);
        QCOMPARE(chart.frontSize(), 5u); // fewer bits always cost here
        chart.setAxes(ui::ParetoChart::XAxis::Size, ui::ParetoChart::YAxis::Perplexity);
        QCOMPARE(chart.pointCount(), 6); // the original has a perplexity
    }
    void chartSelectsByMouseAndKeys()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(600, 400);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.setRuns(someRuns());
        chart.plot()->replot();
        QTest::mouseClick(chart.plot(), Qt::LeftButton, {}, chart.pixelOf(4).toPoint());
        QCOMPARE(selection.run(), 4);
        QTest::keyClick(chart.plot(), Qt::Key_Right);
        QCOMPARE(selection.run(), 6); // int2 is the next faster one
        QTest::keyClick(chart.plot(), Qt::Key_Right);
        QTest::keyClick(chart.plot(), Qt::Key_Right);
        QCOMPARE(selection.run(), 5);
        QTest::keyClick(chart.plot(), Qt::Key_Left);
        QCOMPARE(selection.run(), 6);
    }
    void chartExports_data()
    {
        QTest::addColumn<QByteArray>("starts");
        QTest::newRow("png") << QByteArray("\x89PNG");
        QTest::newRow("svg") << QByteArray("<?xml");
        QTest::newRow("pdf") << QByteArray("%PDF");
        QTest::newRow("csv") << QByteArray("run,bits_per_weight");
    }
    void chartExports()
    {
        QFETCH(QByteArray, starts);
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(600, 400);
        chart.setRuns(someRuns());
        const QTemporaryDir folder;
        const QString name = folder.filePath(QStringLiteral("chart.") + QTest::currentDataTag());
        QCOMPARE(chart.save(name), QString());
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.read(starts.size()), starts);
        QVERIFY(file.size() > 100);
        QVERIFY(!chart.save("/nowhere/at/all.png").isEmpty());
        QVERIFY(!chart.save(folder.filePath("chart.bmp")).isEmpty());
    }

private:
    ui::EnglishPlurals m_plurals;
};

QTEST_MAIN(TestRuns)
#include "tst_runs.moc"
