// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <optional>

#include <QDBusConnection>
#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace kerf::ui {

class JobCenter;

struct DesktopBuses {
    QDBusConnection session = QDBusConnection::sessionBus();
    QDBusConnection system = QDBusConnection::systemBus();
};

/// What the desktop is told of jobs: that the machine must not fall asleep while one runs, and that one ended while a
/// person looks elsewhere. Without a bus, or without the services, nothing happens.
///
/// Sleep: org.freedesktop.login1.Manager.Inhibit (systemd, "inhibitor locks"), held as long as its file descriptor is
/// open; where that is not there, org.freedesktop.PowerManagement.Inhibit. Notifications: org.freedesktop.Notifications
/// (Desktop Notifications Specification 1.2).
class DesktopLink : public QObject {
    Q_OBJECT
public:
    explicit DesktopLink(JobCenter* jobs, const DesktopBuses& buses = {}, QObject* parent = nullptr);
    ~DesktopLink() override;

    bool holdsSleep() const { return m_lock.isValid() || m_cookie; }
    /// Jobs that took less are not told of. Seconds.
    void setTellAfter(double seconds) { m_tellAfter = seconds; }
    /// Whether a person has one of our windows in front; may be replaced.
    std::function<bool()> isInFront;

signals:
    void holdsSleepChanged(bool holds);

private:
    void follow();
    void hold();
    void holdByPowerManagement();
    void release();
    void changed();
    void tell(int job);

    JobCenter* m_jobs;
    DesktopBuses m_buses;
    bool m_isWanted = false; ///< a job runs
    QDBusUnixFileDescriptor m_lock; ///< of login1
    std::optional<uint> m_cookie; ///< of PowerManagement
    double m_tellAfter = 10;
};

} // namespace kerf::ui
