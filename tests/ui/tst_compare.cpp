// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include "core/jobs/export_job.h"
#include "core/jobs/import_job.h"
#include "core/jobs/quantize_job.h"
#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/compare/compare_page.h"
#include "ui/compare/layer_difference_model.h"
#include "ui/compare/layer_difference_panel.h"
#include "ui/compare/report_dialog.h"
#include "ui/runs/note_dialog.h"
#include "ui/runs/trash_dialog.h"
#include "ui/window/drop_target.h"

using namespace kerf;
namespace fs = std::filesystem;

/// Runs side by side in the window, checkpoints of others among them; what is said of runs, the trash, the report.
class TestCompare : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<ui::Actions> m_actions;
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
    /// All that the page's labels say.
    static QString said(const QWidget& page)
    {
        QString text;
        for (const auto* label : page.findChildren<QLabel*>())
            text += label->text() + u'\n';
        return text;
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
        m_actions = std::make_unique<ui::Actions>(m_workbench->undo(), nullptr);
        QVERIFY(test::openSample(*m_workbench, m_folder.filePath("work.kerf")));
        const core::RowId run = quantize("int4-g64");
        core::Workspace workspace = core::Workspace::open(m_workbench->session()->workspaceFile()).value();
        m_exported = at("exported");
        const auto report = core::runExport(*m_workbench->session()->project(), workspace, run, "gptq", m_exported, {});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
    }
    void cleanupTestCase()
    {
        m_actions.reset();
        m_workbench.reset();
    }

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
    void oneRunIsNotEnough()
    {
        ui::Selection& selection = *m_workbench->selection();
        selection.setCompared({ m_workbench->runs().front().id });
        ui::ComparePage page(m_workbench.get(), m_actions.get());
        page.show();
        QTRY_VERIFY(said(page).contains("Take a second run with Space."));
        selection.setCompared({});
        QTRY_VERIFY(said(page).contains("Nothing is compared yet"));
    }
    /// The original is compared on the text that the added checkpoint was measured on; the run itself was not.
    void metricsAreComparedWhereTheyWereMeasured()
    {
        ui::Selection& selection = *m_workbench->selection();
        selection.setCompared({ m_workbench->runs()[0].id, m_workbench->runs()[1].id });
        ui::ComparePage page(m_workbench.get(), m_actions.get());
        page.resize(1000, 700);
        page.show();
        auto* table = page.findChild<QTableView*>("metricTable");
        auto* footnote = page.findChild<QLabel*>("comparisonFootnote");
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 0, test::kOpenTimeout);
        QVERIFY2(footnote->text().contains("not all measured on the same windows or labelled texts"),
            qPrintable(footnote->text()));
        QVERIFY(m_actions->evaluateCompared->isEnabled());
        m_workbench->evaluateRuns(selection.compared());
        QTRY_VERIFY_WITH_TIMEOUT(!m_workbench->jobs()->isRunning()
                && m_workbench->session()->runs()[0].metric("kld_mean") && footnote->text().startsWith("Paired over"),
            test::kOpenTimeout);
        // The codes are the same, and so is every window.
        const auto cell = [&](int row, int column) { return table->model()->index(row, column).data().toString(); };
        QVERIFY2(cell(0, 0).startsWith("KLD"), qPrintable(cell(0, 0)));
        QCOMPARE(cell(0, 6), QString("equal"));
        auto* only = page.findChild<QToolButton*>("differencesOnly");
        only->click();
        QVERIFY(footnote->text().contains("hidden"));
    }
    void twoRunsAreSetSideBySide()
    {
        const core::RowId coarse = quantize("int2-g64");
        const core::RowId fine = m_workbench->runs().front().id, exported = m_workbench->runs()[1].id;
        ui::Selection& selection = *m_workbench->selection();
        selection.setCompared({ fine, coarse, exported });
        ui::ComparePage page(m_workbench.get(), m_actions.get());
        page.show();
        page.findChild<QTabWidget*>()->setCurrentWidget(page.findChild<ui::LayerDifferencePanel*>());
        auto* reference = page.findChild<QComboBox*>("referenceRun");
        auto* other = page.findChild<QComboBox*>("otherRun");
        auto* summary = page.findChild<QLabel*>("comparisonSummary");
        auto* table = page.findChild<QTableView*>("comparisonTable");
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 42, test::kOpenTimeout);
        QCOMPARE(reference->currentData().toLongLong(), fine);
        QCOMPARE(other->currentData().toLongLong(), coarse);
        QVERIFY2(summary->text().startsWith("Every layer has another format"), qPrintable(summary->text()));
        const auto text = [table](int row, int column) { return table->model()->index(row, column).data().toString(); };
        QCOMPARE(text(0, ui::LayerDifferenceModel::FirstFormatColumn), QString("int4-g64"));
        QCOMPARE(text(0, ui::LayerDifferenceModel::CodesColumn), QString("–"));

        // The export of the first run holds the same codes; another choice begins anew, also while one is read.
        other->setCurrentIndex(1);
        other->setCurrentIndex(0);
        other->setCurrentIndex(1);
        QTRY_VERIFY_WITH_TIMEOUT(
            summary->text().startsWith("42 of 42 layers have one format in both: in 42 of them"), test::kOpenTimeout);
        QCOMPARE(text(5, ui::LayerDifferenceModel::CodesColumn), QString("0 %"));
        table->sortByColumn(ui::LayerDifferenceModel::FirstErrorColumn, Qt::DescendingOrder);
        const auto number = [table](int row) {
            return table->model()
                ->index(row, ui::LayerDifferenceModel::FirstErrorColumn)
                .data(ui::LayerDifferenceModel::SortRole)
                .toDouble();
        };
        QVERIFY(number(0) > number(41) && number(41) > 0);
        // Another reference: the selection's, and so everywhere.
        reference->setCurrentIndex(1);
        emit reference->activated(1);
        QCOMPARE(selection.reference(), coarse);
    }
    void aGoneCheckpointIsSaidOnThePage()
    {
        const fs::path moved = at("moved");
        fs::rename(m_exported, moved);
        m_workbench->selection()->setCompared({ m_workbench->runs()[0].id, m_workbench->runs()[1].id });
        ui::ComparePage page(m_workbench.get(), m_actions.get());
        page.show();
        page.findChild<QTabWidget*>()->setCurrentWidget(page.findChild<ui::LayerDifferencePanel*>());
        auto* summary = page.findChild<QLabel*>("comparisonSummary");
        QTRY_VERIFY_WITH_TIMEOUT(summary->text().contains("is not there any more"), test::kOpenTimeout);
        fs::rename(moved, m_exported);
    }
    void aReportIsWritten()
    {
        const core::RowId run = m_workbench->runs().front().id, other = m_workbench->runs()[1].id;
        m_workbench->annotateRun(run, "For <b>phones</b> & co", { "release" });
        ui::ReportDialog dialog(m_workbench.get(), { run, other }, run);
        QTRY_VERIFY_WITH_TIMEOUT(dialog.isMade(), test::kOpenTimeout);
        QCOMPARE(dialog.save(m_folder.filePath("report.html")), QString());
        QFile html(m_folder.filePath("report.html"));
        QVERIFY(html.open(QIODevice::ReadOnly));
        const QByteArray page = html.readAll();
        QVERIFY(page.contains("For &lt;b&gt;phones&lt;/b&gt; &amp; co") && !page.contains("<b>phones"));
        QVERIFY(page.contains("<svg") && page.contains("release") && !page.contains("http-equiv=\"refresh"));
        QCOMPARE(dialog.save(m_folder.filePath("report.pdf")), QString());
        QFile pdf(m_folder.filePath("report.pdf"));
        QVERIFY(pdf.open(QIODevice::ReadOnly));
        QVERIFY(pdf.read(5) == "%PDF-" && pdf.size() > 10'000);
        QVERIFY(!dialog.save(m_folder.filePath("none/report.pdf")).isEmpty());
        m_workbench->undo()->undo();
        QVERIFY(m_workbench->session()->run(run)->note.empty());
    }
    void tagsAreTypedWithCommas()
    {
        ui::NoteDialog dialog("run", " a note \n", { "edge" }, { "release" });
        auto* tags = dialog.findChild<QLineEdit*>("runTags");
        QCOMPARE(tags->text(), QString("edge"));
        tags->clear();
        QTest::keyClicks(tags, "release, edge,, release ,b");
        QCOMPARE(dialog.tags(), QStringList({ "b", "edge", "release" }));
        QCOMPARE(dialog.note(), QString("a note"));
    }
    void theTrashGivesBackAndForgets()
    {
        const std::size_t before = m_workbench->runs().size();
        const core::RowId run = m_workbench->runs().back().id;
        m_workbench->selection()->setCompared({ run, m_workbench->runs().front().id });
        m_workbench->deleteRun(run);
        QCOMPARE(m_workbench->runs().size(), before - 1);
        QCOMPARE(m_workbench->selection()->compared().size(), 1u); // what is gone is compared no more
        auto* dialog = new ui::TrashDialog(m_workbench.get());
        dialog->show();
        auto* table = dialog->findChild<QTableWidget*>("trashTable");
        QCOMPARE(table->rowCount(), 1);
        const auto press = [dialog](const QString& begin) {
            for (auto* button : dialog->findChildren<QPushButton*>())
                if (button->text().remove('&').startsWith(begin))
                    button->click();
        };
        press("Take Back");
        QCOMPARE(m_workbench->runs().size(), before);
        QCOMPARE(table->rowCount(), 0);
        m_workbench->deleteRun(run);
        QCOMPARE(table->rowCount(), 1);
        QTimer::singleShot(200, this, [] {
            for (QWidget* widget : QApplication::topLevelWidgets())
                if (auto* box = qobject_cast<QMessageBox*>(widget))
                    box->button(QMessageBox::Yes)->click();
        });
        press("Empty Trash");
        QCOMPARE(table->rowCount(), 0);
        QVERIFY(m_workbench->session()->deletedRuns().empty());
        dialog->close();
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

    /// Dropped on the comparison it joins it, beside the selected run where there is none yet.
    void aDroppedCheckpointIsCompared()
    {
        ui::Selection& selection = *m_workbench->selection();
        const core::RowId first = m_workbench->runs().front().id;
        selection.setCompared({});
        selection.setRun(first);
        QWidget window;
        window.resize(1000, 600);
        ui::DropTarget target(m_workbench.get(), &window);
        QMimeData dragged;
        dragged.setUrls({ QUrl::fromLocalFile(QString::fromStdString(m_exported.string())) });
        QVERIFY(target.offer(dragged, true));
        target.take({ 600, 300 });
        QVERIFY(waitForJob());
        QCOMPARE(selection.compared().size(), 2u);
        QCOMPARE(selection.compared().front(), first);
        QCOMPARE(selection.compared().back(), selection.run()); // the new one, that is selected
        QVERIFY(selection.run() != first);
    }
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
