// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/time_left.h"

#include <algorithm>

#include <QSettings>

#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr double kSettled = 1; ///< seconds after which a phase's own pace is believed

/// The stage's first word, which tells its kind, and what is counted: names and numbers behind it change.
QString keyOf(const core::Progress& progress)
{
    return toQt(progress.stage).section(u' ', 0, 0) + u' ' + toQt(progress.unit);
}

QString groupOf(const QString& job)
{
    return QStringLiteral("jobTimes/") + QString(job).replace(u'/', u'_');
}

} // namespace

JobHistory readJobHistory(const QString& job)
{
    QSettings settings;
    JobHistory history;
    const int count = settings.beginReadArray(groupOf(job));
    for (int i = 0; i < count; ++i) {
        settings.setArrayIndex(i);
        history.push_back(
            { settings.value(QStringLiteral("phase")).toString(), settings.value(QStringLiteral("units")).toLongLong(),
                settings.value(QStringLiteral("seconds")).toDouble() });
    }
    settings.endArray();
    return history;
}

void saveJobHistory(const QString& job, const JobHistory& history)
{
    QSettings settings;
    settings.remove(groupOf(job));
    settings.beginWriteArray(groupOf(job), static_cast<int>(history.size()));
    for (std::size_t i = 0; i < history.size(); ++i) {
        settings.setArrayIndex(static_cast<int>(i));
        settings.setValue(QStringLiteral("phase"), history[i].key);
        settings.setValue(QStringLiteral("units"), qlonglong(history[i].units));
        settings.setValue(QStringLiteral("seconds"), history[i].seconds);
    }
    settings.endArray();
}

TimeLeft::TimeLeft(JobHistory earlier)
    : m_earlier(std::move(earlier))
{
}

void TimeLeft::begin(const core::Progress& progress, const QString& key, double now)
{
    if (!m_key.isEmpty())
        m_done.push_back({ m_key, m_total, now - m_since });
    m_key = key;
    m_total = progress.total;
    m_first = progress.done;
    m_since = now;
    const auto next = std::find_if(
        m_earlier.begin() + (m_at + 1), m_earlier.end(), [&](const JobPhase& phase) { return phase.key == key; });
    m_known = next != m_earlier.end();
    if (m_known)
        m_at = next - m_earlier.begin();
}

std::optional<TimeLeft::Estimate> TimeLeft::update(const core::Progress& progress, double now)
{
    if (const QString key = keyOf(progress); key != m_key || progress.total != m_total || progress.done < m_last)
        begin(progress, key, now);
    m_last = progress.done;
    const double spent = now - m_since;
    const auto made = static_cast<double>(progress.done - m_first);
    const auto wanted = static_cast<double>(progress.total - progress.done);
    Estimate left;
    if (progress.total > 0 && made > 0 && spent >= kSettled) {
        left.seconds = spent / made * wanted;
    } else if (m_known) {
        const JobPhase& before = m_earlier[static_cast<std::size_t>(m_at)];
        const bool scales = before.units > 0 && progress.total > 0;
        const double whole
            = before.seconds * (scales ? static_cast<double>(progress.total) / static_cast<double>(before.units) : 1);
        left.seconds = std::max(0.0, whole - spent);
    } else {
        return {};
    }
    left.wholeJob = m_known;
    if (m_known)
        for (auto phase = m_earlier.begin() + (m_at + 1); phase != m_earlier.end(); ++phase)
            left.seconds += phase->seconds;
    return left;
}

JobHistory TimeLeft::finish(double now)
{
    if (!m_key.isEmpty())
        m_done.push_back({ m_key, m_total, now - m_since });
    m_key.clear();
    return std::move(m_done);
}

} // namespace kerf::ui
