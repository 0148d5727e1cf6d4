// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later
// kerf-test: slow

#include <csignal>

#include <QElapsedTimer>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "tests/support/kerf_cli.h"
#include "tests/support/test_data.h"

using kerf::test::CliResult;
using kerf::test::kerfCli;

/// Kills and stops the real program while it quantizes. tests/soak/kill_quantize.sh does the same many times.
class TestCliCrash : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    qint64 m_duration = 0; ///< of the job when nothing disturbs it, ms

    QStringList job(const QString& workspace, bool sequential) const
    {
        const std::filesystem::path sample = kerf::test::sample();
        QStringList arguments { "quantize", QString::fromStdString((sample / "model").string()), "--format", "int4-g64",
            "--name", "crash", "--calibration", QString::fromStdString((sample / "calibration.txt").string()),
            "--window", "64", "--samples", "8", "-w", m_folder.filePath(workspace) };
        if (sequential)
            arguments << "--sequential";
        return arguments;
    }

    QByteArray checksums(const QString& workspace) const
    {
        const CliResult run = kerfCli({ "runs", "crash", "--json", "-w", m_folder.filePath(workspace) });
        QByteArray text;
        for (const QJsonValue layer : run.json()["layer_reports"].toArray())
            text += (layer["layer"].toString() + layer["artifact_key"].toString() + layer["tensor_hash"].toString())
                        .toUtf8();
        return text;
    }

    QByteArray uninterrupted(bool sequential)
    {
        QElapsedTimer timer;
        timer.start();
        const QString workspace = sequential ? "whole-s.kerf" : "whole-i.kerf";
        if (kerfCli(job(workspace, sequential)).exitCode != 0)
            return {};
        m_duration = timer.elapsed();
        return checksums(workspace);
    }

private slots:
    void killedAtRandomMomentsGivesTheSameBits_data()
    {
        QTest::addColumn<bool>("sequential");
        QTest::newRow("independent") << false;
        QTest::newRow("sequential") << true;
    }
    void killedAtRandomMomentsGivesTheSameBits()
    {
        QFETCH(bool, sequential);
        const QByteArray expected = uninterrupted(sequential);
        QVERIFY(expected.size() > 42 * 128);
        kerf::core::CounterRng random(20260102, sequential);
        int killed = 0;
        for (int trial = 0; trial < 2; ++trial) {
            const QString workspace = QString("trial-%1-%2.kerf").arg(sequential).arg(trial);
            for (int kill = 0; kill < 2; ++kill) {
                QProcess process;
                process.start(kerf::test::kerfCliPath(), job(workspace, sequential));
                if (!process.waitForFinished(
                        static_cast<int>(random.below(static_cast<std::uint64_t>(m_duration))) + 1)) {
                    process.kill();
                    process.waitForFinished();
                    ++killed;
                }
            }
            const CliResult resumed = kerfCli(job(workspace, sequential));
            QVERIFY2(resumed.exitCode == 0, resumed.err);
            QVERIFY(checksums(workspace) == expected);
        }
        QVERIFY(killed > 0);
    }

    void terminatedStopsCleanlyAndGoesOn()
    {
        const QByteArray expected = uninterrupted(false);
        QProcess process;
        process.start(kerf::test::kerfCliPath(), job("stop.kerf", false));
        QVERIFY(process.waitForStarted());
        process.waitForFinished(static_cast<int>(m_duration / 2));
        QVERIFY(process.state() == QProcess::Running);
        QElapsedTimer timer;
        timer.start();
        process.terminate();
        QVERIFY(process.waitForFinished(20000));
        qInfo("stopped %lld ms after the request", static_cast<long long>(timer.elapsed()));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 4);
        const CliResult resumed = kerfCli(job("stop.kerf", false));
        QVERIFY2(resumed.exitCode == 0, resumed.err);
        QVERIFY(checksums("stop.kerf") == expected);
    }

    void aKilledSweepGoesOnFromItsJob()
    {
        const std::filesystem::path sample = kerf::test::sample();
        const QStringList work { "-w", m_folder.filePath("sweep.kerf") };
        QProcess process;
        process.start(kerf::test::kerfCliPath(),
            QStringList { "sweep", QString::fromStdString((sample / "model").string()), "--formats",
                "int4-g64,int3-g64,int5-g64", "--methods", "rtn", "--window", "64", "--samples", "8", "--text",
                QString::fromStdString((sample / "evaluation.txt").string()), "--text-samples", "4", "--no-bench" }
                + work);
        QVERIFY(process.waitForStarted());
        const auto listed = [&] { return kerfCli(QStringList { "runs", "--json" } + work).json()["runs"].toArray(); };
        QTRY_VERIFY_WITH_TIMEOUT(!listed().isEmpty(), 60000);
        QVERIFY(process.state() == QProcess::Running);
        process.kill();
        process.waitForFinished();
        // What the next writer does first: it finds the job that nobody ended.
        const CliResult resumed = kerfCli(QStringList { "jobs", "1", "--resume", "--json" } + work);
        VERIFY_EXIT(resumed, 0);
        QCOMPARE(resumed.json()["kind"].toString(), "sweep");
        QCOMPARE(resumed.json()["state"].toString(), "done");
        QCOMPARE(resumed.json()["items"].toArray().size(), 3);
        const auto jobs = kerfCli(QStringList { "jobs", "--json" } + work).json()["jobs"].toArray();
        QCOMPARE(jobs.size(), 1);
        QCOMPARE(jobs[0].toObject()["title"].toString(), "Sweep of 3 plans");
        QCOMPARE(listed().size(), 4); // and the original
        for (const QJsonValue run : listed())
            QVERIFY2(run.toObject().contains("kld_mean"), qPrintable(run.toObject()["name"].toString()));
        VERIFY_EXIT(kerfCli(QStringList { "jobs", "1", "--resume" } + work), 2); // it is done
        VERIFY_EXIT(kerfCli(QStringList { "jobs", "7" } + work), 2);
        VERIFY_EXIT(kerfCli(QStringList { "jobs", "1", "--delete" } + work), 0);
        QVERIFY(kerfCli(QStringList { "jobs", "--json" } + work).json()["jobs"].toArray().isEmpty());
    }

    void aSecondProcessCannotWrite()
    {
        QProcess first;
        first.start(kerf::test::kerfCliPath(), job("both.kerf", false));
        QVERIFY(first.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath("both.kerf")), 20000);
        const CliResult second = kerfCli(job("both.kerf", false));
        QVERIFY2(second.exitCode == 1, second.err);
        QVERIFY2(second.err.contains(QByteArray::number(first.processId())), second.err);
        const CliResult looking = kerfCli({ "runs", "-w", m_folder.filePath("both.kerf") });
        QVERIFY2(looking.exitCode == 0, looking.err);
        QVERIFY(first.waitForFinished(300000));
        QCOMPARE(first.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestCliCrash)
#include "tst_cli_crash.moc"
