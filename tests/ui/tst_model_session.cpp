// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/jobs/project.h"
#include "tests/support/held_workspace.h"
#include "tests/support/synthetic_network.h"
#include "tests/support/test_data.h"
#include "ui/model_session.h"

using namespace kerf;

class TestModelSession : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const auto project = core::openProject(test::sample() / "model", {});
        QVERIFY2(project, project ? "" : project.error().message.c_str());
        m_project = *project;
    }

    void nothingIsOpenAtFirst() { QVERIFY(isEmpty(ui::ModelSession())); }
    void anOpenSessionReadsTheWorkspace()
    {
        ui::ModelSession session;
        QVERIFY(session.open(m_project, file("a.kerf")));
        QVERIFY(session.isOpen() && !session.isReadOnly() && session.readOnlyReason().isEmpty());
        QCOMPARE(session.workspaceFile(), file("a.kerf"));
        QCOMPARE(session.network()->layers().size(), 42u);
        QVERIFY(session.modelId() > 0 && session.runs().empty() && !session.profile() && !session.draft());
    }
    void whatIsWrittenIsReadBack()
    {
        ui::ModelSession session;
        QVERIFY(session.open(m_project, file("a.kerf")));
        QSignalSpy runs(&session, &ui::ModelSession::runsChanged);
        QSignalSpy profiles(&session, &ui::ModelSession::profileChanged);
        auto job = core::Workspace::open(file("a.kerf")); // as a job has it
        const core::Plan plan = test::syntheticPlan(*session.network(), "int4-g128");
        const auto run = job->beginRun(session.modelId(), plan, {});
        QVERIFY(run && job->saveProfile(session.modelId(), *test::syntheticProfile(*session.network())));
        session.refreshRuns();
        session.refreshProfile();
        QCOMPARE(runs.count(), 1);
        QVERIFY(profiles.count() > 0 && session.profile());
        QCOMPARE(session.runs().size(), 1u);
        QVERIFY(session.renameRun(*run, "another name"));
        QCOMPARE(session.run(*run)->name, "another name");
        QVERIFY(session.savePlan(plan));
        QCOMPARE(session.savedPlans().size(), 1u);
        session.refreshRuns();
        const auto before = runs.count();
        session.refreshRuns(); // nothing is new: nothing is told
        QCOMPARE(runs.count(), before);
    }
    void aClosedSessionIsEmptyAndTells()
    {
        ui::ModelSession session;
        QVERIFY(session.open(m_project, file("a.kerf")));
        QVERIFY(!session.runs().empty() && session.profile());
        QSignalSpy runs(&session, &ui::ModelSession::runsChanged);
        QSignalSpy profiles(&session, &ui::ModelSession::profileChanged);
        session.close();
        QVERIFY(isEmpty(session));
        QCOMPARE(runs.count(), 1);
        QCOMPARE(profiles.count(), 1);
        session.refreshRuns();
        session.refreshProfile();
        QVERIFY(isEmpty(session));
    }
    void aClosedWorkspaceCanBeWrittenByOthers()
    {
        ui::ModelSession session;
        QVERIFY(session.open(m_project, file("a.kerf")));
        QVERIFY(!test::HeldWorkspace(file("a.kerf")).isHeld());
        session.close();
        QVERIFY(test::HeldWorkspace(file("a.kerf")).isHeld());
    }
    void whatCannotBeOpenedLeavesWhatIsOpen()
    {
        QFile text(m_folder.filePath("text.kerf"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("This is no workspace.\n");
        text.close();
        ui::ModelSession session;
        QVERIFY(session.open(m_project, file("a.kerf")));
        const auto refused = session.open(m_project, file("text.kerf"));
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.find("text.kerf") != std::string::npos, refused.error().message.c_str());
        QCOMPARE(session.workspaceFile(), file("a.kerf"));
        QCOMPARE(session.runs().size(), 1u);
        QVERIFY(session.profile());
    }
    void aWorkspaceThatIsTakenIsReadOnly()
    {
        const test::HeldWorkspace held(file("a.kerf"));
        QVERIFY(held.isHeld());
        ui::ModelSession session;
        QVERIFY(session.open(m_project, file("a.kerf")));
        QVERIFY(session.isReadOnly() && !session.readOnlyReason().isEmpty());
        QCOMPARE(session.runs().size(), 1u);
        QVERIFY(!session.savePlan(test::syntheticPlan(*session.network(), "int4-g128")));
    }
    void theDefaultWorkspaceIsNamedAfterTheModel()
    {
        QCOMPARE(ui::ModelSession::defaultWorkspace("/models/tiny").filename(), "tiny.kerf");
        QCOMPARE(ui::ModelSession::defaultWorkspace("/models/tiny/").filename(), "tiny.kerf");
        QCOMPARE(ui::ModelSession::defaultWorkspace("/models/tiny/model").filename(), "tiny.kerf");
    }

private:
    std::filesystem::path file(const char* name) const { return m_folder.filePath(name).toStdString(); }
    static bool isEmpty(const ui::ModelSession& session)
    {
        return !session.isOpen() && !session.project() && !session.network() && session.workspaceFile().empty()
            && session.modelId() == 0 && !session.isReadOnly() && session.runs().empty() && !session.profile()
            && session.predictions().empty() && !session.modelSpeeds() && session.storedJobs().empty()
            && session.savedPlans().empty() && !session.draft();
    }

    QTemporaryDir m_folder;
    core::ProjectPtr m_project;
};

int main(int argc, char** argv)
{
    if (test::HeldWorkspace::isWanted(argc, argv))
        return test::HeldWorkspace::hold(argv[2]);
    QCoreApplication application(argc, argv);
    TestModelSession test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_model_session.moc"
