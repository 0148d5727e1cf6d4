// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/export_job.h"
#include "core/jobs/import_job.h"
#include "core/jobs/quantize_job.h"
#include "tests/ui/sample_workbench.h"
#include "ui/runs/compare_dialog.h"

using namespace kerf;
namespace fs = std::filesystem;

/// Checkpoints of others beside own runs, in the window: added, compared layer by layer, converted.
class TestCompare : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    fs::path m_exported;

    fs::path at(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    core::RowId quantize(const std::string& format)
    {
        const core::ProjectPtr project = m_workbench->session()->project();
        core::Workspace workspace = core::Workspace::open(m_workbench->session()->workspaceFile()).value();
        core::QuantizeSettings job;
        job.plan = core::uniformPlan(*project->model.network, format, format, "rtn").value();
        const core::RowId run = core::runQuantize(*project, workspace, job, {}).value();
        m_workbench->session()->refreshRuns();
        return run;
    }
    bool waitForJob() const
    {
        return QTest::qWaitFor([this] { return !m_workbench->jobs()->isRunning(); }, test::kOpenTimeout);
    }

private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-compare");
        QVERIFY(m_folder.isValid());
        m_workbench = std::make_unique<ui::Workbench>();
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("work.kerf")));
        const core::RowId run = quantize("int4-g64");
        core::Workspace workspace = core::Workspace::open(m_workbench->session()->workspaceFile()).value();
        m_exported = at("exported");
        const auto report = core::runExport(*m_workbench->session()->project(), workspace, run, "gptq", m_exported, {});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
    }
    void cleanupTestCase() { m_workbench.reset(); }

    void aCheckpointBecomesARun()
    {
        QSignalSpy changed(m_workbench.get(), &ui::Workbench::runsChanged);
        m_workbench->addCheckpoint(m_exported);
        QVERIFY(waitForJob());
        QVERIFY(changed.count() > 0);
        QCOMPARE(m_workbench->runs().size(), 3u); // and the original, measured beside it
        const ui::RunSummary& added = m_workbench->runs()[1];
        QVERIFY(added.kld.known() && m_workbench->runs()[2].isOriginal);
        QCOMPARE(added.name, QString("exported"));
        QVERIFY(added.settings.startsWith("gptq"));
        QVERIFY(!added.predictedKld);
        QCOMPARE(m_workbench->selection()->run(), added.id);
    }
    void whatIsNoneIsSaid()
    {
        QString said;
        connect(m_workbench.get(), &ui::Workbench::message, this, [&said](const QString& text, bool isError) {
            if (isError)
                said = text;
        });
        m_workbench->addCheckpoint(m_workbench->session()->project()->modelFolder);
        QVERIFY(waitForJob());
        QVERIFY2(said.contains("no layer of it is quantized"), qPrintable(said));
        QCOMPARE(m_workbench->runs().size(), 3u);
    }
    void twoRunsAreSetSideBySide()
    {
        const core::RowId coarse = quantize("int2-g64");
        ui::CompareDialog dialog(m_workbench.get(), m_workbench->runs().front().id);
        auto* first = dialog.findChild<QComboBox*>("firstRun");
        auto* second = dialog.findChild<QComboBox*>("secondRun");
        auto* summary = dialog.findChild<QLabel*>("comparisonSummary");
        auto* table = dialog.findChild<QTableView*>("comparisonTable");
        QCOMPARE(first->currentData().toLongLong(), m_workbench->runs().front().id);
        QCOMPARE(second->currentData().toLongLong(), coarse);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 42, test::kOpenTimeout);
        QVERIFY2(summary->text().startsWith("Every layer has another format"), qPrintable(summary->text()));
        const auto text = [table](int row, int column) { return table->model()->index(row, column).data().toString(); };
        QCOMPARE(text(0, ui::ComparisonModel::FirstFormatColumn), QString("int4-g64"));
        QCOMPARE(text(0, ui::ComparisonModel::CodesColumn), QString("–"));

        // The export of the first run holds the same codes; another choice begins anew, also while one is read.
        second->setCurrentIndex(0);
        second->setCurrentIndex(1);
        QTRY_VERIFY_WITH_TIMEOUT(
            summary->text().startsWith("42 of 42 layers have one format in both: in 42 of them"), test::kOpenTimeout);
        QCOMPARE(text(5, ui::ComparisonModel::CodesColumn), QString("0 %"));
        table->sortByColumn(ui::ComparisonModel::FirstErrorColumn, Qt::DescendingOrder);
        const auto number = [table](int row) {
            return table->model()
                ->index(row, ui::ComparisonModel::FirstErrorColumn)
                .data(ui::ComparisonModel::SortRole)
                .toDouble();
        };
        QVERIFY(number(0) > number(41) && number(41) > 0);
    }
    void aGoneCheckpointIsSaidInTheDialog()
    {
        const fs::path moved = at("moved");
        fs::rename(m_exported, moved);
        ui::CompareDialog dialog(m_workbench.get(), m_workbench->runs()[1].id);
        auto* summary = dialog.findChild<QLabel*>("comparisonSummary");
        QTRY_VERIFY_WITH_TIMEOUT(summary->text().contains("is not there any more"), test::kOpenTimeout);
        fs::rename(moved, m_exported);
    }
    void anOpenedCheckpointIsConverted()
    {
        ui::Workbench workbench;
        workbench.openModel(m_exported, at("converted.kerf"));
        QVERIFY(test::isOpen(workbench));
        QSignalSpy exported(&workbench, &ui::Workbench::exported);
        const fs::path out = at("as-awq");
        QVERIFY(!fs::exists(out));
        workbench.convert("compressed-tensors", out, false);
        QVERIFY(QTest::qWaitFor([&] { return !workbench.jobs()->isRunning(); }, test::kOpenTimeout));
        QCOMPARE(exported.count(), 1);
        QCOMPARE(exported[0][1].toString(), QString("compressed-tensors"));
        QVERIFY(fs::exists(out / "model.safetensors"));
    }
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
