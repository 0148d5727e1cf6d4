// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include <QObject>
#include <QTimer>

#include "ui/jobs/job_runner.h"

namespace kerf::ui {

/// Looks things up off the UI thread, the newest wish alone. A wish stops what is looked up for an earlier one, and
/// begins once that has stopped and a moment has passed: arrow keys that go through a list ask once.
class NewestJob : public QObject {
    Q_OBJECT
public:
    explicit NewestJob(QObject* parent = nullptr);

    /// What was asked for before is no longer wanted. due() follows unless nobody looks.
    void ask(bool isWatched);
    /// In answer to due(). Precondition: nothing is running.
    void start(JobRunner::Work work);
    bool isRunning() const { return m_runner.isRunning(); }
    /// Of the newest wish. An answer that was made for another number is no longer wanted.
    std::uint64_t number() const { return m_number; }

signals:
    void due(); ///< nothing is running: start() what is wanted now
    /// What was no longer wanted ends as stopped, however it ended.
    void finished(const kerf::ui::JobOutcome& outcome);

private:
    void begin();
    void end(const JobOutcome& outcome);

    bool m_waits = false; ///< for an earlier one to stop
    std::uint64_t m_number = 0, m_started = 0; ///< of the newest wish, and of the one that runs
    QTimer m_delay;
    JobRunner m_runner; ///< last member: ends its thread first
};

} // namespace kerf::ui
