// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include "core/jobs/quantize_job.h"
#include "tests/jobs/sample_workspaces.h"

using namespace kerf::core;
using kerf::test::FreshFiles;
namespace fs = std::filesystem;

// kerf-test: slow
/// Other programs read a workspace while Kerf works on it: the sqlite3 program, as a person would type it.
class TestOutsidePrograms : public QObject {
    Q_OBJECT

    FreshFiles m_files;
    QString m_sqlite;

    struct Said {
        int exitCode = -1;
        QByteArray out, err;
    };
    Said sqlite(const fs::path& file, const QString& command) const
    {
        QProcess process;
        process.start(m_sqlite, { "-cmd", ".timeout 5000", QString::fromStdString(file.string()), command });
        process.waitForFinished();
        return { process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError() };
    }

private slots:
    void initTestCase()
    {
        m_sqlite = QStandardPaths::findExecutable("sqlite3");
        QVERIFY2(!m_sqlite.isEmpty(), "The sqlite3 program is missing: packaging/setup.sh installs it.");
    }

    /// Every connection of the window: a writer, a reader for the views, and what a job opens for itself.
    void openingAgainKeepsTheLocksOfOpenConnections()
    {
        const fs::path file = m_files.next();
        auto writer = Workspace::open(file).value();
        const RowId model = writer.addModel({ 0, "m", "/m", "aa", "llama", 1 }).value();
        Plan plan;
        plan.name = "p";
        plan.layers = { { "l", "bf16", "rtn" } };
        const RowId run = writer.beginRun(model, plan, {}).value();
        auto reader = Workspace::openReader(file).value();
        for (int i = 0; i < 20; ++i) {
            QVERIFY(Workspace::openReader(file).has_value());
            const Said said = sqlite(file, "select count(*) from event");
            QVERIFY2(said.exitCode == 0, said.err);
            QCOMPARE(said.out.trimmed().toInt(), i);
            // The last one to leave takes the log away: with the locks of Kerf's connections lost, that was sqlite3.
            QVERIFY2(fs::exists(file.string() + "-wal"), qPrintable(QString("read %1").arg(i)));
            const auto added = writer.addEvent(run, "info", std::to_string(i));
            QVERIFY2(added.has_value(), added ? "" : added.error().message.c_str());
            const auto seen = reader.events(run);
            QVERIFY2(seen.has_value(), seen ? "" : seen.error().message.c_str());
            QCOMPARE(seen->size(), static_cast<std::size_t>(i + 1));
        }
    }

    /// A file dialog that looks what kind of file it is, a workspace given where a text was meant: part of this process
    /// opens and closes the file beside SQLite.
    void theFileIsReadByThisProcessToo()
    {
        const fs::path file = m_files.next();
        auto writer = Workspace::open(file).value();
        const RowId model = writer.addModel({ 0, "m", "/m", "aa", "llama", 1 }).value();
        for (int i = 0; i < 5; ++i) {
            QVERIFY(std::ifstream(file, std::ios::binary).get() == 'S');
            const Said said = sqlite(file, "select count(*) from job");
            QVERIFY2(said.exitCode == 0, said.err);
            QCOMPARE(said.out.trimmed().toInt(), i);
            QVERIFY(fs::exists(file.string() + "-wal"));
            const auto added = writer.beginJob(model, "run", i);
            QVERIFY2(added.has_value(), added ? "" : added.error().message.c_str());
        }
        const fs::path log = file.string() + "-wal";
        {
            const Workspace last = std::move(writer);
        }
        QVERIFY(!fs::exists(log)); // the last connection still takes the log in
    }

    void twoHundredReadsAndACopyBesideARunningJob()
    {
        const fs::path file = m_files.next();
        const ProjectPtr project = kerf::test::sampleProject();
        QVERIFY(project);
        auto writer = Workspace::open(file).value(); // held open, as the window does
        auto reader = Workspace::openReader(file).value();
        std::atomic<bool> enough = false;
        std::atomic<int> runs = 0;
        std::string failure; // of the job
        std::thread worker([&] {
            for (int i = 0; !enough && failure.empty(); ++i) {
                auto workspace = Workspace::open(file);
                QuantizeSettings job;
                job.plan = uniformPlan(*project->model.network, "run " + std::to_string(i), "int4-g64", "rtn").value();
                job.seed = i; // each a run of its own
                const auto run = workspace ? runQuantize(*project, *workspace, job, {})
                                           : Result<RowId>(tl::unexpected(workspace.error()));
                failure = run ? "" : run.error().message;
                runs += run ? 1 : 0;
            }
        });
        QByteArray refused; // by sqlite3
        for (int i = 0; i < 200 && refused.isEmpty(); ++i) {
            const Said said = sqlite(file, "select count(*), max(tensor_hash) from run_layer");
            if (said.exitCode != 0)
                refused = said.err;
            if (const auto seen = reader.runs(); !seen)
                refused = seen.error().message.c_str();
        }
        const fs::path copy = m_files.path("copy.kerf");
        const Said backup = sqlite(file, ".backup " + QString::fromStdString(copy.string()));
        enough = true;
        worker.join();
        QVERIFY2(refused.isEmpty(), refused);
        QVERIFY2(failure.empty(), failure.c_str());
        QVERIFY2(backup.exitCode == 0, backup.err);
        QVERIFY(runs > 0);
        QCOMPARE(static_cast<int>(reader.runs().value().size()), runs.load());
        const auto copied = Workspace::open(copy);
        QVERIFY2(copied.has_value(), copied ? "" : copied.error().message.c_str());
        QVERIFY(!copied->runs().value().empty());
    }
};

QTEST_GUILESS_MAIN(TestOutsidePrograms)
#include "tst_outside_programs.moc"
