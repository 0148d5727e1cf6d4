// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <vector>

#include <QAbstractTableModel>
#include <QDateTime>

namespace kerf::ui {

enum class JobState { Running, Done, Stopped, Failed };

/// One job of this window, or one found in the workspace.
struct JobRecord {
    QString title;
    JobState state = JobState::Running;
    QDateTime started;
    double seconds = 0;
    QString message; ///< how it ended
    QStringList log;
    std::function<void()> again; ///< starts it where it stopped; empty when that makes no sense
};

/// The jobs, newest first.
class JobModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TitleColumn, StateColumn, TimeColumn, MessageColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void add(JobRecord record); ///< becomes row 0
    void remove(int row);
    void clear();
    const JobRecord& job(int row) const { return m_jobs[static_cast<std::size_t>(row)]; }
    void setState(int row, JobState state, double seconds, const QString& message);
    void appendLog(int row, const QString& line);
    int runningRow() const; ///< -1 = none

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void logAppended(int row, const QString& line);

private:
    std::vector<JobRecord> m_jobs;
};

} // namespace kerf::ui
