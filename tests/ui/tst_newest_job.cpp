// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <QSignalSpy>
#include <QTest>

#include "ui/jobs/newest_job.h"

using namespace kerf;

/// What is looked up beside the UI thread: the newest wish alone.
class TestNewestJob : public QObject {
    Q_OBJECT
private slots:
    void aFailureOfAnOlderWishIsNoAnswerToTheNewer()
    {
        ui::NewestJob lookup;
        std::atomic<bool> mayEnd = false;
        int begun = 0;
        QList<ui::JobOutcome> outcomes;
        connect(&lookup, &ui::NewestJob::due, this, [&] {
            lookup.start([&mayEnd, isFirst = ++begun == 1](const core::JobContext&) -> core::Status {
                if (!isFirst)
                    return {};
                while (!mayEnd)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return core::fail(core::ErrorCode::Io, "the disk of the older wish");
            });
        });
        connect(&lookup, &ui::NewestJob::finished, this, [&](const ui::JobOutcome& outcome) { outcomes << outcome; });
        lookup.ask(true);
        QTRY_VERIFY(lookup.isRunning());
        lookup.ask(true);
        mayEnd = true;
        QTRY_COMPARE(outcomes.size(), 2);
        QVERIFY(outcomes[0].stopped() && outcomes[0].message.isEmpty());
        QVERIFY(outcomes[1].done);
        QCOMPARE(begun, 2);
    }
    void aFailureOfTheNewestIsTold()
    {
        ui::NewestJob lookup;
        QString message;
        connect(&lookup, &ui::NewestJob::due, this, [&] {
            lookup.start([](const core::JobContext&) -> core::Status {
                return core::fail(core::ErrorCode::Io, "the disk is full");
            });
        });
        connect(&lookup, &ui::NewestJob::finished, this,
            [&](const ui::JobOutcome& outcome) { message = outcome.stopped() ? QString("stopped") : outcome.message; });
        lookup.ask(true);
        QTRY_VERIFY(message.contains("the disk is full"));
    }
    void onlyTheNewestWishIsAnswered()
    {
        ui::NewestJob lookup;
        QSignalSpy due(&lookup, &ui::NewestJob::due);
        std::vector<std::uint64_t> done;
        connect(&lookup, &ui::NewestJob::due, this, [&] {
            lookup.start([&, number = lookup.number()](const core::JobContext& job) -> core::Status {
                for (int i = 0; i < 50; ++i) {
                    KERF_CHECK(job.checkStop());
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
                QMetaObject::invokeMethod(
                    this, [&done, number] { done.push_back(number); }, Qt::QueuedConnection);
                return {};
            });
        });
        for (int i = 0; i < 20; ++i)
            lookup.ask(true); // arrow keys through a list
        const std::uint64_t newest = lookup.number();
        QTRY_COMPARE(done.size(), 1u);
        QCOMPARE(done.front(), newest);
        QCOMPARE(due.count(), 1);
        lookup.ask(true);
        QTRY_VERIFY(lookup.isRunning());
        lookup.ask(true); // while one is looked up
        QTRY_COMPARE(done.size(), 2u);
        QCOMPARE(done.back(), lookup.number());
        QTRY_VERIFY(!lookup.isRunning());
    }
    void whatNobodyLooksAtIsNotLookedUp()
    {
        ui::NewestJob lookup;
        QSignalSpy due(&lookup, &ui::NewestJob::due);
        lookup.ask(false);
        QTest::qWait(200);
        QCOMPARE(due.count(), 0);
    }
};

QTEST_MAIN(TestNewestJob)
#include "tst_newest_job.moc"
