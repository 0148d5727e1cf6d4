// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_center.h"

#include "ui/value_text.h"

namespace kerf::ui {

JobCenter::JobCenter(QObject* parent)
    : QObject(parent)
{
    connect(&m_runner, &JobRunner::progressChanged, this, &JobCenter::onProgress);
    connect(&m_runner, &JobRunner::finished, this, &JobCenter::onFinished);
    connect(&m_runner, &JobRunner::logged, this, [this](core::LogLevel level, const QString& line) {
        const QString prefix = level == core::LogLevel::Info ? QString()
            : level == core::LogLevel::Warning               ? tr("Warning: ")
                                                             : tr("Error: ");
        if (const int row = m_model.runningRow(); row >= 0)
            m_model.appendLog(row, prefix + line);
    });
}

bool JobCenter::start(JobSpec spec)
{
    if (isRunning())
        return false;
    m_spec = std::move(spec);
    m_status = { m_spec.title, {}, {}, 0, 0 };
    m_timeLeft = TimeLeft(m_spec.kind.isEmpty() ? JobHistory {} : readJobHistory(m_spec.kind));
    m_stopping = false;
    m_clock.start();
    m_model.add({ m_spec.title, JobState::Running, QDateTime::currentDateTime(), 0, {}, {}, m_spec.again });
    m_runner.start(std::move(m_spec.work));
    emit started();
    return true;
}

void JobCenter::stop()
{
    if (!isRunning() || m_stopping)
        return;
    m_stopping = true;
    m_runner.stop();
    emit statusChanged();
}

void JobCenter::onProgress(const core::Progress& progress)
{
    m_status.progress = progress;
    m_status.left = m_timeLeft.update(progress, static_cast<double>(m_clock.elapsed()) / 1000);
    if (m_spec.makesRuns && progress.unit == "layers" && progress.total > 0
        && progress.stage.starts_with("Quantizing")) {
        m_status.layersSafe = static_cast<int>(progress.done);
        m_status.layersTotal = static_cast<int>(progress.total);
    }
    emit statusChanged();
}

void JobCenter::onFinished(const JobOutcome& outcome)
{
    const int row = m_model.runningRow();
    // A full disk only pauses the job: what is finished is kept, and it goes on when there is room.
    const bool paused = outcome.stopped() || (!outcome.done && outcome.code == core::ErrorCode::DiskFull);
    const JobState state = outcome.done ? JobState::Done : paused ? JobState::Stopped : JobState::Failed;
    if (row >= 0) {
        if (!outcome.done && !outcome.stopped())
            m_model.appendLog(row, tr("Error: ") + outcome.message);
        m_model.setState(row, state, static_cast<double>(m_clock.elapsed()) / 1000, outcome.message);
    }
    if (outcome.done && !m_spec.kind.isEmpty())
        saveJobHistory(m_spec.kind, m_timeLeft.finish(static_cast<double>(m_clock.elapsed()) / 1000));
    const auto ended = std::move(m_spec.ended);
    m_spec = {};
    m_stopping = false;
    if (ended)
        ended(outcome);
    emit this->ended(outcome);
}

} // namespace kerf::ui
