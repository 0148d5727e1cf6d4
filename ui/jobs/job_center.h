// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <optional>

#include <QElapsedTimer>
#include <QObject>

#include "ui/jobs/job_model.h"
#include "ui/jobs/job_runner.h"
#include "ui/jobs/time_left.h"

namespace kerf::ui {

/// What is to be run, and what follows on the UI thread.
struct JobSpec {
    QString title;
    JobRunner::Work work;
    std::function<void(const JobOutcome&)> ended;
    std::function<void()> again;
    bool makesRuns = true; ///< what it quantizes are layers of runs: how many of them are safe is told
    QString kind {}; ///< jobs of one kind and model take alike; empty: they do not
};

/// Where the running job stands, ready to be shown.
struct JobStatus {
    QString title;
    core::Progress progress;
    std::optional<TimeLeft::Estimate> left;
    int layersSafe = 0, layersTotal = 0; ///< on disk, when the job makes layers
};

/// The one job that runs, and the list of those that did.
class JobCenter : public QObject {
    Q_OBJECT
public:
    explicit JobCenter(QObject* parent = nullptr);

    /// Returns false when a job is running already.
    bool start(JobSpec spec);
    void stop();
    bool isRunning() const { return m_runner.isRunning(); }
    bool isStopping() const { return m_stopping; }
    JobModel* model() { return &m_model; }
    const JobStatus& status() const { return m_status; }

signals:
    void started();
    void statusChanged();
    void ended(const kerf::ui::JobOutcome& outcome);

private:
    void onProgress(const core::Progress& progress);
    void onFinished(const JobOutcome& outcome);

    JobModel m_model;
    JobSpec m_spec;
    JobStatus m_status;
    TimeLeft m_timeLeft;
    QElapsedTimer m_clock;
    bool m_stopping = false;
    JobRunner m_runner; ///< last: its thread ends before the rest is gone
};

} // namespace kerf::ui
