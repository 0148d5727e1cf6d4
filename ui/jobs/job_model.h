// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <QAbstractTableModel>
#include <QDateTime>

#include "core/jobs/job.h"
#include "ui/jobs/time_left.h"

namespace kerf::ui {

enum class JobState { Running, Waiting, Paused, Done, Stopped, Failed };

/// Of this window, from 1; 0 = none.
using JobId = int;

/// Where a running job stands, ready to be shown.
struct JobStatus {
    QString title;
    core::Progress progress;
    std::optional<TimeLeft::Estimate> left;
    int layersSafe = 0, layersTotal = 0; ///< on disk, when the job makes layers
    bool isStopping = false;
};

/// What a job is expected to take, by what was measured on this machine.
struct JobForecast {
    std::optional<double> seconds; ///< nothing: not all of it was measured
    std::int64_t memoryBytes = 0; ///< 0 = not known
};

/// One job of this window, or one found in the workspace.
struct JobRecord {
    QString title;
    JobState state = JobState::Running;
    QDateTime started; ///< null: not yet, or not known
    double seconds = 0; ///< of work
    QString message; ///< how it ended; of one that waits, for what
    QStringList log;
    std::function<void()> again; ///< starts it where it stopped; empty when that makes no sense
    QString kind {}; ///< in words: "Quantize"
    std::vector<std::string> plans {}; ///< hashes of those that it carries out as runs
    JobId id = 0; ///< the model's
    JobStatus status {};
    JobForecast forecast {};

    bool isQueued() const { return state == JobState::Waiting || state == JobState::Paused; }
    bool isEnded() const { return state != JobState::Running && !isQueued(); }
};

/// The jobs: first those that run, then the queue in its order, then those that ended, newest first.
class JobModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        TitleColumn,
        KindColumn,
        StateColumn,
        ProgressColumn,
        LeftColumn,
        StartedColumn,
        TimeColumn,
        MessageColumn,
        ColumnCount
    };
    enum Role {
        ShareRole = Qt::UserRole, ///< of ProgressColumn: how much is done, 0 to 1; -1 = not known
        IdRole,
        EndedRole ///< bool
    };

    using QAbstractTableModel::QAbstractTableModel;

    JobId add(JobRecord record); ///< to the place that its state gives it
    void remove(int row);
    void clear();
    const JobRecord& job(int row) const { return m_jobs[static_cast<std::size_t>(row)]; }
    int rowOf(JobId id) const; ///< -1 = no such job
    /// Moves it to the place of its new state: one that is paused leads the queue.
    void setState(int row, JobState state, double seconds, const QString& message);
    void setMessage(int row, const QString& message);
    void setStarted(int row, const QDateTime& started);
    void setStatus(int row, const JobStatus& status);
    void setForecast(int row, const JobForecast& forecast);
    void appendLog(int row, const QString& line);
    /// Within the queue. False where it cannot go.
    bool moveBy(int row, int places);
    std::vector<JobId> queue() const; ///< in its order, paused ones among them
    int runningRow() const; ///< -1 = none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void logAppended(int row, const QString& line);

private:
    JobRecord& at(int row) { return m_jobs[static_cast<std::size_t>(row)]; }
    int countOf(bool (*isSuch)(const JobRecord&)) const;
    void moveTo(int row, int target);
    void changed(int row);
    QString text(const JobRecord& job, int column) const;
    QString toolTip(const JobRecord& job, int column) const;
    QString rowText(const JobRecord& job) const;

    std::vector<JobRecord> m_jobs;
    JobId m_lastId = 0;
};

} // namespace kerf::ui
