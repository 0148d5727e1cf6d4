// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <QApplication>
#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusUnixFileDescriptor>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include "tests/support/own_settings.h"
#include "ui/jobs/job_center.h"
#include "ui/window/desktop_link.h"

using namespace kerf;

/// systemd's side of an inhibitor lock: it holds until every descriptor of it is closed.
class FakeLogin : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.login1.Manager")
public:
    ~FakeLogin() override { close(); }
    bool isHeld() const
    {
        if (m_end < 0)
            return false;
        pollfd end { m_end, POLLIN, 0 };
        return ::poll(&end, 1, 0) == 0 || !(end.revents & POLLHUP);
    }
    QStringList asked;

public slots:
    QDBusUnixFileDescriptor Inhibit(const QString& what, const QString& who, const QString& why, const QString& mode)
    {
        asked = { what, who, why, mode };
        close();
        int ends[2] = { -1, -1 };
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return {};
        m_end = ends[0];
        QDBusUnixFileDescriptor given;
        given.giveFileDescriptor(ends[1]);
        return given;
    }

private:
    void close()
    {
        if (m_end >= 0)
            ::close(m_end);
        m_end = -1;
    }
    int m_end = -1;
};

class FakePower : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.PowerManagement.Inhibit")
public:
    uint held = 0;

public slots:
    uint Inhibit(const QString&, const QString&) { return held = 7; }
    void UnInhibit(uint cookie) { held = cookie == held ? 0 : held; }
};

class FakeNotifications : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    QStringList told;

public slots:
    uint Notify(const QString& name, uint, const QString&, const QString& summary, const QString& body,
        const QStringList&, const QVariantMap&, int)
    {
        told << QStringLiteral("%1|%2|%3").arg(name, summary, body);
        return 1;
    }
};

