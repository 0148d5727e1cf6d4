// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/window/desktop_link.h"

#include <utility>

#include <QApplication>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include "ui/jobs/job_center.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

const QString kLogin = QStringLiteral("org.freedesktop.login1");
const QString kLoginPath = QStringLiteral("/org/freedesktop/login1");
const QString kLoginManager = QStringLiteral("org.freedesktop.login1.Manager");
const QString kPower = QStringLiteral("org.freedesktop.PowerManagement");
const QString kPowerPath = QStringLiteral("/org/freedesktop/PowerManagement/Inhibit");
const QString kPowerInhibit = QStringLiteral("org.freedesktop.PowerManagement.Inhibit");
const QString kNotifications = QStringLiteral("org.freedesktop.Notifications");
const QString kNotificationsPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kName = QStringLiteral("Kerf");

QDBusMessage call(const QString& service, const QString& path, const QString& interface, const QString& method,
    const QVariantList& arguments)
{
    QDBusMessage message = QDBusMessage::createMethodCall(service, path, interface, method);
    message.setArguments(arguments);
    return message;
}

/// Sends without waiting; `then` gets the answer on the UI thread.
template <class Then>
void ask(const QDBusConnection& bus, const QDBusMessage& message, QObject* context, const Then& then)
{
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(message), context);
    QObject::connect(watcher, &QDBusPendingCallWatcher::finished, context, [then](QDBusPendingCallWatcher* answered) {
        then(*answered);
        answered->deleteLater();
    });
}

} // namespace

DesktopLink::DesktopLink(JobCenter* jobs, const DesktopBuses& buses, QObject* parent)
    : QObject(parent)
    , isInFront([] { return QApplication::activeWindow() != nullptr; })
    , m_jobs(jobs)
    , m_buses(buses)
{
    connect(jobs, &JobCenter::started, this, &DesktopLink::follow);
    connect(jobs, &JobCenter::queueChanged, this, &DesktopLink::follow);
    connect(jobs, &JobCenter::jobEnded, this, &DesktopLink::tell);
}

DesktopLink::~DesktopLink()
{
    release();
}

void DesktopLink::follow()
{
    if (std::exchange(m_isWanted, m_jobs->isRunning()) == m_isWanted)
        return;
    if (m_isWanted)
        hold();
    else
        release();
}

void DesktopLink::changed()
{
    emit holdsSleepChanged(holdsSleep());
}

void DesktopLink::hold()
{
    if (!m_buses.system.isConnected())
        return holdByPowerManagement();
    const QDBusMessage message = call(kLogin, kLoginPath, kLoginManager, QStringLiteral("Inhibit"),
        { QStringLiteral("sleep:idle"), kName, tr("A job is running"), QStringLiteral("block") });
    ask(m_buses.system, message, this, [this](const QDBusPendingCall& answered) {
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply(answered);
        if (reply.isError())
            return holdByPowerManagement();
        if (!m_isWanted)
            return; // the job was quicker: the descriptor closes here
        m_lock = reply.value();
        changed();
    });
}

void DesktopLink::holdByPowerManagement()
{
    if (!m_buses.session.isConnected() || !m_isWanted)
        return;
    const QDBusMessage message
        = call(kPower, kPowerPath, kPowerInhibit, QStringLiteral("Inhibit"), { kName, tr("A job is running") });
    ask(m_buses.session, message, this, [this](const QDBusPendingCall& answered) {
        const QDBusPendingReply<uint> reply(answered);
        if (reply.isError())
            return;
        m_cookie = reply.value();
        if (m_isWanted)
            changed();
        else
            release();
    });
}

void DesktopLink::release()
{
    const bool held = holdsSleep();
    m_lock = {};
    if (m_cookie)
        m_buses.session.asyncCall(
            call(kPower, kPowerPath, kPowerInhibit, QStringLiteral("UnInhibit"), { QVariant::fromValue(*m_cookie) }));
    m_cookie.reset();
    if (held)
        changed();
}

void DesktopLink::tell(int job)
{
    const int row = m_jobs->model()->rowOf(job);
    if (row < 0 || isInFront() || !m_buses.session.isConnected())
        return;
    const JobRecord& ended = m_jobs->model()->job(row);
    if (ended.seconds < m_tellAfter || (ended.state != JobState::Done && ended.state != JobState::Failed))
        return; // a person stopped it
    const QString body = ended.state == JobState::Done ? tr("Done after %1").arg(spanText(ended.seconds))
                                                       : tr("Failed: %1").arg(ended.message);
    m_buses.session.asyncCall(call(kNotifications, kNotificationsPath, kNotifications, QStringLiteral("Notify"),
        { kName, QVariant::fromValue(uint { 0 }), QStringLiteral("kerf"), ended.title, body.toHtmlEscaped(),
            QStringList(), QVariantMap(), -1 }));
}

} // namespace kerf::ui
