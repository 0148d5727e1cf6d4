// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/jobs/jobs_panel.h"
#include "ui/jobs/layer_log_model.h"
#include "ui/jobs/preflight_model.h"
#include "ui/jobs/preflight_page.h"
#include "ui/jobs/retry_dialog.h"
#include "ui/plan/format_palette_model.h"
#include "ui/window/action_states.h"

using namespace kerf;

/// The list of jobs and the page before a run, by keys.
class TestJobsPanel : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-jobs-panel");
        QVERIFY(m_folder.isValid());
    }
    void init()
    {
        m_workbench = std::make_unique<ui::Workbench>();
        m_actions = std::make_unique<ui::Actions>(m_workbench->undo(), nullptr);
        m_palette = std::make_unique<ui::FormatPaletteModel>(m_workbench->document(), m_workbench->selection());
        m_states = std::make_unique<ui::ActionStates>(m_workbench.get(), m_actions.get(), m_palette.get());
    }
    void cleanup()
    {
        m_panel.reset();
        m_states.reset();
        m_palette.reset();
        m_actions.reset();
        m_workbench.reset();
    }

    void keysOrderPauseAndRemove()
    {
        showPanel();
        ui::JobCenter& jobs = *m_workbench->jobs();
        for (int i = 0; i < 4; ++i)
            QVERIFY(test::startIdleJob(*m_workbench));
        const std::vector<ui::JobId> queue = jobs.model()->queue();
        QCOMPARE(queue.size(), std::size_t { 3 });
        QTableView* view = table();
        view->setFocus();
        QCOMPARE(view->currentIndex().row(), 0); // what runs is shown first
        QTest::keyClick(view, Qt::Key_Down);
        QTest::keyClick(view, Qt::Key_Down);
        QCOMPARE(jobs.selected(), queue[1]);
        QTest::keyClick(view, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(jobs.model()->queue(), (std::vector<ui::JobId> { queue[1], queue[0], queue[2] }));
        QCOMPARE(jobs.selected(), queue[1]); // the selection goes with it
        QTest::keyClick(view, Qt::Key_Down, Qt::ControlModifier);
        QTest::keyClick(view, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(jobs.model()->queue(), (std::vector<ui::JobId> { queue[0], queue[2], queue[1] }));
        QTest::keyClick(view, Qt::Key_Space);
        QCOMPARE(state(queue[1]), ui::JobState::Paused);
        QTest::keyClick(view, Qt::Key_Space);
        QCOMPARE(state(queue[1]), ui::JobState::Waiting);
        QTest::keyClick(view, Qt::Key_Delete);
        QCOMPARE(jobs.model()->queue(), (std::vector<ui::JobId> { queue[0], queue[2] }));
        view->selectRow(0);
        const ui::JobId running = jobs.selected();
        QTest::keyClick(view, Qt::Key_Space);
        QTRY_COMPARE(state(running), ui::JobState::Paused);
        QVERIFY(jobs.isRunning(queue[0])); // which did not wait for it
        jobs.clearQueue();
        QVERIFY(test::stopJob(*m_workbench));
    }
    void theLogFollowsUntilItIsScrolled()
    {
        showPanel();
        const ui::JobId job = m_workbench->jobs()->model()->add({ "log", ui::JobState::Done, {}, 1, {}, {}, {} });
        auto* log = m_panel->findChild<QPlainTextEdit*>("jobLog");
        const auto append = [&](int lines) {
            for (int i = 0; i < lines; ++i)
                m_workbench->jobs()->model()->appendLog(m_workbench->jobs()->model()->rowOf(job), QString::number(i));
        };
        append(200);
        QScrollBar* bar = log->verticalScrollBar();
        QCOMPARE(bar->value(), bar->maximum());
        bar->setValue(3);
        append(50);
        QCOMPARE(bar->value(), 3);
        QCOMPARE(log->document()->blockCount(), 250);
    }
    void historyCanBeLeftOut()
    {
        showPanel();
        m_workbench->jobs()->model()->add({ "over", ui::JobState::Done, {}, 3725, {}, {}, {} });
        QCOMPARE(table()->model()->rowCount(), 1);
        QCOMPARE(table()->model()->index(0, ui::JobModel::TimeColumn).data().toString(), QString("1 h 2 min"));
        m_panel->findChild<QToolButton*>("jobHistory")->click();
        QCOMPARE(table()->model()->rowCount(), 0);
        QVERIFY(!m_panel->findChild<QPushButton*>("resumeJob")->isEnabled());
    }
    void layersAreLoggedAsTheyCome()
    {
        ui::LayerLogModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        core::RunLayerRow first;
        first.report.layer = "a";
        first.report.method = "gptq";
        first.report.format = "int4-g64";
        first.report.relativeError = 0.005;
        first.report.rtnRelativeError = 0.0105;
        first.report.seconds = 4.1;
        first.artifactKey = "key";
        core::RunLayerRow second = first;
        second.report.layer = "b";
        second.report.seconds = 0;
        second.report.fallbacks.push_back({ "rtn_instead", "no damping up to 1 makes the Hessian positive definite" });
        model.setLayers({ first });
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setLayers({ first, second });
        QCOMPARE(reset.count(), 0); // or the view would lose its place
        QCOMPARE(model.rowCount(), 2);
        const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(text(0, ui::LayerLogModel::GainColumn), QString("÷ 2.1"));
        QCOMPARE(text(0, ui::LayerLogModel::TimeColumn), QString("4.1 s"));
        QCOMPARE(text(1, ui::LayerLogModel::TimeColumn), QString("from disk"));
        QVERIFY(ui::isRescued(second) && !ui::isRescued(first));
        QVERIFY(model.index(1, 0).data(Qt::ToolTipRole).toString().contains("damping"));
    }
    void aLayerIsTriedAgainWithOtherSettings()
    {
        QVERIFY(open("retry.kerf"));
        core::Plan plan = core::uniformPlan(*m_workbench->session()->network(), "first", "int4-g64", "gptq").value();
        const std::string layer = plan.layers[4].layer;
        ui::RetryDialog dialog(plan, layer, "it broke");
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.findChild<QComboBox*>("retryMethod")->setCurrentText("rtn");
        dialog.findChild<QDoubleSpinBox*>("retryDamping")->setValue(0.05);
        core::Plan other = dialog.plan();
        QCOMPARE(other.layers[4].method, std::string("rtn"));
        QCOMPARE(other.settings.number("damping"), 0.05);
        other.layers[4] = plan.layers[4];
        QVERIFY(other.layers == plan.layers); // nothing else
        dialog.findChild<QCheckBox*>("retryKeep")->click();
        QCOMPARE(dialog.plan().layers[4].format, std::string("bf16"));
        QVERIFY(!dialog.findChild<QComboBox*>("retryMethod")->isEnabled());
    }
    void theRunIsLookedAtFirst()
    {
        QVERIFY(open("page.kerf"));
        QVERIFY(fewWindows());
        ui::PreflightPage page(m_workbench.get(), m_actions.get());
        const QAbstractItemModelTester tester(page.findChild<QTableView*>("preflightTable")->model(),
            QAbstractItemModelTester::FailureReportingMode::QtTest);
        page.show();
        QSignalSpy checked(&page, &ui::PreflightPage::checked);
        QSignalSpy done(&page, &ui::PreflightPage::done);
        auto* start = page.findChild<QPushButton*>("preflightStart");
        page.check();
        QVERIFY(!start->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(checked.count(), 1, test::kOpenTimeout);
        QCOMPARE(checked[0][0].toBool(), false); // four windows are few
        QVERIFY(start->isEnabled()); // which stops nobody
        QCOMPARE(page.checks().find("evaluation")->state, core::CheckState::Warn);
        auto* view = page.findChild<QTableView*>("preflightTable");
        view->setFocus();
        QSignalSpy settings(m_actions->settings, &QAction::triggered);
        QTest::keyClick(view, Qt::Key_Return); // the first fix: four windows are few to calibrate on, too
        QCOMPARE(settings.count(), 1);
        QTest::mouseClick(page.findChild<QPushButton*>("fix_evaluation"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(checked.count(), 2, test::kOpenTimeout);
        QCOMPARE(ui::dataSettingsOf(*m_workbench->session()->project()).evaluation.samples, 64);
        QVERIFY(page.checks().find("evaluation")->state != core::CheckState::Warn);
        m_workbench->document()->setFormat({ 3 }, "int8-g128"); // edited: looked at again
        QVERIFY(!start->isEnabled());
        QTRY_COMPARE_WITH_TIMEOUT(checked.count(), 3, test::kOpenTimeout);
        QVERIFY(fewWindows());
        QTest::keyClick(view, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(done.count(), 1);
        QVERIFY(m_workbench->jobs()->isRunning());
        QVERIFY(test::stopJob(*m_workbench));
    }
    void layersToDoAreShown()
    {
        QVERIFY(open("show.kerf"));
        QVERIFY(fewWindows());
        ui::PreflightPage page(m_workbench.get(), m_actions.get());
        QSignalSpy checked(&page, &ui::PreflightPage::checked);
        page.check();
        QTRY_COMPARE_WITH_TIMEOUT(checked.count(), 1, test::kOpenTimeout);
        auto* show = page.findChild<QPushButton*>("fix_to_do");
        QVERIFY(show);
        show->click();
        QCOMPARE(m_workbench->selection()->layers().size(), std::size_t { 42 });
    }

private:
    void showPanel()
    {
        m_panel = std::make_unique<ui::JobsPanel>(m_workbench.get(), m_actions.get());
        m_panel->resize(1000, 260);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
    QTableView* table() const { return m_panel->findChild<QTableView*>("jobTable"); }
    ui::JobState state(ui::JobId job) const
    {
        const ui::JobModel& model = *m_workbench->jobs()->model();
        return model.job(model.rowOf(job)).state;
    }
    bool open(const char* workspace) { return test::openSample(*m_workbench, m_folder.filePath(workspace)); }
    bool fewWindows()
    {
        const core::Project& project = *m_workbench->session()->project();
        ui::DataSettings settings = ui::dataSettingsOf(project);
        settings.calibration.window = settings.evaluation.window = 64;
        settings.calibration.samples = settings.evaluation.samples = 4;
        ui::saveDataSettings(project, settings);
        return settings.isComplete();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<ui::Actions> m_actions;
    std::unique_ptr<ui::FormatPaletteModel> m_palette;
    std::unique_ptr<ui::ActionStates> m_states;
    std::unique_ptr<ui::JobsPanel> m_panel;
};

QTEST_MAIN(TestJobsPanel)

#include "tst_jobs_panel.moc"
