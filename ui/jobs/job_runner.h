// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

#include <QObject>
#include <QString>

#include "core/base/job_context.h"

namespace kerf::ui {

/// How a job ended.
struct JobOutcome {
    bool done = false;
    core::ErrorCode code = core::ErrorCode::Internal; ///< when not done; Cancelled = the user stopped it
    QString message; ///< when not done: what happened and how to go on

    bool stopped() const { return !done && code == core::ErrorCode::Cancelled; }
};

/// Runs one core job at a time off the UI thread. All signals arrive on the UI thread; progress at most 20 times a
/// second, always the newest.
class JobRunner : public QObject {
    Q_OBJECT
public:
    using Work = std::function<core::Status(const core::JobContext&)>;

    explicit JobRunner(QObject* parent = nullptr);

    /// Precondition: no job is running.
    void start(Work work);
    /// A request: finished() follows once core has stopped.
    void stop() { m_thread.request_stop(); }
    bool isRunning() const { return m_running; }

signals:
    void progressChanged(const kerf::core::Progress& progress);
    void logged(kerf::core::LogLevel level, const QString& line);
    void finished(const kerf::ui::JobOutcome& outcome);

private:
    void post(const core::Progress& progress); ///< worker thread
    void schedule(); ///< UI thread
    void deliver(); ///< UI thread

    bool m_running = false; ///< UI thread only
    std::chrono::steady_clock::time_point m_delivered; ///< UI thread only
    std::mutex m_mutex; ///< guards m_newest
    core::Progress m_newest;
    std::atomic<bool> m_pending = false; ///< a delivery is on its way
    std::jthread m_thread; ///< last member: destroyed first, so it stops and joins while *this is whole
};

} // namespace kerf::ui
