// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/job_center.h"

#include <algorithm>
#include <utility>

#include "ui/value_text.h"

namespace kerf::ui {

using core::JobCompany;

JobCenter::JobCenter(QObject* parent)
    : QObject(parent)
{
}

JobCenter::Active* JobCenter::find(JobId job) const
{
    const auto found = std::ranges::find_if(m_active, [&](const auto& active) { return active->id == job; });
    return found == m_active.end() ? nullptr : found->get();
}

JobId JobCenter::start(JobSpec spec)
{
    JobRecord record { spec.title, JobState::Waiting, {}, 0, {}, {}, spec.again, spec.what, spec.plans };
    const JobId id = m_model.add(std::move(record));
    m_queue.emplace(id, std::move(spec));
    beginNext();
    return id;
}

// ---- the queue

bool JobCenter::mayBegin(const JobSpec& spec) const
{
    return std::ranges::none_of(m_active, [&](const auto& active) {
        return spec.company == JobCompany::Timer || active->spec.company == JobCompany::Timer
            || active->spec.company == spec.company;
    });
}

/// What a job waits for, in words. `ahead`: a job that must run alone and is before it in the queue.
QString JobCenter::blockerOf(const JobSpec& spec, const QString& ahead) const
{
    if (!ahead.isEmpty())
        return tr("waits for %1, which runs alone").arg(ahead);
    for (const auto& active : m_active)
        if (active->spec.company == spec.company || active->spec.company == JobCompany::Timer)
            return tr("waits for %1").arg(active->spec.title);
    return m_active.empty() ? QString() : tr("waits for %1: times are taken alone").arg(m_active.front()->spec.title);
}

void JobCenter::beginNext()
{
    const auto next = [this]() -> JobId {
        for (const JobId id : m_model.queue()) {
            if (m_model.job(m_model.rowOf(id)).state != JobState::Waiting)
                continue;
            const JobSpec& spec = m_queue.at(id);
            if (mayBegin(spec))
                return id;
            if (spec.company == JobCompany::Timer)
                return 0; // what comes behind it would keep it waiting for ever
        }
        return 0;
    };
    while (!m_isClosing) {
        const JobId id = next();
        if (id == 0)
            break;
        begin(id);
    }
    tellWaiting();
}

void JobCenter::tellWaiting()
{
    QString ahead;
    int writers = 0;
    for (const JobId id : m_model.queue()) {
        const int row = m_model.rowOf(id);
        if (m_model.job(row).state != JobState::Waiting)
            continue;
        const JobSpec& spec = m_queue.at(id);
        writers += spec.company == JobCompany::Writer ? 1 : 0;
        m_model.setMessage(row,
            spec.company == JobCompany::Writer && writers > 1 && ahead.isEmpty() ? tr("waits for its turn")
                                                                                 : blockerOf(spec, ahead));
        if (spec.company == JobCompany::Timer && ahead.isEmpty())
            ahead = spec.title;
    }
    emit queueChanged();
}

void JobCenter::begin(JobId job)
{
    auto active = std::make_unique<Active>();
    active->id = job;
    active->spec = std::move(m_queue.at(job));
    m_queue.erase(job);
    const QString& kind = active->spec.kind;
    active->timeLeft = TimeLeft(kind.isEmpty() ? JobHistory {} : readJobHistory(kind));
    const int row = m_model.rowOf(job);
    active->secondsBefore = m_model.job(row).seconds;
    if (!m_model.job(row).started.isValid())
        m_model.setStarted(row, QDateTime::currentDateTime());
    m_model.setStatus(row, { active->spec.title, {}, {}, 0, 0, false });
    m_model.setState(row, JobState::Running, active->secondsBefore, {});
    active->runner = std::make_unique<JobRunner>();
    Active& here = *active;
    connect(here.runner.get(), &JobRunner::progressChanged, this, [this, job](const core::Progress& progress) {
        if (Active* running = find(job))
            onProgress(*running, progress);
    });
    connect(here.runner.get(), &JobRunner::logged, this,
        [this, job](core::LogLevel level, const QString& line) { onLog(job, level, line); });
    connect(here.runner.get(), &JobRunner::finished, this,
        [this, job](const JobOutcome& outcome) { onFinished(job, outcome); });
    m_active.push_back(std::move(active));
    if (here.spec.begun)
        here.spec.begun();
    here.clock.start();
    here.runner->start(here.spec.work);
    emit started();
}

bool JobCenter::moveBy(JobId job, int places)
{
    const int row = m_model.rowOf(job);
    if (row < 0 || !m_model.moveBy(row, places))
        return false;
    beginNext();
    return true;
}

void JobCenter::resume(JobId job)
{
    const int row = m_model.rowOf(job);
    if (row < 0 || m_model.job(row).state != JobState::Paused)
        return;
    m_model.setState(row, JobState::Waiting, m_model.job(row).seconds, {});
    beginNext();
}

void JobCenter::drop(JobId job)
{
    const auto dropped = std::move(m_queue.at(job).dropped);
    m_queue.erase(job);
    m_model.remove(m_model.rowOf(job));
    if (dropped)
        dropped();
}

void JobCenter::clearQueue()
{
    for (const JobId id : m_model.queue())
        drop(id);
    tellWaiting();
}

void JobCenter::forget()
{
    m_queue.clear();
    m_model.clear();
    m_selected = 0;
    emit queueChanged();
}

// ---- what runs

void JobCenter::halt(Active& active)
{
    JobStatus status = m_model.job(m_model.rowOf(active.id)).status;
    status.isStopping = true;
    m_model.setStatus(m_model.rowOf(active.id), status);
    active.runner->stop();
    emit statusChanged();
}

void JobCenter::stop(JobId job)
{
    if (m_queue.contains(job)) {
        const int row = m_model.rowOf(job);
        if (m_model.job(row).seconds > 0) { // what was made of it stays, and it can still go on
            m_queue.erase(job);
            m_model.setState(row, JobState::Stopped, m_model.job(row).seconds, m_model.job(row).message);
        } else {
            drop(job);
        }
        beginNext();
        return;
    }
    if (Active* active = find(job); active && !m_model.job(m_model.rowOf(job)).status.isStopping)
        halt(*active);
}

void JobCenter::pause(JobId job)
{
    if (m_queue.contains(job)) {
        const int row = m_model.rowOf(job);
        m_model.setState(row, JobState::Paused, m_model.job(row).seconds, {});
        beginNext();
        return;
    }
    Active* active = find(job);
    if (!active || m_model.job(m_model.rowOf(job)).status.isStopping)
        return;
    active->isPausing = true;
    halt(*active);
}

void JobCenter::stopAll()
{
    m_isClosing = true;
    for (const auto& active : m_active)
        stop(active->id);
}

bool JobCenter::has(const std::string& key) const
{
    const auto isSame = [&](const JobSpec& spec) { return !key.empty() && spec.key == key; };
    return std::ranges::any_of(m_active, [&](const auto& active) { return isSame(active->spec); })
        || std::ranges::any_of(m_queue, [&](const auto& waiting) { return isSame(waiting.second); });
}

JobId JobCenter::inHand() const
{
    if (find(m_selected))
        return m_selected;
    return m_active.empty() ? 0 : m_model.job(0).id;
}

bool JobCenter::isWaiting(JobId job) const
{
    const int row = m_queue.contains(job) ? m_model.rowOf(job) : -1;
    return row >= 0 && !m_model.job(row).started.isValid();
}

bool JobCenter::isOpen(JobId job) const
{
    return m_queue.contains(job) || find(job);
}

bool JobCenter::isStopping(JobId job) const
{
    return find(job) && m_model.job(m_model.rowOf(job)).status.isStopping;
}

void JobCenter::select(JobId job)
{
    if (std::exchange(m_selected, job) != job)
        emit queueChanged();
}

const JobStatus& JobCenter::status() const
{
    const JobId job = inHand();
    return job == 0 ? m_lastStatus : m_model.job(m_model.rowOf(job)).status;
}

void JobCenter::onLog(JobId job, core::LogLevel level, const QString& line)
{
    const QString shown = level == core::LogLevel::Info ? line
        : level == core::LogLevel::Warning              ? tr("Warning: %1").arg(line)
                                                        : tr("Error: %1").arg(line);
    if (const int row = m_model.rowOf(job); row >= 0)
        m_model.appendLog(row, shown);
}

void JobCenter::onProgress(Active& active, const core::Progress& progress)
{
    const int row = m_model.rowOf(active.id);
    JobStatus status = m_model.job(row).status;
    status.progress = progress;
    status.left = active.timeLeft.update(progress, static_cast<double>(active.clock.elapsed()) / 1000);
    if (active.spec.makesRuns && progress.unit == "layers" && progress.total > 0
        && progress.stage.starts_with("Quantizing")) {
        status.layersSafe = static_cast<int>(progress.done);
        status.layersTotal = static_cast<int>(progress.total);
    }
    m_model.setStatus(row, status);
    emit statusChanged();
}

/// What the list says of a job that is no longer running.
void JobCenter::listEnd(const Active& active, const JobOutcome& outcome)
{
    const int row = m_model.rowOf(active.id);
    // A full disk only pauses the job: what is finished is kept, and it goes on when there is room.
    const bool isStopped = outcome.stopped() || (!outcome.done && outcome.code == core::ErrorCode::DiskFull);
    const bool isPaused = active.isPausing && outcome.stopped();
    const JobState state = outcome.done ? JobState::Done
        : isPaused                      ? JobState::Paused
        : isStopped                     ? JobState::Stopped
                                        : JobState::Failed;
    if (!outcome.done && !outcome.stopped())
        m_model.appendLog(row, tr("Error: %1").arg(outcome.message));
    JobStatus status = m_model.job(row).status;
    status.isStopping = false;
    status.left.reset();
    m_model.setStatus(row, status);
    m_lastStatus = status;
    const double seconds = active.secondsBefore + static_cast<double>(active.clock.elapsed()) / 1000;
    m_model.setState(row, state, seconds, isPaused ? tr("finished layers are kept") : outcome.message);
}

void JobCenter::onFinished(JobId job, const JobOutcome& outcome)
{
    const auto found = std::ranges::find_if(m_active, [&](const auto& each) { return each->id == job; });
    const std::unique_ptr<Active> active = std::move(*found);
    m_active.erase(found);
    active->runner.release()->deleteLater(); // it is telling of its end
    listEnd(*active, outcome);
    if (outcome.done && !active->spec.kind.isEmpty())
        saveJobHistory(active->spec.kind, active->timeLeft.finish(static_cast<double>(active->clock.elapsed()) / 1000));
    const auto ended = active->spec.ended;
    if (m_model.job(m_model.rowOf(job)).state == JobState::Paused)
        m_queue.emplace(job, std::move(active->spec));
    if (ended)
        ended(outcome);
    emit this->ended(outcome);
    emit jobEnded(job);
    beginNext();
}

} // namespace kerf::ui
