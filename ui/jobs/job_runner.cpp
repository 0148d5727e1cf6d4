// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_runner.h"

#include <QTimer>

#include "core/jobs/job_edge.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

constexpr std::chrono::milliseconds kBetweenReports { 50 };

JobOutcome outcomeOf(const core::Status& status)
{
    return status ? JobOutcome { true, {}, {} }
                  : JobOutcome { false, status.error().code, toQt(status.error().message) };
}

} // namespace

JobRunner::JobRunner(QObject* parent)
    : QObject(parent)
{
}

void JobRunner::start(Work work)
{
    Q_ASSERT(!m_running);
    m_running = true;
    m_thread = std::jthread([this, work = std::move(work)](std::stop_token stop) {
        const core::JobContext job(
            stop, [this](const core::Progress& progress) { post(progress); },
            [this](core::LogLevel level, const std::string& line) {
                QMetaObject::invokeMethod(
                    this, [this, level, text = toQt(line)] { emit logged(level, text); }, Qt::QueuedConnection);
            });
        // Core promises none, but what leaves a thread ends the program.
        const core::Status status = core::atJobEdge([&] { return work(job); });
        QMetaObject::invokeMethod(
            this,
            [this, outcome = outcomeOf(status)] {
                if (m_pending)
                    deliver();
                m_running = false;
                emit finished(outcome);
            },
            Qt::QueuedConnection);
    });
}

void JobRunner::post(const core::Progress& progress)
{
    // The end of a stage is news that the next stage's first report must not swallow: "all layers are on disk".
    if (progress.total > 0 && progress.done == progress.total)
        QMetaObject::invokeMethod(
            this, [this, progress] { emit progressChanged(progress); }, Qt::QueuedConnection);
    {
        const std::lock_guard guard(m_mutex);
        m_newest = progress;
    }
    if (!m_pending.exchange(true))
        QMetaObject::invokeMethod(this, &JobRunner::schedule, Qt::QueuedConnection);
}

void JobRunner::schedule()
{
    const auto since = std::chrono::steady_clock::now() - m_delivered;
    if (since >= kBetweenReports)
        return deliver();
    QTimer::singleShot(
        std::chrono::duration_cast<std::chrono::milliseconds>(kBetweenReports - since) + std::chrono::milliseconds(1),
        this, [this] { deliver(); });
}

void JobRunner::deliver()
{
    if (!m_pending.exchange(false))
        return;
    core::Progress newest;
    {
        const std::lock_guard guard(m_mutex);
        newest = m_newest;
    }
    m_delivered = std::chrono::steady_clock::now();
    emit progressChanged(newest);
}

} // namespace kerf::ui