/// Sleep and notifications, on a bus of the test's own.
class TestDesktopLink : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        test::useOwnSettings("kerf-desktop-link");
        const QString daemon = QStandardPaths::findExecutable("dbus-daemon");
        if (daemon.isEmpty())
            QSKIP("There is no dbus-daemon: install Debian's package dbus-daemon.");
        m_daemon.start(daemon, { "--session", "--nofork", "--print-address" });
        QVERIFY(m_daemon.waitForStarted() && m_daemon.waitForReadyRead(10'000));
        m_address = QString::fromLocal8Bit(m_daemon.readLine()).trimmed();
        m_services = std::make_unique<QDBusConnection>(QDBusConnection::connectToBus(m_address, "services"));
        QVERIFY(m_services->isConnected());
        QVERIFY(m_services->registerService("org.freedesktop.Notifications"));
        QVERIFY(m_services->registerObject(
            "/org/freedesktop/Notifications", &m_notifications, QDBusConnection::ExportAllSlots));
        QVERIFY(m_services->registerObject("/org/freedesktop/login1", &m_login, QDBusConnection::ExportAllSlots));
        QVERIFY(m_services->registerObject(
            "/org/freedesktop/PowerManagement/Inhibit", &m_power, QDBusConnection::ExportAllSlots));
    }
    void init()
    {
        m_notifications.told.clear();
        m_jobs = std::make_unique<ui::JobCenter>();
    }
    void cleanup()
    {
        m_link.reset();
        m_jobs.reset();
    }
    void cleanupTestCase()
    {
        m_services.reset();
        m_daemon.terminate();
        m_daemon.waitForFinished();
    }

    void sleepIsHeldOffWhileAJobRuns()
    {
        QVERIFY(m_services->registerService("org.freedesktop.login1"));
        link();
        start("first");
        start("second");
        QTRY_VERIFY(m_link->holdsSleep());
        QVERIFY(m_login.isHeld());
        QCOMPARE(m_login.asked.first(), QString("sleep:idle"));
        QCOMPARE(m_login.asked.last(), QString("block"));
        m_jobs->stop(); // the second follows
        QTRY_COMPARE(m_jobs->waitingCount(), 0);
        QVERIFY(m_login.isHeld());
        m_jobs->stop();
        QTRY_VERIFY(!m_login.isHeld());
        QVERIFY(!m_link->holdsSleep());
        QVERIFY(m_services->unregisterService("org.freedesktop.login1"));
    }
    void withoutLoginThePowerManagerIsAsked()
    {
        QVERIFY(m_services->registerService("org.freedesktop.PowerManagement"));
        link();
        start("job");
        QTRY_VERIFY(m_link->holdsSleep());
        QCOMPARE(m_power.held, 7u);
        m_jobs->stop();
        QTRY_COMPARE(m_power.held, 0u);
        QVERIFY(m_services->unregisterService("org.freedesktop.PowerManagement"));
    }
    void aLinkThatGoesReleases()
    {
        QVERIFY(m_services->registerService("org.freedesktop.login1"));
        link();
        start("job");
        QTRY_VERIFY(m_login.isHeld() && m_link->holdsSleep());
        m_link.reset();
        QTRY_VERIFY(!m_login.isHeld());
        QVERIFY(m_services->unregisterService("org.freedesktop.login1"));
    }
    void withoutAnyServiceNothingHappens()
    {
        link();
        start("job");
        QTest::qWait(100);
        QVERIFY(!m_link->holdsSleep());
        m_jobs->stop();
        QTRY_VERIFY(!m_jobs->isRunning());
    }
    void withoutABusNothingHappens()
    {
        m_link = std::make_unique<ui::DesktopLink>(
            m_jobs.get(), ui::DesktopBuses { QDBusConnection("none"), QDBusConnection("none") });
        m_link->isInFront = [] { return false; };
        m_link->setTellAfter(0);
        quick("job", true);
        QTRY_VERIFY(!m_jobs->isRunning());
        QVERIFY(!m_link->holdsSleep());
    }
    void anEndIsToldToWhoLooksElsewhere()
    {
        link();
        m_link->setTellAfter(0);
        m_link->isInFront = [] { return false; };
        quick("quantize <mixed>", true);
        QTRY_COMPARE(m_notifications.told.size(), 1);
        QVERIFY2(m_notifications.told[0].startsWith("Kerf|quantize <mixed>|Done after"),
            qPrintable(m_notifications.told[0]));
        quick("other", false);
        QTRY_COMPARE(m_notifications.told.size(), 2);
        QCOMPARE(m_notifications.told[1], QString("Kerf|other|Failed: it &lt;broke&gt;"));
    }
    void nobodyIsToldWhatTheySee()
    {
        link();
        m_link->setTellAfter(0);
        m_link->isInFront = [] { return true; };
        quick("in front", true);
        QTRY_VERIFY(!m_jobs->isRunning());
        m_link->isInFront = [] { return false; };
        m_link->setTellAfter(1000);
        quick("quick", true);
        QTRY_VERIFY(!m_jobs->isRunning());
        m_link->setTellAfter(0);
        start("stopped"); // by a person
        m_jobs->stop();
        QTRY_VERIFY(!m_jobs->isRunning());
        QTest::qWait(100);
        QCOMPARE(m_notifications.told, QStringList());
    }

private:
    void link()
    {
        const QDBusConnection bus = QDBusConnection::connectToBus(m_address, "client");
        m_link = std::make_unique<ui::DesktopLink>(m_jobs.get(), ui::DesktopBuses { bus, bus });
    }
    void start(const QString& title)
    {
        m_jobs->start({ title,
            [](const core::JobContext& job) -> core::Status {
                while (true) {
                    KERF_CHECK(job.checkStop());
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
                }
            },
            {}, {} });
    }
    void quick(const QString& title, bool succeeds)
    {
        m_jobs->start({ title,
            [succeeds](const core::JobContext&) -> core::Status {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                return succeeds ? core::Status() : core::fail(core::ErrorCode::Numerical, "it <broke>");
            },
            {}, {} });
    }

    QProcess m_daemon;
    QString m_address;
    std::unique_ptr<QDBusConnection> m_services;
    FakeLogin m_login;
    FakePower m_power;
    FakeNotifications m_notifications;
    std::unique_ptr<ui::JobCenter> m_jobs;
    std::unique_ptr<ui::DesktopLink> m_link;
};

QTEST_MAIN(TestDesktopLink)

#include "tst_desktop_link.moc"
