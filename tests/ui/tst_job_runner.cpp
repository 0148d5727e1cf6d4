// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "ui/jobs/job_runner.h"

using namespace kerf;
using namespace std::chrono_literals;

class TestJobRunner : public QObject {
    Q_OBJECT
private slots:
    void reportsAreThrottledAndTheLastArrives()
    {
        ui::JobRunner runner;
        std::vector<core::Progress> seen;
        QThread* const uiThread = QThread::currentThread();
        connect(&runner, &ui::JobRunner::progressChanged, this, [&](const core::Progress& progress) {
            QCOMPARE(QThread::currentThread(), uiThread);
            seen.push_back(progress);
        });
        QSignalSpy finished(&runner, &ui::JobRunner::finished);
        QElapsedTimer clock;
        clock.start();
        runner.start([](const core::JobContext& job) -> core::Status {
            for (int i = 1; i <= 3000; ++i) {
                job.progress({ "Counting", i, 3000, "steps" });
                if (i % 10 == 0)
                    std::this_thread::sleep_for(1ms);
            }
            return {};
        });
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(seen.back().done, 3000);
        // One at the start, one every 50 ms, one at the end.
        QVERIFY2(
            static_cast<qint64>(seen.size()) <= clock.elapsed() / 50 + 2, qPrintable(QString::number(seen.size())));
        QVERIFY(!runner.isRunning());
    }
    void stopAnswersAndTellsWhy()
    {
        ui::JobRunner runner;
        ui::JobOutcome outcome;
        QSignalSpy finished(&runner, &ui::JobRunner::finished);
        connect(&runner, &ui::JobRunner::finished, this, [&](const ui::JobOutcome& o) { outcome = o; });
        std::atomic<bool> started = false;
        runner.start([&](const core::JobContext& job) -> core::Status {
            started = true;
            while (true) {
                KERF_CHECK(job.checkStop());
                std::this_thread::sleep_for(1ms);
            }
        });
        QTRY_VERIFY(started);
        QVERIFY(runner.isRunning());
        QElapsedTimer clock;
        clock.start();
        runner.stop();
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(clock.elapsed() < 1000);
        QVERIFY(outcome.stopped());
        QCOMPARE(outcome.code, core::ErrorCode::Cancelled);
    }
    void destructionStopsAndJoins()
    {
        std::atomic<bool> ended = false;
        {
            ui::JobRunner runner;
            runner.start([&](const core::JobContext& job) -> core::Status {
                while (!job.stopRequested())
                    std::this_thread::sleep_for(1ms);
                ended = true;
                return {};
            });
        }
        QVERIFY(ended);
    }
    void memoryThatRunsOutIsAnError()
    {
        ui::JobRunner runner;
        ui::JobOutcome outcome;
        QSignalSpy finished(&runner, &ui::JobRunner::finished);
        connect(&runner, &ui::JobRunner::finished, this, [&](const ui::JobOutcome& o) { outcome = o; });
        runner.start([](const core::JobContext&) -> core::Status { throw std::bad_alloc(); });
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(outcome.code, core::ErrorCode::OutOfMemory);
    }
    void anyExceptionIsAnError_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("says");
        QTest::newRow("a library's") << 0 << "a size of a tensor";
        QTest::newRow("not even an exception") << 1 << "Unexpected failure";
    }
    void anyExceptionIsAnError()
    {
        QFETCH(int, kind);
        QFETCH(QString, says);
        ui::JobRunner runner;
        ui::JobOutcome outcome;
        QSignalSpy finished(&runner, &ui::JobRunner::finished);
        connect(&runner, &ui::JobRunner::finished, this, [&](const ui::JobOutcome& o) { outcome = o; });
        runner.start([kind](const core::JobContext&) -> core::Status {
            if (kind == 0)
                throw std::length_error("a size of a tensor");
            throw 42;
        });
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(!outcome.done && outcome.code == core::ErrorCode::Internal);
        QVERIFY2(outcome.message.contains(says), qPrintable(outcome.message));
    }
    void logLinesArriveInOrder()
    {
        ui::JobRunner runner;
        QStringList lines;
        QSignalSpy finished(&runner, &ui::JobRunner::finished);
        connect(&runner, &ui::JobRunner::logged, this, [&](core::LogLevel, const QString& line) { lines << line; });
        runner.start([](const core::JobContext& job) -> core::Status {
            job.log(core::LogLevel::Info, "one");
            job.log(core::LogLevel::Warning, "two");
            return {};
        });
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(lines, (QStringList { "one", "two" }));
    }
};

QTEST_GUILESS_MAIN(TestJobRunner)
#include "tst_job_runner.moc"
