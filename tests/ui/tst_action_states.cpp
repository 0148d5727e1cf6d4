// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/held_workspace.h"
#include "tests/ui/sample_workbench.h"
#include "ui/actions.h"
#include "ui/plan/format_palette_model.h"
#include "ui/window/action_states.h"

using namespace kerf;

/// For each state of the workbench: exactly which actions can be used.
class TestActionStates : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-action-states");
        QVERIFY(m_folder.isValid());
    }
    void init()
    {
        m_workbench = std::make_unique<ui::Workbench>();
        m_actions = std::make_unique<ui::Actions>(m_workbench->undo(), nullptr);
        m_target = m_actions->exportMenu->addAction("Selected Run as GGUF…");
        m_palette = std::make_unique<ui::FormatPaletteModel>(m_workbench->document(), m_workbench->selection());
        m_states = std::make_unique<ui::ActionStates>(m_workbench.get(), m_actions.get(), m_palette.get());
    }
    void cleanup()
    {
        m_states.reset();
        m_palette.reset();
        m_actions.reset();
        m_workbench.reset();
    }

    void withoutModelNothingCanBeDoneToIt()
    {
        QCOMPARE(usable(), QSet<QAction*>());
        for (QAction* action : governed())
            QCOMPARE(action->toolTip(),
                action == m_actions->stopJob ? QString("No job is running") : QString("Open a model first"));
    }
    void anOpenModelCanBePlannedProfiledAndRun()
    {
        QVERIFY(open("a.kerf"));
        QCOMPARE(usable(), always());
        QVERIFY(m_actions->keepSensitive->toolTip().contains("Profile the model"));
        QVERIFY(m_actions->solve->toolTip().contains("needs a profile"));
        QVERIFY(m_actions->deleteRun->toolTip().contains("Select a run"));
        QVERIFY(m_actions->keep16->toolTip().contains("Select layers"));
        QVERIFY(!m_actions->runPlan->toolTip().contains("first")); // what can be used says what it does
    }
    void selectedLayersTakeFormats()
    {
        QVERIFY(open("a.kerf"));
        m_workbench->selection()->setLayers({ 0, 1 }, 1);
        QSet<QAction*> wanted = always() + layerActions();
        wanted.remove(m_actions->measureCells); // which adds to a profile
        QVERIFY(!m_palette->formatOfKey(9).isEmpty());
        QCOMPARE(usable(), wanted);
        m_workbench->selection()->clear();
        QCOMPARE(usable(), always());
    }
    void aProfileOpensTheSolver()
    {
        QVERIFY(open("b.kerf"));
        QVERIFY(test::addProfile(*m_workbench));
        QCOMPARE(usable(), always() + profileActions());
        m_workbench->document()->setTransforms({ core::transformChoice("smoothquant").value() }, "SmoothQuant");
        QVERIFY(!m_actions->refine->isEnabled());
        QVERIFY(m_actions->refine->toolTip().contains("transforms"));
        QVERIFY(m_actions->solve->isEnabled());
        m_workbench->undo()->undo();
        m_workbench->selection()->setLayers({ 0 }, 0);
        QVERIFY(m_actions->measureCells->isEnabled());
    }
    void aFinishedRunCanBeMeasuredAndExported()
    {
        QVERIFY(open("a.kerf"));
        const core::RowId done = test::addRun(*m_workbench, "int8-g128", core::RunState::Done);
        const core::RowId stopped = test::addRun(*m_workbench, "int4-g128", core::RunState::Stopped);
        QVERIFY(done && stopped);
        m_workbench->selection()->setRun(done);
        QVERIFY(m_actions->compareRuns->toolTip().contains("second run"));
        QCOMPARE(usable(), always() + runActions());
        m_workbench->selection()->setRun(stopped);
        const QSet<QAction*> finished { m_actions->evaluateRun, m_actions->askRun, m_actions->measureSpeed,
            m_actions->toggleCompared, m_actions->makeReference, m_actions->report, m_target };
        QCOMPARE(usable(), always() + runActions() - finished);
        QVERIFY(m_target->toolTip().contains("not finished"));
    }
    void whatIsComparedDecides()
    {
        QVERIFY(open("a.kerf"));
        QVERIFY(test::addRun(*m_workbench, "int6-g128", core::RunState::Done));
        QVERIFY(!m_actions->evaluateCompared->isEnabled());
        QVERIFY(m_actions->evaluateCompared->toolTip().contains("two runs"));
        std::vector<core::RowId> runs;
        for (const core::RunRow& run : m_workbench->session()->runs())
            if (run.state == core::RunState::Done)
                runs.push_back(run.id);
        m_workbench->selection()->setCompared(runs);
        QVERIFY(m_actions->evaluateCompared->isEnabled() && m_actions->compareRuns->isEnabled());
        QVERIFY(m_actions->report->isEnabled()); // without a selected run too
        QVERIFY(!m_actions->toggleCompared->isEnabled());
    }
    void besideARunningJobAllCanBeQueued()
    {
        QVERIFY(open("b.kerf"));
        QVERIFY(test::addRun(*m_workbench, "int8-g128", core::RunState::Done));
        m_workbench->selection()->setRun(m_workbench->runs().front().id);
        m_workbench->selection()->setLayers({ 0 }, 0);
        const QSet<QAction*> idle = usable();
        QVERIFY(test::startIdleJob(*m_workbench));
        const QSet<QAction*> alone { m_actions->openWorkspace, m_actions->closeModel };
        QCOMPARE(usable(), idle - alone + QSet<QAction*> { m_actions->stopJob });
        for (QAction* action : alone)
            QCOMPARE(action->toolTip(), QString("A job is running"));
        m_workbench->jobs()->stop();
        QVERIFY(!m_actions->stopJob->isEnabled());
        QCOMPARE(m_actions->stopJob->toolTip(), QString("The job is stopping"));
        QTRY_VERIFY(!m_workbench->jobs()->isRunning());
        QCOMPARE(usable(), idle);
    }
    void whatIsDoneToAJobFollowsTheSelectedOne()
    {
        QVERIFY(open("b.kerf"));
        ui::JobCenter& jobs = *m_workbench->jobs();
        const auto actions = [&](const QSet<QAction*>& wanted) {
            const QSet<QAction*> own { m_actions->pauseJob, m_actions->jobUp, m_actions->jobDown,
                m_actions->removeJob };
            return std::ranges::all_of(
                own, [&](QAction* action) { return action->isEnabled() == wanted.contains(action); });
        };
        jobs.select(0);
        QVERIFY(actions({}));
        QVERIFY(m_actions->pauseJob->toolTip().contains("Select a job"));
        QVERIFY(test::startIdleJob(*m_workbench));
        const ui::JobId first = jobs.inHand();
        QVERIFY(test::startIdleJob(*m_workbench));
        jobs.select(first);
        QVERIFY(actions({ m_actions->pauseJob }));
        QVERIFY(m_actions->jobUp->toolTip().contains("queue"));
        jobs.select(jobs.model()->queue().front());
        QVERIFY(actions({ m_actions->pauseJob, m_actions->jobUp, m_actions->jobDown, m_actions->removeJob }));
        jobs.clearQueue();
        QVERIFY(actions({}));
        QVERIFY(test::stopJob(*m_workbench));
    }
    void aWorkspaceForReadingOnlyIsNotWritten()
    {
        const test::HeldWorkspace held(m_folder.filePath("b.kerf").toStdString());
        QVERIFY(held.isHeld());
        QVERIFY(open("b.kerf"));
        m_workbench->selection()->setRun(m_workbench->runs().front().id);
        const QSet<QAction*> writing { m_actions->profile, m_actions->runPlan, m_actions->checkRun, m_actions->sweep,
            m_actions->addCheckpoint, m_actions->importanceMatrix };
        const QSet<QAction*> reading { m_actions->solve, m_actions->keepSensitive, m_actions->loadRunPlan,
            m_actions->toggleCompared, m_actions->makeReference, m_actions->report };
        QCOMPARE(usable(), always() - writing + reading);
        for (QAction* action : writing + QSet<QAction*> { m_actions->refine, m_actions->deleteRun, m_target })
            QCOMPARE(action->toolTip(), QString("The workspace is open for reading only"));
    }
    void twoFinishedRunsAreCompared()
    {
        QVERIFY(open("two.kerf"));
        const core::RowId first = test::addRun(*m_workbench, "int8-g128", core::RunState::Done);
        m_workbench->selection()->setRun(first);
        QVERIFY(!m_actions->compareRuns->isEnabled());
        QVERIFY(test::addRun(*m_workbench, "int4-g128", core::RunState::Done));
        QVERIFY(m_actions->compareRuns->isEnabled());
    }
    void onlyQuantizedCheckpointsAreConverted()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        QVERIFY(open("a.kerf"));
        QVERIFY(!m_actions->convertMenu->menuAction()->isEnabled());
        QVERIFY(m_actions->convertMenu->menuAction()->toolTip().contains("not quantized"));
        m_workbench->openModel(data / "peers" / "gptqmodel-gptq-v1", m_folder.filePath("quantized.kerf").toStdString());
        QVERIFY(test::isOpen(*m_workbench));
        QVERIFY(m_actions->convertMenu->menuAction()->isEnabled());
        QVERIFY(!m_actions->addCheckpoint->isEnabled());
        QVERIFY(m_actions->addCheckpoint->toolTip().contains("itself quantized"));
    }
    void theModeIsTheModels()
    {
        QVERIFY(open("a.kerf"));
        QVERIFY(!m_actions->sequential->isChecked());
        m_workbench->setSequential(true);
        QVERIFY(m_actions->sequential->isChecked());
        m_workbench->closeModel();
        QVERIFY(!m_actions->sequential->isChecked());
    }
    void aClosedModelLeavesNothingToDo()
    {
        QVERIFY(open("b.kerf"));
        m_workbench->selection()->setRun(m_workbench->runs().front().id);
        m_workbench->selection()->setLayers({ 0 }, 0);
        QVERIFY(!usable().isEmpty());
        m_workbench->closeModel();
        QCOMPARE(usable(), QSet<QAction*>());
    }

