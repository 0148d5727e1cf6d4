// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <QApplication>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/plan/left_out.h"
#include "tests/support/held_workspace.h"
#include "tests/ui/sample_workbench.h"

using namespace kerf;

class TestWorkbench : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-workbench");
        QVERIFY(m_folder.isValid());
    }
    void init()
    {
        m_workbench = std::make_unique<ui::Workbench>();
        m_said.clear();
        connect(m_workbench.get(), &ui::Workbench::message, this, [this](const QString& text, bool isError) {
            if (isError)
                m_said << text;
        });
    }
    void cleanup() { m_workbench.reset(); }

    void withoutModelThereIsNothing() { QVERIFY(isEmpty()); }
    void openingTells()
    {
        QSignalSpy opening(m_workbench.get(), &ui::Workbench::opening);
        QSignalSpy opened(m_workbench.get(), &ui::Workbench::modelOpened);
        QVERIFY(open("a.kerf"));
        QCOMPARE(opening.count(), 1);
        QCOMPARE(opened.count(), 1);
        QVERIFY(m_workbench->canWrite());
        QCOMPARE(document().plan().layers.size(), 42u);
        QCOMPARE(core::commonestFormat(document().plan()), "int4-g128");
        QVERIFY(document().estimate().originalBytes > 0);
    }
    void aGgufFileIsAModel()
    {
        KERF_REQUIRE_SHARED_DATA(data);
        m_workbench->openModel(
            data / "peers" / "llamacpp-gguf-q4_0" / "story-Q4_0.gguf", m_folder.filePath("gguf.kerf").toStdString());
        QVERIFY(test::isOpen(*m_workbench));
        QCOMPARE(document().plan().layers.size(), 14u);
        QCOMPARE(m_workbench->session()->project()->model.quantized->quantMethod(), "gguf");
        QVERIFY(m_workbench->session()->project()->tokenizer.has_value());
    }
    void anEditIsKeptUnasked()
    {
        QVERIFY(open("a.kerf"));
        document().setFormat({ 3 }, "int8-g128");
        QTRY_VERIFY(m_workbench->session()->draft());
        QCOMPARE(m_workbench->session()->draft()->layers[3].format, "int8-g128");
    }
    void closingLeavesNoModel()
    {
        QVERIFY(open("a.kerf"));
        QVERIFY(test::addProfile(*m_workbench) && test::addRun(*m_workbench, "int8-g128", core::RunState::Done));
        document().setFormat({ 4 }, "int3-g64");
        m_workbench->selection()->setLayers({ 1, 2 }, 2);
        m_workbench->selection()->setRun(m_workbench->runs().front().id);
        QVERIFY(!isEmpty());
        QSignalSpy closed(m_workbench.get(), &ui::Workbench::modelClosed);
        QSignalSpy runs(m_workbench.get(), &ui::Workbench::runsChanged);
        m_workbench->closeModel();
        QVERIFY(isEmpty());
        QCOMPARE(closed.count(), 1);
        QVERIFY(runs.count() > 0);
        m_workbench->closeModel(); // again: nothing is left to close
        QCOMPARE(closed.count(), 1);
        QVERIFY(m_said.isEmpty());
    }
    void aReopenedModelHasItsPlan()
    {
        QVERIFY(open("a.kerf"));
        QCOMPARE(document().plan().layers[3].format, "int8-g128"); // of the test before last
        QCOMPARE(document().plan().layers[4].format, "int3-g64");
        document().setFormat({ 5 }, "int8-g128");
        m_workbench->closeModel();
        QVERIFY(open("a.kerf"));
        QCOMPARE(document().plan().layers[5].format, "int8-g128");
        QVERIFY(document().profile());
        QCOMPARE(m_workbench->runs().size(), 1u);
        QCOMPARE(m_workbench->undo()->count(), 0);
    }
    void anotherModelTakesThePlaceOfTheFirst()
    {
        QVERIFY(open("a.kerf"));
        m_workbench->selection()->setLayers({ 7 }, 7);
        document().setFormat({ 7 }, "int8-g128");
        QSignalSpy opened(m_workbench.get(), &ui::Workbench::modelOpened);
        m_workbench->openModel(copyOfSample(), path("b.kerf"));
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, test::kOpenTimeout);
        QVERIFY(test::isOpen(*m_workbench));
        QCOMPARE(m_workbench->session()->workspaceFile(), path("b.kerf"));
        QVERIFY(m_workbench->runs().empty() && !document().profile());
        QVERIFY(m_workbench->selection()->layers().empty());
        QVERIFY(!m_workbench->undo()->canUndo());
        QCOMPARE(core::commonestFormat(document().plan()), "int4-g128");
        m_workbench->closeModel();
        QVERIFY(open("a.kerf"));
        QCOMPARE(document().plan().layers[7].format, "int8-g128"); // kept when the other came
    }
    void whatCannotBeOpenedLeavesTheModel_data()
    {
        QFile text(m_folder.filePath("text.kerf"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("This is no workspace.\n");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("workspace");
        QTest::newRow("no model") << m_folder.path() << m_folder.filePath("c.kerf");
        QTest::newRow("no workspace") << sampleModel() << m_folder.filePath("text.kerf");
    }
    void whatCannotBeOpenedLeavesTheModel()
    {
        QFETCH(QString, model);
        QFETCH(QString, workspace);
        QVERIFY(open("a.kerf"));
        const std::size_t runs = m_workbench->runs().size();
        const core::Plan plan = document().plan();
        QSignalSpy failed(m_workbench.get(), &ui::Workbench::openFailed);
        QSignalSpy closed(m_workbench.get(), &ui::Workbench::modelClosed);
        m_workbench->openModel(model.toStdString(), workspace.toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, test::kOpenTimeout);
        QVERIFY(!failed.front().front().toString().isEmpty());
        QCOMPARE(closed.count(), 0);
        QVERIFY(m_workbench->canWrite());
        QCOMPARE(m_workbench->session()->workspaceFile(), path("a.kerf"));
        QCOMPARE(m_workbench->runs().size(), runs);
        QVERIFY(document().plan().layers == plan.layers);
    }
    void aBusyWorkbenchNeitherClosesNorOpens()
    {
        QVERIFY(open("a.kerf"));
        QVERIFY(test::startIdleJob(*m_workbench));
        QSignalSpy closed(m_workbench.get(), &ui::Workbench::modelClosed);
        QSignalSpy elsewhere(m_workbench.get(), &ui::Workbench::openedElsewhere);
        m_workbench->closeModel();
        QCOMPARE(closed.count(), 0);
        QVERIFY(m_workbench->hasModel());
        QCOMPARE(m_said.size(), 1);
        m_workbench->openModel(sampleModel().toStdString());
        QCOMPARE(elsewhere.count(), 1);
        m_workbench->jobs()->clearQueue();
        QVERIFY(test::stopJob(*m_workbench));
        m_workbench->closeModel();
        QVERIFY(isEmpty());
    }
    void whatIsStartedMeanwhileWaits()
    {
        QVERIFY(open("queue.kerf"));
        ui::JobCenter& jobs = *m_workbench->jobs();
        QVERIFY(test::startIdleJob(*m_workbench));
        m_workbench->runPlan();
        QCOMPARE(jobs.waitingCount(), 1);
        m_workbench->runPlan(); // the same again
        QCOMPARE(jobs.waitingCount(), 1);
        QVERIFY2(m_said.size() == 1 && m_said[0].contains("already"), qPrintable(m_said.join(u'\n')));
        const int row = jobs.model()->rowOf(jobs.model()->queue().front());
        QCOMPARE(jobs.model()->job(row).state, ui::JobState::Waiting);
        QCOMPARE(jobs.model()->job(row).kind, QString("Quantize"));
        QCOMPARE(jobs.model()->job(row).message, QString("waits for Wait"));
        QCOMPARE(m_workbench->session()->storedJobs().size(), std::size_t { 1 }); // found, should the program end
        jobs.clearQueue();
        QCOMPARE(m_workbench->session()->storedJobs().size(), std::size_t { 0 });
        m_workbench->runPlan();
        jobs.stop();
        QTRY_VERIFY_WITH_TIMEOUT(jobs.waitingCount() == 0, test::kOpenTimeout); // its turn came
        jobs.stop();
        QTRY_VERIFY_WITH_TIMEOUT(!jobs.isRunning(), test::kOpenTimeout);
        QCOMPARE(m_workbench->session()->storedJobs().size(), std::size_t { 1 });
    }
    void aQueueIsFoundAgain()
    {
        QVERIFY(open("again.kerf"));
        QVERIFY(test::startIdleJob(*m_workbench));
        m_workbench->runPlan();
        m_workbench->jobs()->stopAll();
        QTRY_VERIFY_WITH_TIMEOUT(!m_workbench->jobs()->isRunning(), test::kOpenTimeout);
        QCOMPARE(m_workbench->jobs()->waitingCount(), 1); // nothing begins while the window closes
        m_workbench = std::make_unique<ui::Workbench>();
        QVERIFY(open("again.kerf"));
        const ui::JobModel& jobs = *m_workbench->jobs()->model();
        QCOMPARE(jobs.rowCount(), 1);
        QCOMPARE(jobs.job(0).state, ui::JobState::Stopped);
        QVERIFY(jobs.job(0).again);
        QVERIFY2(jobs.job(0).message.contains("queue"), qPrintable(jobs.job(0).message));
    }
    void aTakenWorkspaceIsForReadingOnly()
    {
        const test::HeldWorkspace held(path("a.kerf"));
        QVERIFY(held.isHeld());
        QStringList notes;
        connect(m_workbench.get(), &ui::Workbench::message, this, [&](const QString& text) { notes << text; });
        QVERIFY(open("a.kerf"));
        QVERIFY(!m_workbench->canWrite());
        QVERIFY(notes.contains(m_workbench->session()->readOnlyReason()));
        QCOMPARE(m_workbench->runs().size(), 1u);
        document().setFormat({ 9 }, "int8-g128"); // planning needs no writing
        m_workbench->savePlan();
        m_workbench->closeModel();
        QVERIFY(isEmpty());
        QVERIFY2(m_said.isEmpty(), qPrintable(m_said.join(u'\n')));
    }
    void aRunIsRenamedDeletedAndBroughtBack()
    {
        QVERIFY(open("a.kerf"));
        const core::RowId run = m_workbench->runs().front().id;
        m_workbench->renameRun(run, "first");
        QCOMPARE(m_workbench->runs().front().name, "first");
        m_workbench->deleteRun(run);
        QVERIFY(m_workbench->runs().empty());
        m_workbench->undo()->undo();
        QCOMPARE(m_workbench->runs().size(), 1u);
        m_workbench->undo()->undo();
        QVERIFY(m_workbench->runs().front().name != "first");
    }
    void unfinishedRunsAreJobsToResume()
    {
        QVERIFY(open("d.kerf"));
        QVERIFY(test::addRun(*m_workbench, "int8-g128", core::RunState::Stopped));
        QVERIFY(test::addRun(*m_workbench, "int4-g128", core::RunState::Done));
        m_workbench->closeModel();
        QCOMPARE(m_workbench->jobs()->model()->rowCount(), 0);
        QVERIFY(open("d.kerf"));
        const ui::JobModel& jobs = *m_workbench->jobs()->model();
        int stopped = 0;
        for (int row = 0; row < jobs.rowCount(); ++row)
            stopped += jobs.job(row).state == ui::JobState::Stopped && jobs.job(row).again;
        QCOMPARE(stopped, 1);
    }

private:
    ui::PlanDocument& document() { return *m_workbench->document(); }
    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    bool open(const char* workspace) { return test::openSample(*m_workbench, m_folder.filePath(workspace)); }
    static QString sampleModel() { return QString::fromStdString((test::sample() / "model").string()); }
    std::filesystem::path copyOfSample()
    {
        const std::filesystem::path copy = path("copy");
        if (!std::filesystem::exists(copy))
            std::filesystem::copy(test::sample() / "model", copy);
        return copy;
    }
    bool isEmpty()
    {
        return !m_workbench->hasModel() && !m_workbench->canWrite() && !m_workbench->session()->isOpen()
            && m_workbench->runs().empty() && m_workbench->sweepItems().empty() && document().isEmpty()
            && !document().network() && !document().profile() && m_workbench->undo()->count() == 0
            && m_workbench->selection()->layers().empty() && m_workbench->selection()->run() == 0
            && m_workbench->jobs()->model()->rowCount() == 0;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ui::Workbench> m_workbench;
    QStringList m_said; ///< errors
};

int main(int argc, char** argv)
{
    if (test::HeldWorkspace::isWanted(argc, argv))
        return test::HeldWorkspace::hold(argv[2]);
    QApplication application(argc, argv);
    TestWorkbench test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_workbench.moc"
