// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <qcustomplot.h>

#include "ui/charts/pareto_chart.h"
#include "ui/english_plurals.h"
#include "ui/runs/run_sort_proxy.h"
#include "ui/runs/run_table_model.h"
#include "ui/runs/runs_panel.h"
#include "ui/selection.h"

using namespace kerf;
using ui::RunSummary;
using ui::RunTableModel;

namespace {

/// Marks as they would come from the workbench: int6 is beaten by int8, int2 by int3.
std::vector<RunSummary> someRuns()
{
    std::vector<RunSummary> runs;
    const auto add = [&](const char* name, double bits, double kld, double speed) {
        RunSummary run;
        run.id = static_cast<core::RowId>(runs.size()) + 1;
        run.name = name;
        run.searched = QString(name) + "\ngptq\nfor the phones";
        run.state = core::RunState::Done;
        run.bitsPerWeight = bits;
        run.sizeBytes = bits * 1e6;
        run.kld = { kld, kld / 20 };
        run.perplexity = { 53 + 10 * kld, 0.1 };
        run.speed = core::SpeedFigure { speed, speed / 100 };
        run.speed->ratioInterval = core::SpeedInterval { 0.9 * speed / 100, 1.1 * speed / 100 };
        run.speed->sittings = 6;
        const bool isBeaten = run.name == "int6" || run.name == "int2";
        run.standing = isBeaten ? core::Standing::Dominated : core::Standing::Front;
        run.isOriginal = kld == 0;
        runs.push_back(run);
    };
    add("bf16", 16, 0, 100);
    add("int8", 8.1, 0.0001, 150);
    add("int6", 6.1, 0.0010, 140); // beaten by int8
    add("int4", 4.1, 0.0070, 210);
    add("int3", 3.1, 0.0300, 230);
    add("int2", 2.3, 0.2000, 220); // beaten by int3
    runs[4].standing = core::Standing::Undecided;
    runs[4].against = "int4";
    return runs;
}

const ui::RunFront kBySpeed { core::FrontX::Speed, core::FrontY::Kld, core::SpeedRanking::Ranked };
const ui::RunFront kBySize { core::FrontX::Size, core::FrontY::Kld, core::SpeedRanking::FewSittings };

} // namespace

