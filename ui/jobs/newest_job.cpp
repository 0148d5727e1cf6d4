// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/newest_job.h"

namespace kerf::ui {
namespace {

constexpr int kDelay = 60; ///< milliseconds

} // namespace

NewestJob::NewestJob(QObject* parent)
    : QObject(parent)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelay);
    connect(&m_delay, &QTimer::timeout, this, &NewestJob::begin);
    connect(&m_runner, &JobRunner::finished, this, &NewestJob::end);
}

void NewestJob::ask(bool isWatched)
{
    ++m_number;
    m_runner.stop();
    if (isWatched)
        m_delay.start();
}

void NewestJob::start(JobRunner::Work work)
{
    m_started = m_number;
    m_runner.start(std::move(work));
}

void NewestJob::begin()
{
    m_waits = m_runner.isRunning();
    if (!m_waits)
        emit due();
}

void NewestJob::end(const JobOutcome& outcome)
{
    if (m_waits) {
        m_waits = false;
        m_delay.start();
    }
    emit finished(m_started == m_number ? outcome : JobOutcome { false, core::ErrorCode::Cancelled, {} });
}

} // namespace kerf::ui