private:
    using ActionSet = QSet<QAction*>;
    bool open(const char* workspace) { return test::openSample(*m_workbench, m_folder.filePath(workspace)); }
    /// While a model is open, idle, without profile, selected layers or run.
    ActionSet always() const
    {
        const ui::Actions& all = *m_actions;
        return { all.profile, all.runPlan, all.checkRun, all.openWorkspace, all.closeModel, all.openPlan, all.savePlan,
            all.settings, all.find, all.restoreLayout, all.selectAll, all.selectShown, all.tieFused, all.setByPattern,
            all.sequential, all.presets, all.sweep, all.refresh, all.addCheckpoint, all.importanceMatrix,
            all.uniformMenu->menuAction(), all.recipeMenu->menuAction(), all.exportMenu->menuAction(), all.showTrash };
    }
    ActionSet profileActions() const
    {
        const ui::Actions& all = *m_actions;
        return { all.keepSensitive, all.solve, all.refine, all.checkPrediction };
    }
    ActionSet layerActions() const
    {
        const ui::Actions& all = *m_actions;
        ActionSet set { all.clearSelection, all.keep16, all.nextFormats, all.selectedMenu->menuAction(),
            all.measureCells };
        return set.unite(ActionSet(all.setFormat.begin(), all.setFormat.end()));
    }
    ActionSet runActions() const
    {
        const ui::Actions& all = *m_actions;
        return { all.loadRunPlan, all.evaluateRun, all.askRun, all.measureSpeed, all.renameRun, all.deleteRun,
            all.annotateRun, all.toggleCompared, all.makeReference, all.report, m_target };
    }
    ActionSet governed() const
    {
        return always() + profileActions() + layerActions() + runActions() + ActionSet { m_actions->stopJob };
    }
    ActionSet usable() const
    {
        ActionSet set;
        for (QAction* action : governed())
            if (action->isEnabled())
                set << action;
        return set;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    std::unique_ptr<ui::Actions> m_actions;
    std::unique_ptr<ui::FormatPaletteModel> m_palette;
    std::unique_ptr<ui::ActionStates> m_states;
    QAction* m_target = nullptr; ///< of the export menu
};

int main(int argc, char** argv)
{
    if (test::HeldWorkspace::isWanted(argc, argv))
        return test::HeldWorkspace::hold(argv[2]);
    QApplication application(argc, argv);
    TestActionStates test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_action_states.moc"
