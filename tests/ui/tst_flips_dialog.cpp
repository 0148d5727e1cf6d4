// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QTemporaryDir>

#include "tests/support/judged_runs.h"
#include "tests/ui/sample_workbench.h"
#include "ui/compare/flip_table_model.h"
#include "ui/compare/flips_dialog.h"
#include "ui/table_export.h"

using namespace kerf;

namespace {

core::Flips someFlips()
{
    core::Flips flips { "acc", "q.jsonl", "h", 20, 1, 1, {}, {} };
    flips.flips = { { 9, true, "first\nline", "yes", "yes", "no" }, { 11, false, "other", "b", "a", "b" } };
    return flips;
}

} // namespace

/// The changed answers of a run in the window.
class TestFlipsDialog : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private slots:
    void theModelHasLinesAndWholeTexts()
    {
        ui::FlipTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFlips(someFlips(), "original", "mine");
        QCOMPARE(model.rowCount(), 2);
        const auto at
            = [&](int row, int column, int role = Qt::DisplayRole) { return model.index(row, column).data(role); };
        QCOMPARE(at(0, ui::FlipTableModel::TextColumn).toString(), QString("first line"));
        QCOMPARE(at(0, ui::FlipTableModel::TextColumn, Qt::ToolTipRole).toString(), QString("first\nline"));
        QCOMPARE(at(1, ui::FlipTableModel::ItemColumn).toString(), QString("12")); // from 1, for people
        QVERIFY(at(0, ui::FlipTableModel::ItemColumn, ui::FlipTableModel::SortRole).toInt()
            < at(1, ui::FlipTableModel::ItemColumn, ui::FlipTableModel::SortRole).toInt());
        QVERIFY(at(0, 0).toString().contains("harmful") && at(1, 0).toString().contains("beneficial"));
        QCOMPARE(model.headerData(ui::FlipTableModel::BeforeColumn, Qt::Horizontal).toString(), QString("original"));
        QCOMPARE(model.headerData(ui::FlipTableModel::AfterColumn, Qt::Horizontal).toString(), QString("mine"));
    }

    void answersAreShownSortedAndCopied()
    {
        ui::Workbench workbench;
        QVERIFY(test::openSample(workbench, m_folder.filePath("work.kerf")));
        const core::RowId original = test::addRun(workbench, "bf16", core::RunState::Done),
                          run = test::addRun(workbench, "int4-g64", core::RunState::Done);
        QAction ask("Ask");
        ui::FlipsDialog dialog(&workbench, run, &ask);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        auto* stack = dialog.findChild<QStackedWidget*>();
        QTRY_VERIFY(dialog.findChild<QLabel*>("flipsSummary")->text().isEmpty() && stack->currentIndex() == 0);
        {
            core::Workspace work = core::Workspace::open(workbench.session()->workspaceFile()).value();
            const auto add = [&](core::RowId of, std::vector<double> draws, const std::vector<std::string>& answers) {
                return work.addMetric(of, test::metric("acc", std::move(draws)), answers).has_value();
            };
            QVERIFY(add(original, { 1, 1, 0, 0, 1 }, { "a", "b", "x", "y", "e" }));
            QVERIFY(add(run, { 1, 0, 1, 0, 0 }, { "a", "z", "c", "y", "w" }));
            QVERIFY(work.addItems(
                "h", { { "one", "a" }, { "two", "b" }, { "three", "c" }, { "four", "d" }, { "five", "e" } }));
        }
        workbench.session()->refreshRuns();
        auto* table = dialog.findChild<QTableView*>("flipsTable");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        QCOMPARE(stack->currentIndex(), 1);
        QVERIFY2(dialog.findChild<QLabel*>("flipsSummary")->text().contains("3 of 5 items"),
            qPrintable(dialog.findChild<QLabel*>("flipsSummary")->text()));
        QVERIFY(!table->accessibleName().isEmpty());
        const auto item = [&] { return dialog.findChild<QPlainTextEdit*>("flipsItem")->toPlainText(); };
        QVERIFY2(item().startsWith("two\n") && item().contains(": b\n") && item().endsWith(": z"), qPrintable(item()));
        table->sortByColumn(ui::FlipTableModel::ItemColumn, Qt::DescendingOrder);
        QCOMPARE(table->model()->index(0, ui::FlipTableModel::TextColumn).data().toString(), QString("five"));
        const QList<QStringList> shown = ui::shownTable(table);
        QCOMPARE(shown.size(), 4); // heads too
        QVERIFY(shown[1].contains("five") && shown[1].contains("w"));
        auto* proxy = qobject_cast<QSortFilterProxyModel*>(table->model());
        proxy->setFilterRegularExpression(QStringLiteral("three"));
        QCOMPARE(table->model()->rowCount(), 1);
    }
};

QTEST_MAIN(TestFlipsDialog)
#include "tst_flips_dialog.moc"
