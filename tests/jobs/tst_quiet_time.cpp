// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include <QTest>

#include "core/jobs/quiet_time.h"

using namespace kerf::core;
using namespace std::chrono_literals;

class TestQuietTime : public QObject {
    Q_OBJECT
private slots:
    void companyIsKeptByMany()
    {
        const auto one = keepCompany({});
        const auto two = keepCompany({});
        QVERIFY(one && two);
    }
    /// Who waits for quiet is not kept waiting by who comes later.
    void timesAreTakenBetweenJobs()
    {
        std::atomic<int> step = 0;
        auto first = std::make_optional(keepCompany({}));
        std::jthread timer([&] {
            const auto quiet = takeQuiet({});
            QVERIFY(quiet.has_value());
            step = 1;
            std::this_thread::sleep_for(100ms);
            step = 2;
        });
        std::this_thread::sleep_for(100ms);
        QCOMPARE(step.load(), 0); // the first job is not over
        std::jthread second([&] {
            const auto company = keepCompany({});
            QVERIFY(company.has_value());
            QCOMPARE(step.exchange(3), 2); // after the times
        });
        std::this_thread::sleep_for(100ms);
        QCOMPARE(step.load(), 0);
        first.reset();
        second.join();
        QCOMPARE(step.load(), 3);
    }
    void whoWaitsCanBeStopped()
    {
        const auto company = keepCompany({});
        std::stop_source stop;
        std::atomic<bool> stopped = false;
        std::jthread timer([&] {
            const auto quiet = takeQuiet(JobContext(stop.get_token()));
            stopped = !quiet && quiet.error().code == ErrorCode::Cancelled;
        });
        std::this_thread::sleep_for(50ms);
        stop.request_stop();
        timer.join();
        QVERIFY(stopped);
        QVERIFY(keepCompany({}).has_value()); // and nobody waits for it
    }
};

QTEST_GUILESS_MAIN(TestQuietTime)

#include "tst_quiet_time.moc"
