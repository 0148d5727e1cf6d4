// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What is kept of a window's work when it stops, is closed or is killed: the plan in hand and the jobs.

#include <cstdio>

#include <QApplication>
#include <QProcess>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include "core/jobs/quantize_job.h"
#include "tests/integration/window_driver.h"
#include "tests/support/test_data.h"
#include "ui/jobs/jobs_panel.h"

using namespace kerf;
using kerf::test::kJobTimeout;

namespace {

const char* const kWorkspaceToEdit = "KERF_TEST_WORKSPACE_TO_EDIT";

std::filesystem::path model()
{
    return kerf::test::sample() / "model";
}

/// Another program: a window in which somebody edits, until it is killed.
int editUntilKilled(const QByteArray& workspace)
{
    ui::MainWindow window;
    window.show();
    window.openModel(model(), workspace.toStdString());
    if (!QTest::qWaitFor(
            [&] { return window.workbench()->hasModel() && !window.workbench()->jobs()->isRunning(); }, kJobTimeout))
        return 1;
    window.workbench()->document()->setFormat({ 0, 5 }, "int8-channel");
    window.workbench()->document()->rename("edited, not saved");
    std::puts("edited");
    std::fflush(stdout);
    return QApplication::exec();
}

} // namespace

class TestWindowJobs : public kerf::test::WindowDriver {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-jobs");
        QVERIFY(m_folder.isValid());
    }
    void cleanup() { m_window.reset(); }

    void editsSurviveAKill()
    {
        const QString file = m_folder.filePath("edited.kerf");
        QProcess editor;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(kWorkspaceToEdit, file);
        editor.setProcessEnvironment(environment);
        editor.start(QCoreApplication::applicationFilePath(), QStringList());
        QVERIFY(editor.waitForStarted());
        QByteArray said;
        while (!said.contains("edited") && editor.waitForReadyRead(kJobTimeout))
            said += editor.readAllStandardOutput();
        QVERIFY2(said.contains("edited"), editor.readAllStandardError());
        QThread::msleep(1000); // what a kill may cost
        editor.kill();
        QVERIFY(editor.waitForFinished());
        QVERIFY(showWindow());
        m_window->openModel(model(), file.toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(workbench()->hasModel(), kJobTimeout);
        QVERIFY(idle());
        const core::Plan& plan = workbench()->document()->plan();
        QCOMPARE(plan.name, std::string("edited, not saved"));
        QCOMPARE(plan.layers[0].format, std::string("int8-channel"));
        QCOMPARE(plan.layers[5].format, std::string("int8-channel"));
        QVERIFY(plan.layers[1].format != "int8-channel");
        // No plan that a person named is touched by that.
        QVERIFY(workbench()->session()->savedPlans().empty());
    }

    void aSweepThatWasStoppedIsFoundAfterClosing()
    {
        const std::filesystem::path file = m_folder.filePath("sweep.kerf").toStdString();
        QVERIFY(open(file));
        const core::Network& network = *workbench()->session()->network();
        std::vector<core::Plan> plans;
        for (const char* format : { "int4-g64", "int3-g64", "int5-g64" })
            plans.push_back(core::uniformPlan(network, format, format, "rtn").value());
        workbench()->sweep(plans);
        QVERIFY(QTest::qWaitFor(
            [this] { return workbench()->sweepItems().front().state == core::SweepState::Done; }, kJobTimeout));
        trigger("Stop");
        QVERIFY(idle());
        QCOMPARE(workbench()->jobs()->model()->job(0).state, ui::JobState::Stopped);
        m_window.reset();

        QVERIFY(open(file));
        ui::JobModel& jobs = *workbench()->jobs()->model();
        const int rows = jobs.rowCount();
        QVERIFY(rows >= 1);
        QVERIFY2(jobs.job(0).title.contains("Sweep of 3"), qPrintable(jobs.job(0).title));
        QCOMPARE(jobs.job(0).state, ui::JobState::Stopped);
        for (int row = 0; row < rows; ++row) // its unfinished run is not offered a second time
            QVERIFY2(!jobs.job(row).title.startsWith("Run "), qPrintable(jobs.job(row).title));
        m_window->findChild<QTableView*>("jobTable")->selectRow(0);
        auto* resume = m_window->findChild<QPushButton*>("resumeJob");
        QVERIFY(resume->isEnabled());
        resume->click();
        QVERIFY(workbench()->jobs()->isRunning());
        QVERIFY(idle());
        QCOMPARE(jobs.job(0).state, ui::JobState::Done);
        QCOMPARE(jobs.rowCount(), rows); // the same job, not another one
        QCOMPARE(workbench()->session()->runs().size(), std::size_t { 4 });
        for (const core::RunRow& run : workbench()->session()->runs())
            QVERIFY2(run.metric("kld_mean"), run.name.c_str());
        QCOMPARE(workbench()->sweepItems().size(), std::size_t { 3 });
    }

    void aRunWithoutMetricsIsMeasuredOnRequest()
    {
        const std::filesystem::path file = m_folder.filePath("bare.kerf").toStdString();
        QVERIFY(open(file));
        const core::Plan plan
            = core::uniformPlan(*workbench()->session()->network(), "bare", "int4-g64", "rtn").value();
        core::RowId run = 0;
        {
            auto workspace = core::Workspace::open(file).value();
            run = core::runQuantize(*workbench()->session()->project(), workspace, { plan, {}, 0 }, {}).value();
        }
        workbench()->session()->refreshRuns();
        workbench()->selection()->setRun(run);
        QVERIFY(!workbench()->session()->run(run)->metric("kld_mean"));
        m_window->actions()->evaluateRun->trigger();
        QVERIFY(workbench()->jobs()->isRunning());
        m_window->actions()->measureSpeed->trigger(); // waits: times are taken alone
        QCOMPARE(workbench()->jobs()->runningCount(), 1);
        QCOMPARE(workbench()->jobs()->waitingCount(), 1);
        QVERIFY(idle());
        QVERIFY2(workbench()->session()->run(run)->metric("kld_mean"), qPrintable(m_window->messageText()));
        QVERIFY2(workbench()->session()->run(run)->metric("measured_decode_tokens_per_second"),
            qPrintable(m_window->messageText()));
        const QStringList titles { workbench()->jobs()->model()->job(0).title,
            workbench()->jobs()->model()->job(1).title };
        QVERIFY2(titles[0].contains("bare") && titles[1].contains("bare"), qPrintable(titles.join(", ")));
    }

private:
    /// A window on the sample with few and short windows of text.
    bool open(const std::filesystem::path& file)
    {
        if (!showWindow())
            return false;
        m_window->openModel(model(), file);
        if (!QTest::qWaitFor([this] { return workbench()->hasModel(); }, kJobTimeout) || !idle())
            return false;
        ui::DataSettings settings = ui::dataSettingsOf(*workbench()->session()->project());
        settings.calibration.window = settings.evaluation.window = 64;
        settings.calibration.samples = settings.evaluation.samples = 4;
        ui::saveDataSettings(*workbench()->session()->project(), settings);
        return settings.isComplete();
    }

    QTemporaryDir m_folder;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (const QByteArray workspace = qgetenv(kWorkspaceToEdit); !workspace.isEmpty()) {
        test::useOwnSettings("kerf-jobs-editor");
        return editUntilKilled(workspace);
    }
    TestWindowJobs test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window_jobs.moc"