class TestRuns : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    /// Chart and table show what the runs' standing says, and say it in words.
    void marksOfTableAndChartAreTheSame()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        RunTableModel table;
        table.setRuns(someRuns());
        chart.setRuns(someRuns(), kBySpeed);
        const QTemporaryDir folder;
        const QString name = folder.filePath("chart.csv");
        QCOMPARE(chart.save(name), QString());
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> rows = file.readAll().trimmed().split('\n');
        QCOMPARE(rows.size(), 6); // the original is a line
        for (const QByteArray& row : rows.mid(1)) {
            const QList<QByteArray> cells = row.trimmed().split(',');
            for (int i = 0; i < table.rowCount(); ++i)
                if (table.index(i, 0).data().toString() == cells.first())
                    QCOMPARE(cells.last() == "1", table.index(i, RunTableModel::FrontColumn).data().toString() == "◆");
        }
        const QModelIndex undecided = table.index(4, RunTableModel::FrontColumn);
        QCOMPARE(undecided.data().toString(), "◇");
        QVERIFY(undecided.data(Qt::ToolTipRole).toString().contains("cannot be told from int4"));
        const QString tip = table.index(3, RunTableModel::SpeedColumn).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("2.10×") && tip.contains("1.89–2.31×"), qPrintable(tip));
        QVERIFY2(tip.contains("instructions are not counted"), qPrintable(tip));
    }
    void whatCannotRankIsSaid()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.setRuns(someRuns(), kBySpeed);
        QVERIFY2(chart.note().isEmpty(), qPrintable(chart.note()));
        QCOMPARE(chart.findChild<QComboBox*>("paretoX")->currentText(), "Decode speed");
        chart.setRuns(someRuns(), kBySize);
        QVERIFY2(chart.note().startsWith("Speeds:"), qPrintable(chart.note()));
        QCOMPARE(chart.findChild<QComboBox*>("paretoX")->currentText(), "Size");
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
    void unmeasuredRunsComeLast()
    {
        RunTableModel model;
        ui::RunSortProxy proxy;
        proxy.setSourceModel(&model);
        std::vector<RunSummary> runs = someRuns();
        runs[1].kld = {}; // int8
        runs[4].kld = {}; // int3
        model.setRuns(runs);
        const auto names = [&] {
            QStringList list;
            for (int row = 0; row < proxy.rowCount(); ++row)
                list << proxy.index(row, 0).data().toString();
            return list.join(' ');
        };
        proxy.sort(RunTableModel::KldColumn, Qt::AscendingOrder);
        QCOMPARE(names(), "bf16 int6 int4 int2 int8 int3");
        proxy.sort(RunTableModel::KldColumn, Qt::DescendingOrder);
        QCOMPARE(names(), "int2 int4 int6 bf16 int8 int3");
    }
    void aNameIsTypedWhileRunsAreRead()
    {
        RunTableModel model;
        ui::Selection selection;
        ui::RunsPanel panel(&model, &selection);
        panel.resize(700, 300);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        std::vector<RunSummary> runs = someRuns();
        runs.back().state = core::RunState::Running;
        model.setRuns(runs);
        selection.setRun(6);
        panel.editName();
        auto* editor = panel.view()->findChild<QLineEdit*>();
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, "bett");
        runs.back().layersDone = 7; // the job goes on …
        model.setRuns(runs);
        runs.back().state = core::RunState::Done; // … ends …
        RunSummary next = runs.front();
        next.id = 7;
        runs.push_back(next); // … and another begins
        model.setRuns(runs);
        QVERIFY(panel.view()->findChild<QLineEdit*>() == editor);
        QTest::keyClicks(editor, "er");
        QCOMPARE(editor->text(), "better");
        QSignalSpy renamed(&model, &RunTableModel::renameRequested);
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_COMPARE(renamed.count(), 1); // the delegate commits once the editor has had the key
        QCOMPARE(renamed.front()[0].value<core::RowId>(), 6);
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
        const QModelIndex state = model.index(0, RunTableModel::PerplexityColumn);
        QCOMPARE(state.data().toString(), "12 of 42");
        QCOMPARE(state.data(Qt::ToolTipRole).toString(), "running, 12 of 42");
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
    void searchFindsNotesAndMethodsToo()
    {
        RunTableModel model;
        ui::Selection selection;
        ui::RunsPanel panel(&model, &selection);
        std::vector<RunSummary> runs = someRuns();
        runs[2].searched += "\nrelease";
        model.setRuns(runs);
        auto* field = panel.findChild<QLineEdit*>("filterField");
        QTest::keyClicks(field, "RELEASE");
        QCOMPARE(panel.view()->model()->rowCount(), 1);
        field->clear();
        QTest::keyClicks(field, "phones");
        QCOMPARE(panel.view()->model()->rowCount(), 6);
    }

    /// Space takes the row's run into the comparison though the window has another use for that key; R makes it the
    /// reference; the box does by mouse what Space does.
    void runsAreTakenIntoTheComparison()
    {
        RunTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        ui::Selection selection;
        QWidget window;
        auto* panel = new ui::RunsPanel(&model, &selection, &window);
        QAction other, take, reference;
        other.setShortcut(Qt::Key_Space); // of the window: must not be meant here
        window.addAction(&other);
        take.setShortcut(Qt::Key_Space);
        reference.setShortcut(Qt::Key_R);
        for (QAction* action : { &take, &reference })
            action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        panel->setContextActions({ &take, &reference });
        connect(&take, &QAction::triggered, &selection, [&] { selection.toggleCompared(selection.run()); });
        connect(&reference, &QAction::triggered, &selection, [&] { selection.setReference(selection.run()); });
        QSignalSpy elsewhere(&other, &QAction::triggered);
        model.setRuns(someRuns());
        panel->resize(900, 400);
        window.resize(900, 400);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        panel->view()->setFocus();
        panel->view()->selectRow(1);
        QTest::keyClick(panel->view(), Qt::Key_Space);
        QTest::keyClick(panel->view(), Qt::Key_Down);
        QTest::keyClick(panel->view(), Qt::Key_Space);
        QCOMPARE(selection.compared(), (std::vector<core::RowId> { 2, 3 }));
        QCOMPARE(selection.reference(), core::RowId { 2 });
        QTest::keyClick(panel->view(), Qt::Key_R);
        QCOMPARE(selection.reference(), core::RowId { 3 });
        const auto mark = [&](int row) { return model.index(row, RunTableModel::CompareColumn); };
        QCOMPARE(mark(1).data().toString(), "A");
        QCOMPARE(mark(2).data().toString(), "B");
        QCOMPARE(mark(2).data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
        QVERIFY(mark(2).data(Qt::ToolTipRole).toString().contains("reference"));
        QCOMPARE(elsewhere.count(), 0);
        // The box stands left of the name.
        QCOMPARE(panel->view()->horizontalHeader()->visualIndex(RunTableModel::CompareColumn), 0);
        const QModelIndex box = panel->view()->model()->index(4, RunTableModel::CompareColumn);
        const QRect cell = panel->view()->visualRect(box);
        QTest::mouseClick(panel->view()->viewport(), Qt::LeftButton, {}, QPoint(cell.left() + 11, cell.center().y()));
        QCOMPARE(selection.compared(), (std::vector<core::RowId> { 2, 3, 5 }));
        QCOMPARE(selection.run(), core::RowId { 3 }); // a box is ticked without leaving the row in use
    }
    void eightAreComparedAtMost()
    {
        ui::Selection selection;
        QSignalSpy changed(&selection, &ui::Selection::comparedChanged);
        for (core::RowId run = 1; run <= 8; ++run)
            QVERIFY(selection.toggleCompared(run));
        QVERIFY(!selection.toggleCompared(9));
        QCOMPARE(changed.count(), 8);
        QVERIFY(selection.toggleCompared(1)); // out
        QCOMPARE(selection.reference(), core::RowId { 2 });
        selection.setReference(9); // comes in
        QCOMPARE(selection.compared().size(), 8u);
        QCOMPARE(selection.reference(), core::RowId { 9 });
        selection.clear();
        QVERIFY(selection.compared().empty() && selection.reference() == 0);
    }
    void notesAndTagsAreShown()
    {
        RunTableModel model;
        std::vector<RunSummary> runs = someRuns();
        runs[3].tags = { "edge", "release" };
        runs[3].note = "Candidate.";
        runs[3].settings = "gptq";
        model.setRuns(runs);
        QCOMPARE(model.index(3, RunTableModel::TagsColumn).data().toString(), "edge, release");
        QCOMPARE(
            model.index(3, 0).data(RunTableModel::SettingsRole).toString(), "gptq\nTags: edge, release\nCandidate.");
    }
    void chartShowsPointsFrontAndPlan()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(600, 400);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.setRuns(someRuns(), kBySpeed);
        QCOMPARE(chart.pointCount(), 5); // the original is a line
        QCOMPARE(chart.frontSize(), 2u); // int8, int4
        chart.setPlanPoint(ui::ParetoChart::PlanPoint { 1.8, 5e6, 5, { 0.003, 0.0001 } });
        QSignalSpy chosen(&chart, &ui::ParetoChart::axesChosen);
        auto* x = chart.findChild<QComboBox*>("paretoX");
        x->setFocus();
        QTest::keyClick(x, Qt::Key_Down); // the next axis
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().at(0).value<core::FrontX>(), core::FrontX::Size);
        chart.setRuns(someRuns(), { core::FrontX::Size, core::FrontY::Perplexity, core::SpeedRanking::Ranked });
        QCOMPARE(chart.pointCount(), 6); // the original has a perplexity
    }
    void theSelectedRunIsAlwaysLabelled()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(300, 220);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        std::vector<RunSummary> runs;
        for (int i = 0; i < 40; ++i) { // a crowd without room for its labels
            RunSummary run = someRuns()[3];
            run.id = i + 1;
            run.name = QStringLiteral("run %1").arg(i);
            run.kld.value *= 1 + 0.002 * i;
            run.sizeBytes *= 1 + 0.001 * (i % 7);
            runs.push_back(run);
        }
        chart.setRuns(runs, kBySize);
        for (const int id : { 3, 22, 40 }) {
            selection.setRun(id);
            QVERIFY2(
                chart.labels().contains(QStringLiteral("run %1").arg(id - 1)), qPrintable(chart.labels().join(", ")));
            QVERIFY(chart.labels().size() < 40);
        }
    }
    void verdictsStandBesideNames()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(900, 700);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        RunSummary run = someRuns()[3];
        run.id = 7;
        chart.setRuns({ run }, kBySize);
        selection.setRun(run.id);
        QVERIFY2(chart.labels().contains(run.name), qPrintable(chart.labels().join(", ")));
        chart.setVerdicts({ { run.id, core::GateVerdict::Reject } });
        QVERIFY2(chart.labels().contains(run.name + QStringLiteral(" ✗")), qPrintable(chart.labels().join(", ")));
        chart.setVerdicts({});
        QVERIFY(chart.labels().contains(run.name));
    }
    void chartSelectsByMouseAndKeys()
    {
        ui::Selection selection;
        ui::ParetoChart chart(&selection);
        chart.resize(600, 400);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.setRuns(someRuns(), kBySpeed);
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
        chart.setRuns(someRuns(), kBySpeed);
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
