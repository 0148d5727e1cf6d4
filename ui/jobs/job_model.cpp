// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_model.h"

#include <algorithm>

#include <QApplication>
#include <QLocale>
#include <QPalette>

#include "ui/jobs/engine_text.h"
#include "ui/theme.h"
#include "ui/value_text.h"

namespace kerf::ui {
namespace {

bool isRunning(const JobRecord& job)
{
    return job.state == JobState::Running;
}

bool isQueued(const JobRecord& job)
{
    return job.isQueued();
}

/// How it ended; until then what it said last.
QString resultOf(const JobRecord& job)
{
    return job.message.isEmpty() && !job.log.isEmpty() ? job.log.constLast() : job.message;
}

/// Done of total; -1: the job does not say.
double shareOf(const JobRecord& job)
{
    const core::Progress& progress = job.status.progress;
    if (job.state == JobState::Done)
        return 1;
    return progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : -1;
}

QColor stateColor(JobState state, const ThemeColors& colors)
{
    switch (state) {
    case JobState::Running:
        return colors.accent;
    case JobState::Waiting:
        return colors.text;
    case JobState::Done:
        return colors.good;
    case JobState::Failed:
        return colors.error;
    case JobState::Paused:
    case JobState::Stopped:
        break;
    }
    return colors.warning;
}

} // namespace

int JobModel::countOf(bool (*isSuch)(const JobRecord&)) const
{
    return static_cast<int>(std::ranges::count_if(m_jobs, isSuch));
}

JobId JobModel::add(JobRecord record)
{
    record.id = ++m_lastId;
    const int queue = countOf(isRunning);
    const int row = isRunning(record) ? queue : queue + countOf(isQueued); // behind its like, or the newest that ended
    beginInsertRows({}, row, row);
    m_jobs.insert(m_jobs.begin() + row, std::move(record));
    endInsertRows();
    return m_lastId;
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

int JobModel::rowOf(JobId id) const
{
    const auto found = std::ranges::find(m_jobs, id, &JobRecord::id);
    return found == m_jobs.end() ? -1 : static_cast<int>(found - m_jobs.begin());
}

void JobModel::changed(int row)
{
    emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

/// To the place `target` of the list without this row.
void JobModel::moveTo(int row, int target)
{
    if (row == target)
        return;
    beginMoveRows({}, row, row, {}, target > row ? target + 1 : target);
    JobRecord moved = std::move(at(row));
    m_jobs.erase(m_jobs.begin() + row);
    m_jobs.insert(m_jobs.begin() + target, std::move(moved));
    endMoveRows();
}

void JobModel::setState(int row, JobState state, double seconds, const QString& message)
{
    const bool stays = at(row).isQueued() && (state == JobState::Waiting || state == JobState::Paused);
    at(row).state = state;
    at(row).seconds = seconds;
    at(row).message = message;
    changed(row);
    if (stays)
        return;
    const int running = countOf(isRunning);
    moveTo(row, at(row).isEnded() ? running + countOf(isQueued) : at(row).isQueued() ? running : running - 1);
}

void JobModel::setMessage(int row, const QString& message)
{
    at(row).message = message;
    changed(row);
}

void JobModel::setStarted(int row, const QDateTime& started)
{
    at(row).started = started;
    changed(row);
}

void JobModel::setStatus(int row, const JobStatus& status)
{
    at(row).status = status;
    changed(row);
}

void JobModel::setForecast(int row, const JobForecast& forecast)
{
    at(row).forecast = forecast;
    changed(row);
}

void JobModel::appendLog(int row, const QString& line)
{
    at(row).log << line;
    emit logAppended(row, line);
}

bool JobModel::moveBy(int row, int places)
{
    const int first = countOf(isRunning);
    const int target = row + places;
    if (!at(row).isQueued() || target < first || target >= first + countOf(isQueued))
        return false;
    moveTo(row, target);
    return true;
}

std::vector<JobId> JobModel::queue() const
{
    std::vector<JobId> ids;
    for (const JobRecord& job : m_jobs)
        if (job.isQueued())
            ids.push_back(job.id);
    return ids;
}

int JobModel::runningRow() const
{
    return countOf(isRunning) > 0 ? 0 : -1;
}

int JobModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

int JobModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString JobModel::text(const JobRecord& job, int column) const
{
    const QString states[] = { tr("running"), tr("waiting"), tr("paused"), tr("done"), tr("stopped"), tr("failed") };
    const core::Progress& progress = job.status.progress;
    switch (column) {
    case TitleColumn:
        return job.title;
    case KindColumn:
        return job.kind;
    case StateColumn:
        return job.status.isStopping && isRunning(job) ? tr("stopping…") : states[static_cast<int>(job.state)];
    case ProgressColumn:
        return progress.total > 0 && !job.isEnded() ? amountText(progress) : QString();
    case LeftColumn:
        if (job.isQueued() && job.forecast.seconds)
            return durationText(std::max(0.0, *job.forecast.seconds - job.seconds)); // a paused one did a part
        return isRunning(job) && job.status.left ? durationText(job.status.left->seconds) : QString();
    case StartedColumn:
        return !job.started.isValid()                    ? QString()
            : job.started.date() == QDate::currentDate() ? QLocale().toString(job.started.time(), QLocale::ShortFormat)
                                                         : QLocale().toString(job.started.date(), QLocale::ShortFormat);
    case TimeColumn:
        return job.seconds > 0 ? spanText(job.seconds) : QString();
    default:
        return resultOf(job);
    }
}

QString JobModel::toolTip(const JobRecord& job, int column) const
{
    if (column == StartedColumn && job.started.isValid())
        return QLocale().toString(job.started, QLocale::LongFormat);
    if (column == LeftColumn && job.isQueued() && job.forecast.memoryBytes > 0) {
        const QString memory = bytesText(job.forecast.memoryBytes);
        return job.forecast.seconds
            ? tr("Expected by what was measured on this machine; about %1 of memory").arg(memory)
            : tr("Not all of it was measured on this machine yet; about %1 of memory").arg(memory);
    }
    const QString result = resultOf(job);
    return column == MessageColumn && !result.isEmpty() ? result : rowText(job);
}

/// All of the row, for the columns that there is no room for.
QString JobModel::rowText(const JobRecord& job) const
{
    QStringList lines { job.title };
    for (const int column : { KindColumn, StateColumn, ProgressColumn, LeftColumn, StartedColumn, TimeColumn })
        if (const QString value = text(job, column); !value.isEmpty())
            lines << tr("%1: %2").arg(headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(), value);
    if (const QString result = resultOf(job); !result.isEmpty())
        lines << result;
    return lines.join(u'\n');
}

QVariant JobModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const JobRecord& job = m_jobs[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(job, index.column());
    case Qt::ToolTipRole:
        return toolTip(job, index.column());
    case Qt::TextAlignmentRole:
        return index.column() >= LeftColumn && index.column() <= TimeColumn
            ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
            : QVariant();
    case Qt::ForegroundRole: {
        const ThemeColors& colors = themeColors(QApplication::palette());
        if (index.column() == StateColumn)
            return stateColor(job.state, colors);
        return index.column() == TitleColumn ? QVariant() : QVariant(colors.dim);
    }
    case ShareRole:
        return shareOf(job);
    case IdRole:
        return job.id;
    case EndedRole:
        return job.isEnded();
    default:
        return {};
    }
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const QString names[]
        = { tr("Job"), tr("Kind"), tr("State"), tr("Progress"), tr("Left"), tr("Started"), tr("Took"), tr("Result") };
    if (role == Qt::TextAlignmentRole)
        return int(
            (section >= LeftColumn && section <= TimeColumn ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(names[section]) : QVariant();
}

} // namespace kerf::ui
