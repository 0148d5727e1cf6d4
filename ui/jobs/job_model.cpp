// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_model.h"

#include <QApplication>
#include <QLocale>
#include <QPalette>

#include "ui/theme.h"

namespace kerf::ui {
namespace {

/// How it ended; until then what it said last.
QString resultOf(const JobRecord& job)
{
    return job.message.isEmpty() && !job.log.isEmpty() ? job.log.constLast() : job.message;
}

} // namespace

void JobModel::add(JobRecord record)
{
    beginInsertRows({}, 0, 0);
    m_jobs.insert(m_jobs.begin(), std::move(record));
    endInsertRows();
}

void JobModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_jobs.erase(m_jobs.begin() + row);
    endRemoveRows();
}

void JobModel::clear()
{
    beginResetModel();
    m_jobs.clear();
    endResetModel();
}

void JobModel::setState(int row, JobState state, double seconds, const QString& message)
{
    JobRecord& job = m_jobs[static_cast<std::size_t>(row)];
    job.state = state;
    job.seconds = seconds;
    job.message = message;
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void JobModel::appendLog(int row, const QString& line)
{
    m_jobs[static_cast<std::size_t>(row)].log << line;
    emit logAppended(row, line);
}

int JobModel::runningRow() const
{
    for (std::size_t i = 0; i < m_jobs.size(); ++i) {
        if (m_jobs[i].state == JobState::Running)
            return static_cast<int>(i);
    }
    return -1;
}

int JobModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

int JobModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobModel::data(const QModelIndex& at, int role) const
{
    if (!checkIndex(at, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const JobRecord& job = m_jobs[static_cast<std::size_t>(at.row())];
    const QString states[] = { tr("running"), tr("done"), tr("stopped"), tr("failed") };
    switch (role) {
    case Qt::DisplayRole:
        switch (at.column()) {
        case TitleColumn:
            return job.title;
        case StateColumn:
            return states[static_cast<int>(job.state)];
        case TimeColumn:
            return job.seconds > 0 ? tr("%1 s").arg(QLocale().toString(job.seconds, 'f', job.seconds < 10 ? 1 : 0))
                                   : QString();
        default:
            return resultOf(job);
        }
    case Qt::ToolTipRole:
        return resultOf(job).isEmpty() ? job.title : resultOf(job);
    case Qt::TextAlignmentRole:
        return at.column() == TimeColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case Qt::ForegroundRole: {
        const ThemeColors& colors = themeColors(QApplication::palette());
        if (at.column() != StateColumn)
            return at.column() == TitleColumn ? QVariant() : QVariant(colors.dim);
        return job.state == JobState::Failed ? colors.error
            : job.state == JobState::Stopped ? colors.warning
            : job.state == JobState::Done    ? colors.good
                                             : colors.accent;
    }
    default:
        return {};
    }
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[] = { tr("Job"), tr("State"), tr("Time"), tr("Result") };
    if (role == Qt::TextAlignmentRole)
        return int((section == TimeColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
