// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The whole way through the window with real key and mouse events: open the sample, profile, edit, undo, solve, run,
// stop, resume, see the point on the chart, export, verify.

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/exporters/exporter.h"
#include "tests/integration/ui_watchdog.h"
#include "tests/integration/window_driver.h"
#include "tests/support/test_data.h"
#include "ui/charts/pareto_chart.h"
#include "ui/heatmap/heatmap.h"

using namespace kerf;
using kerf::test::kJobTimeout;

class TestWindowJourney : public kerf::test::WindowDriver {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-journey");
        QVERIFY(m_folder.isValid());
        QVERIFY(showWindow());
    }
    void cleanup() // no step of the journey kept the window's thread from its events
    {
        const QString complaint = static_cast<test::WatchedApplication*>(qApp)->complaint();
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
    }
    void cleanupTestCase() { m_window.reset(); }

    void aFolderThatIsNoModelSaysSo()
    {
        m_window->openModel(m_folder.path().toStdString());
        auto* error = m_window->findChild<QLabel*>("welcomeError");
        QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), kJobTimeout);
        QVERIFY(error->text().contains(m_folder.path()));
    }
    void openSample()
    {
        m_window->openModel(test::sample() / "model", m_folder.filePath("sample.kerf").toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->hasModel(), kJobTimeout);
        QVERIFY(idle());
        QCOMPARE(workbench()->document()->plan().layers.size(), 42u);
        QVERIFY(!slider()->isEnabled()); // no profile yet
        QVERIFY(m_window->heatmap()->isVisible());
    }
    void theProfilesDefaultsFitTheTexts()
    {
        trigger("Profile");
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<QDialog*>("dataDialog")));
        auto* accept = dialog->findChild<QPushButton*>("acceptData");
        auto* window = dialog->findChild<QSpinBox*>("calibrationWindow");
        auto* samples = dialog->findChild<QSpinBox*>("calibrationSamples");
        auto* held = dialog->findChild<QSpinBox*>("probeWindows");
        auto* said = dialog->findChild<QLabel*>("heldWindows");
        QTRY_VERIFY_WITH_TIMEOUT(!said->text().isEmpty(), kJobTimeout);
        QVERIFY2(accept->isEnabled(), qPrintable(said->text())); // what the dialog offers by itself can be started
        QVERIFY(samples->value() > 0 && held->value() > 0);
        const int height = dialog->height();
        samples->setValue(100'000); // as many as no text has
        QTRY_VERIFY_WITH_TIMEOUT(!accept->isEnabled(), kJobTimeout);
        QVERIFY2(said->text().contains("none to hold out"), qPrintable(said->text()));
        QVERIFY(accept->toolTip().contains("none to hold out"));
        samples->setValue(0); // all
        QTRY_VERIFY_WITH_TIMEOUT(said->text().contains("all"), kJobTimeout);
        QVERIFY(!accept->isEnabled());
        window->setValue(64);
        samples->setValue(4);
        held->setValue(2);
        QTRY_VERIFY_WITH_TIMEOUT(accept->isEnabled(), kJobTimeout);
        QCOMPARE(dialog->height(), height); // nothing jumped
        dialog->reject();
        QTRY_VERIFY(!m_window->findChild<QDialog*>("dataDialog"));
    }
    void profile()
    {
        trigger("Profile");
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<QDialog*>("dataDialog")));
        for (const char* name : { "calibrationWindow", "evaluationWindow" })
            dialog->findChild<QSpinBox*>(name)->setValue(64);
        for (const char* name : { "calibrationSamples", "evaluationSamples" })
            dialog->findChild<QSpinBox*>(name)->setValue(4);
        dialog->findChild<QSpinBox*>("probeWindows")->setValue(1);
        dialog->findChild<QComboBox*>("profileMethod")->setCurrentText("rtn");
        auto* formats = dialog->findChild<QListWidget*>("profileFormats");
        const QStringList wanted { "int3-g64", "int4-g128", "int8-g128" };
        for (int i = 0; i < formats->count(); ++i)
            formats->item(i)->setCheckState(wanted.contains(formats->item(i)->text()) ? Qt::Checked : Qt::Unchecked);
        auto* accept = dialog->findChild<QPushButton*>("acceptData");
        QTRY_VERIFY_WITH_TIMEOUT(accept->isEnabled(), kJobTimeout);
        QTest::mouseClick(accept, Qt::LeftButton);
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        QVERIFY2(workbench()->document()->profile(), qPrintable(m_window->messageText()));
        QVERIFY(slider()->isEnabled());
        QVERIFY(workbench()->document()->estimate().kld.has_value());
    }
    void editAndUndo()
    {
        const ui::PlanDocument& document = *workbench()->document();
        const core::Plan before = document.plan();
        QVERIFY(activate());
        const double kld = document.estimate().kld->kld;
        ui::Heatmap* map = m_window->heatmap();
        QTest::mouseClick(map->viewport(), Qt::LeftButton, {}, map->cellRect(6, 3).center());
        QTest::keyClick(map, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(map, Qt::Key_1); // the format of fewest bits
        QCOMPARE(document.plan().layers[3 * 7 + 6].format, "int3-g64");
        QCOMPARE(document.plan().layers[4 * 7 + 6].format, "int3-g64");
        QCOMPARE(document.edits(), 2);
        QVERIFY(document.estimate().kld->kld > kld);
        QTest::keyClick(map, Qt::Key_Space);
        QCOMPARE(document.plan().layers[3 * 7 + 6].format, "bf16");
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(document.plan().layers == before.layers);
        QCOMPARE(document.estimate().kld->kld, kld);
    }
    void theBudgetIsDragged()
    {
        slider()->setSliderDown(true);
        for (int position = 300; position < 700; position += 8) {
            slider()->setValue(position);
            QTest::qWait(1);
        }
        slider()->setSliderDown(false);
        workbench()->undo()->undo(); // one step
        QCOMPARE(workbench()->document()->plan().name, "int4-g128");
    }
    void solve()
    {
        const ui::PlanDocument& document = *workbench()->document();
        const int steps = workbench()->undo()->index();
        slider()->setFocus();
        const double before = document.estimate().size.bitsPerWeight;
        QTest::keyClick(slider(), Qt::Key_PageUp);
        QTRY_VERIFY(document.estimate().size.bitsPerWeight > before);
        QVERIFY(workbench()->undo()->index() > steps);
        QVERIFY(document.plan().name.starts_with("mixed"));
        QVERIFY(document.estimate().problems.empty()); // the solver keeps vLLM's ties
    }
    void runStopResume()
    {
        trigger("Run Plan");
        QVERIFY(workbench()->jobs()->isRunning());
        // Stop as soon as a few layers are on disk; a fast machine may be done before: then there is nothing to resume.
        QTRY_VERIFY_WITH_TIMEOUT(
            workbench()->jobs()->status().layersSafe >= 3 || !workbench()->jobs()->isRunning(), kJobTimeout);
        trigger("Stop");
        QVERIFY(idle());
        workbench()->session()->refreshRuns();
        QCOMPARE(workbench()->session()->runs().size(), 1u);
        const core::RunRow stopped = workbench()->session()->runs().front();
        QVERIFY2(stopped.state == core::RunState::Stopped, "the run was done before Stop: choose larger windows");
        QVERIFY(stopped.layersDone >= 3);
        QCOMPARE(m_window->pareto()->pointCount(), 0);

        tabs()->setCurrentIndex(1);
        auto* resume = m_window->findChild<QPushButton*>("resumeJob");
        QVERIFY(resume->isEnabled());
        QTest::mouseClick(resume, Qt::LeftButton);
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        QVERIFY2(m_window->messageText().isEmpty(), qPrintable(m_window->messageText()));
        const core::RunRow* done = workbench()->session()->run(stopped.id);
        QVERIFY(done && done->state == core::RunState::Done);
        QVERIFY(done->metric("kld_mean") && done->metric("measured_decode_tokens_per_second"));
    }
    void theRunIsOnTheChart()
    {
        QCOMPARE(m_window->pareto()->pointCount(), 1);
        QCOMPARE(workbench()->runs().size(), 2u); // and the original beside it
        QVERIFY(workbench()->selection()->run() != 0);
        tabs()->setCurrentIndex(0);
        QCOMPARE(m_window->findChild<QTableView*>("runTable")->model()->rowCount(), 2);
    }
    /// One sitting does not know the machine's drift: the chart opens on size and says so; its axes are the table's.
    void speedsThatCannotRankAreSaid()
    {
        const ui::ParetoChart& chart = *m_window->pareto();
        QCOMPARE(chart.xAxis(), core::FrontX::Size);
        QVERIFY2(chart.note().contains("3 sittings"), qPrintable(chart.note()));
        const auto standings = [&] {
            QStringList marks;
            for (const ui::RunSummary& run : workbench()->runs())
                marks << ui::markOf(run.standing);
            return marks;
        };
        QCOMPARE(standings(), QStringList({ "◆", "◆" })); // the original is closer, the run smaller
        emit m_window->pareto()->axesChosen(core::FrontX::Speed, core::FrontY::Kld);
        QCOMPARE(chart.xAxis(), core::FrontX::Speed);
        QCOMPARE(chart.pointCount(), 1);
        QVERIFY2(standings().contains("◇") && standings().contains("◆"), qPrintable(standings().join(',')));
        QCOMPARE(chart.frontSize(), 0u);
        emit m_window->pareto()->axesChosen(core::FrontX::Size, core::FrontY::Kld);
        QCOMPARE(chart.frontSize(), 1u);
    }
    void renameDeleteUndo()
    {
        const core::RowId run = workbench()->selection()->run();
        QVERIFY(workbench()->session()->run(run));
        workbench()->renameRun(run, "first try");
        QCOMPARE(workbench()->session()->run(run)->name, "first try");
        auto* table = m_window->findChild<QTableView*>("runTable");
        QVERIFY(activate());
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Delete);
        QVERIFY(!workbench()->session()->run(run));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(workbench()->session()->run(run));
        QCOMPARE(m_window->pareto()->pointCount(), 1);
    }
    void exportAndVerify()
    {
        const core::RowId run
            = workbench()->runs().front().isOriginal ? workbench()->runs().back().id : workbench()->runs().front().id;
        workbench()->selection()->setRun(run);
        QAction* action = nullptr;
        for (QAction* each : m_window->actions()->exportMenu->actions()) {
            if (each->text().contains("compressed-tensors"))
                action = each;
        }
        QVERIFY(action && action->isEnabled());
        action->trigger();
        QDialog* dialog = nullptr;
        QTRY_VERIFY((dialog = m_window->findChild<QDialog*>("exportDialog")));
        auto* field = dialog->findChild<QLineEdit*>("exportFolder");
        auto* accept = dialog->findChild<QPushButton*>("acceptExport");
        field->selectAll();
        QTest::keyClicks(field, m_folder.path());
        QVERIFY(!accept->isEnabled()); // exists: never overwritten
        QTest::keyClicks(field, "/exported");
        QVERIFY(accept->isEnabled());
        QTest::mouseClick(accept, Qt::LeftButton);
        QVERIFY(idle());
        auto* verified = m_window->findChild<QLabel*>("exportVerified");
        QVERIFY2(verified, qPrintable(m_window->messageText()));
        const auto report = core::verifyFolder(m_folder.filePath("exported").toStdString(), {});
        QVERIFY2(report.has_value(), report ? "" : report.error().message.c_str());
        QCOMPARE(report->quantMethod, "compressed-tensors");
    }
    void everyMenuEntryThatIsShownAnswers()
    {
        for (const char* name :
            { "Keyboard Shortcuts", "About Kerf", "Set Format by Pattern", "Keep Sensitive Layers" }) {
            trigger(name);
            QDialog* dialog = nullptr;
            QTRY_VERIFY2((dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget())), name);
            dialog->reject();
            QTRY_VERIFY(!QApplication::activeModalWidget());
        }
        trigger("Dark");
        trigger("Light");
        trigger("Restore Default Layout");
    }
    void closingDuringAJobAsksAndStops()
    {
        workbench()->useUniform("int4-g128");
        trigger("Run Plan");
        QVERIFY(workbench()->jobs()->isRunning());
        m_window->close();
        QVERIFY(m_window->isVisible());
        QMessageBox* question = nullptr;
        QTRY_VERIFY((question = m_window->findChild<QMessageBox*>("closeQuestion")));
        for (QAbstractButton* button : question->buttons()) {
            if (question->buttonRole(button) == QMessageBox::AcceptRole)
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), kJobTimeout);
        QVERIFY(!workbench()->jobs()->isRunning());
    }
    void theNextWindowFindsEverything()
    {
        ui::MainWindow next;
        next.show();
        m_window.reset();
        next.openModel(test::sample() / "model", m_folder.filePath("sample.kerf").toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(next.workbench()->hasModel(), kJobTimeout);
        QTRY_VERIFY_WITH_TIMEOUT(!next.workbench()->jobs()->isRunning(), kJobTimeout);
        QVERIFY(next.workbench()->document()->profile());
        QVERIFY(next.workbench()->runs().size() >= 2);
        QCOMPARE(next.workbench()->document()->plan().name, "int4-g128");
    }

private:
    QSlider* slider() { return m_window->findChild<QSlider*>("budgetSlider"); }
    QTabWidget* tabs()
    {
        for (QTabWidget* each : m_window->findChildren<QTabWidget*>("panelTabs")) {
            if (each->count() == 2 && each->tabText(1) == "Jobs")
                return each;
        }
        return nullptr;
    }
    QTemporaryDir m_folder;
};

int main(int argc, char** argv)
{
    kerf::test::WatchedApplication application(argc, argv);
    TestWindowJourney test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_journey.moc"
