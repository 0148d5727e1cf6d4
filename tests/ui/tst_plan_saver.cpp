// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUndoStack>

#include "tests/ui/sample_workbench.h"
#include "ui/plan/plan_saver.h"
#include "ui/runs/run_commands.h"

using namespace kerf;

/// What is written behind the user's back, and what is done to runs: both can be found again, and taken back.
class TestPlanSaver : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY(test::openSample(m_workbench, m_folder.filePath("saver.kerf")));
        m_file = m_workbench.session()->workspaceFile();
        m_model = m_workbench.session()->modelId();
        m_plan = test::syntheticPlan(*m_workbench.document()->network(), "int4-g128");
    }
    void init() { m_said.clear(); }

    void theNewestPlanIsKept()
    {
        ui::PlanSaver saver;
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 200; ++i) {
            m_plan.name = "draft " + std::to_string(i);
            saver.save(m_file, m_model, m_plan);
        }
        QVERIFY2(timer.elapsed() < 500, "the window's thread waits for the disk"); // 200 commits take longer
        saver.flush();
        QCOMPARE(draft().name, "draft 199");
    }
    void locksAreKeptThoughTheyAreNoPartOfTheHash()
    {
        ui::PlanSaver saver;
        saver.save(m_file, m_model, m_plan);
        saver.flush();
        m_plan.locked = { m_plan.layers[3].layer };
        saver.save(m_file, m_model, m_plan);
        saver.flush();
        QCOMPARE(draft().locked, m_plan.locked);
        m_plan.locked.clear();
        saver.save(m_file, m_model, m_plan);
        saver.flush();
        QVERIFY(draft().locked.empty());
    }
    void whatWaitsWhenTheProgramEndsIsStillWritten()
    {
        {
            ui::PlanSaver saver;
            m_plan.name = "the last word";
            saver.save(m_file, m_model, m_plan);
        }
        QCOMPARE(draft().name, "the last word");
    }
    void aWorkspaceIsLetGo()
    {
        ui::PlanSaver saver;
        const auto other = m_folder.filePath("other.kerf").toStdString();
        saver.save(other, m_model, m_plan);
        saver.close();
        QVERIFY(QFile::remove(m_folder.filePath("other.kerf")));
        saver.save(m_file, m_model, m_plan); // and another is opened
        saver.flush();
        QCOMPARE(draft().name, m_plan.name);
    }
    void aFailureIsTold()
    {
        ui::PlanSaver saver;
        QSignalSpy failed(&saver, &ui::PlanSaver::failed);
        saver.save("/nowhere/at/all.kerf", m_model, m_plan);
        saver.flush();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY2(failed[0][0].toString().contains("/nowhere"), qPrintable(failed[0][0].toString()));
        saver.save(m_file, m_model, m_plan); // and the next is written all the same
        saver.flush();
        QCOMPARE(draft().name, m_plan.name);
    }

    // ---- what is done to runs

    void aRenamedRunGetsItsNameBack()
    {
        const core::RowId run = test::addRun(m_workbench, "int8-g128", core::RunState::Done);
        QUndoStack stack;
        stack.push(new ui::RenameRunCommand(session(), run, "int8-g128", "keeper", report()));
        QCOMPARE(row(run)->name, "keeper");
        stack.undo();
        QCOMPARE(row(run)->name, "int8-g128");
        stack.redo();
        QCOMPARE(row(run)->name, "keeper");
        QCOMPARE(stack.text(0), "Rename Run");
        QVERIFY(m_said.isEmpty());
    }
    void aDeletedRunComesBackWithItsNotes()
    {
        const core::RowId run = test::addRun(m_workbench, "int4-g128", core::RunState::Done);
        QUndoStack stack;
        stack.push(
            new ui::AnnotateRunCommand(session(), run, {}, { "for the phones", { "edge", "release" } }, report()));
        QCOMPARE(row(run)->note, "for the phones");
        stack.push(new ui::DeleteRunCommand(session(), run, "int4-g128", report()));
        QVERIFY(!row(run));
        QCOMPARE(stack.undoText(), "Delete Run int4-g128");
        stack.undo();
        QVERIFY(row(run));
        QCOMPARE(row(run)->tags, (std::vector<std::string> { "edge", "release" }));
        stack.undo();
        QVERIFY(row(run)->note.empty() && row(run)->tags.empty());
    }
    /// A step that could not be done is no step: Undo would take back what never was.
    void whatCannotBeDoneIsNoStep()
    {
        QUndoStack stack;
        stack.push(new ui::RenameRunCommand(session(), 4711, "a", "b", report()));
        QCOMPARE(stack.count(), 0);
        stack.push(new ui::DeleteRunCommand(session(), 4711, "a", report()));
        QCOMPARE(stack.count(), 0);
        stack.push(new ui::AnnotateRunCommand(session(), 4711, {}, { "x", {} }, report()));
        QCOMPARE(stack.count(), 0);
        QCOMPARE(m_said.size(), 3);
        for (const QString& each : m_said)
            QVERIFY(!each.isEmpty());
    }

private:
    ui::ModelSession& session() { return *m_workbench.session(); }
    ui::RenameRunCommand::Report report()
    {
        return [this](const QString& message) { m_said << message; };
    }
    const core::RunRow* row(core::RowId run) { return session().run(run); }
    core::Plan draft() const
    {
        const auto workspace = core::Workspace::openReader(m_file);
        return workspace ? workspace->draft(m_model).value().value_or(core::Plan {}) : core::Plan {};
    }

    QTemporaryDir m_folder;
    ui::Workbench m_workbench;
    std::filesystem::path m_file;
    core::RowId m_model = 0;
    core::Plan m_plan;
    QStringList m_said;
};

int main(int argc, char** argv)
{
    kerf::test::useOwnSettings("tst-plan-saver");
    QApplication application(argc, argv);
    TestPlanSaver test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_plan_saver.moc"
