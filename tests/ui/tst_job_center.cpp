// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QTest>

#include "tests/support/own_settings.h"
#include "ui/jobs/job_center.h"
#include "ui/jobs/job_filter_proxy.h"

using namespace kerf;
using core::JobCompany;
using ui::JobState;

/// The queue: what runs beside what, in which order, and what pausing keeps.
class TestJobCenter : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { test::useOwnSettings("kerf-job-center"); }
    void init()
    {
        m_begun.clear();
        m_jobs = std::make_unique<ui::JobCenter>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_jobs->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup()
    {
        m_tester.reset();
        m_jobs.reset(); // stops what runs
    }

    void oneWritesAndOneReadsBeside()
    {
        const ui::JobId writer = start("writer", JobCompany::Writer);
        const ui::JobId second = start("second writer", JobCompany::Writer);
        const ui::JobId reader = start("reader", JobCompany::Reader);
        const ui::JobId other = start("other reader", JobCompany::Reader);
        QCOMPARE(m_begun, (QStringList { "writer", "reader" }));
        QVERIFY(m_jobs->isRunning(writer) && m_jobs->isRunning(reader));
        QVERIFY(m_jobs->isWaiting(second) && m_jobs->isWaiting(other));
        QCOMPARE(message(second), QString("waits for writer"));
        QCOMPARE(message(other), QString("waits for reader"));
        m_jobs->stop(reader);
        QTRY_VERIFY(m_jobs->isRunning(other));
        QVERIFY(m_jobs->isWaiting(second));
        m_jobs->stop(writer);
        QTRY_VERIFY(m_jobs->isRunning(second));
        QCOMPARE(titles(), (QStringList { "other reader", "second writer", "writer", "reader" }));
    }
    void timesAreTakenAlone()
    {
        start("writer", JobCompany::Writer);
        const ui::JobId timer = start("timer", JobCompany::Timer);
        const ui::JobId reader = start("reader", JobCompany::Reader);
        QCOMPARE(m_begun, QStringList { "writer" }); // or a stream of readers would keep the timer waiting
        QCOMPARE(message(timer), QString("waits for writer: times are taken alone"));
        QCOMPARE(message(reader), QString("waits for timer, which runs alone"));
        m_jobs->stop();
        QTRY_VERIFY(m_jobs->isRunning(timer));
        QCOMPARE(m_jobs->runningCount(), 1);
        m_jobs->stop();
        QTRY_VERIFY(m_jobs->isRunning(reader));
    }
    void theQueueHasAnOrder()
    {
        start("running", JobCompany::Writer);
        const ui::JobId a = start("a", JobCompany::Writer);
        start("b", JobCompany::Writer);
        const ui::JobId c = start("c", JobCompany::Writer);
        QVERIFY(m_jobs->moveBy(c, -1));
        QVERIFY(m_jobs->moveBy(a, 2));
        QCOMPARE(titles(), (QStringList { "running", "c", "b", "a" }));
        QVERIFY(!m_jobs->moveBy(c, -1)); // before it is what runs
        QVERIFY(!m_jobs->moveBy(a, 1));
        m_jobs->stop(c);
        QCOMPARE(titles(), (QStringList { "running", "b", "a" })); // never begun: not listed any more
        m_jobs->stop();
        QTRY_COMPARE(m_begun.size(), 2);
        QCOMPARE(m_begun.last(), QString("b"));
        m_jobs->clearQueue();
        QCOMPARE(titles(), (QStringList { "b", "running" }));
    }
    void aPausedJobKeepsItsPlaceAndGoesOn()
    {
        const ui::JobId first = start("first", JobCompany::Writer);
        const ui::JobId second = start("second", JobCompany::Writer);
        QTest::qWait(20);
        m_jobs->pause(first);
        QVERIFY(m_jobs->isStopping(first));
        QTRY_VERIFY(m_jobs->isRunning(second)); // which does not wait for it
        QCOMPARE(state(first), JobState::Paused);
        QCOMPARE(titles(), (QStringList { "second", "first" }));
        const double worked = record(first).seconds;
        QVERIFY(worked > 0);
        m_jobs->resume(first);
        QCOMPARE(state(first), JobState::Waiting);
        m_jobs->pause(first); // so does one that waits
        m_jobs->stop(second);
        QTRY_VERIFY(!m_jobs->isRunning());
        QCOMPARE(state(first), JobState::Paused);
        m_jobs->resume(first);
        QVERIFY(m_jobs->isRunning(first));
        QCOMPARE(m_begun, (QStringList { "first", "second", "first" }));
        QTest::qWait(20);
        m_jobs->pause(first);
        QTRY_COMPARE(state(first), JobState::Paused);
        QVERIFY(record(first).seconds > worked); // of both tries
        m_jobs->stop(first);
        QCOMPARE(state(first), JobState::Stopped); // what was made stays, and so does its row
        QVERIFY(!m_jobs->isOpen(first));
    }
    void stopMeansTheSelectedJob()
    {
        const ui::JobId writer = start("writer", JobCompany::Writer);
        const ui::JobId reader = start("reader", JobCompany::Reader);
        QCOMPARE(m_jobs->inHand(), writer);
        m_jobs->select(reader);
        QCOMPARE(m_jobs->inHand(), reader);
        QCOMPARE(m_jobs->status().title, QString("reader"));
        m_jobs->stop();
        QTRY_COMPARE(state(reader), JobState::Stopped);
        QVERIFY(m_jobs->isRunning(writer));
        QCOMPARE(m_jobs->inHand(), writer); // what is selected does not run
    }
    void theSameWorkIsKnown()
    {
        ui::JobSpec spec = specOf("keyed", JobCompany::Writer);
        spec.key = "run 1";
        QVERIFY(!m_jobs->has("run 1"));
        start("before", JobCompany::Writer);
        const ui::JobId job = m_jobs->start(spec);
        QVERIFY(m_jobs->has("run 1"));
        m_jobs->stop(job);
        QVERIFY(!m_jobs->has("run 1"));
        QVERIFY(!m_jobs->has({}));
    }
    void listIsFiltered()
    {
        ui::JobFilterProxy proxy;
        proxy.setSourceModel(m_jobs->model());
        const QAbstractItemModelTester tester(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        start("quantize mixed 4.25", JobCompany::Writer);
        const ui::JobId reader = start("evaluate awq", JobCompany::Reader);
        QCOMPARE(proxy.rowCount(), 2);
        proxy.setFilter(QRegularExpression("awq"));
        QCOMPARE(proxy.rowCount(), 1);
        proxy.setFilter(QRegularExpression());
        m_jobs->stop(reader);
        QTRY_COMPARE(state(reader), JobState::Stopped);
        proxy.showHistory(false);
        QCOMPARE(proxy.rowCount(), 1);
        QCOMPARE(proxy.index(0, 0).data().toString(), QString("quantize mixed 4.25"));
    }

private:
    ui::JobSpec specOf(const QString& title, JobCompany company)
    {
        ui::JobSpec spec { title,
            [](const core::JobContext& job) -> core::Status {
                while (true) {
                    KERF_CHECK(job.checkStop());
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
            },
            {}, {} };
        spec.company = company;
        spec.begun = [this, title] { m_begun << title; };
        return spec;
    }
    ui::JobId start(const QString& title, JobCompany company) { return m_jobs->start(specOf(title, company)); }
    const ui::JobRecord& record(ui::JobId job) const { return m_jobs->model()->job(m_jobs->model()->rowOf(job)); }
    JobState state(ui::JobId job) const { return record(job).state; }
    QString message(ui::JobId job) const { return record(job).message; }
    QStringList titles() const
    {
        QStringList all;
        for (int row = 0; row < m_jobs->model()->rowCount(); ++row)
            all << m_jobs->model()->job(row).title;
        return all;
    }

    std::unique_ptr<ui::JobCenter> m_jobs;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    QStringList m_begun;
};

QTEST_MAIN(TestJobCenter)

#include "tst_job_center.moc"
