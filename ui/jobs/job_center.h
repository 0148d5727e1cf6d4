// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QElapsedTimer>
#include <QObject>

#include "ui/jobs/job_model.h"
#include "ui/jobs/job_runner.h"
#include "ui/jobs/time_left.h"

namespace kerf::ui {

/// What is to be run, and what follows on the UI thread.
struct JobSpec {
    QString title;
    JobRunner::Work work; ///< called again where a paused job goes on
    std::function<void(const JobOutcome&)> ended;
    std::function<void()> again;
    bool makesRuns = true; ///< what it quantizes are layers of runs: how many of them are safe is told
    QString kind {}; ///< jobs of one kind and model take alike; empty: they do not
    core::JobCompany company = core::JobCompany::Writer;
    QString what {}; ///< the kind in words, for the list
    std::string key {}; ///< equal for the same work; empty: like no other
    std::vector<std::string> plans {}; ///< JobRecord::plans
    std::function<void()> begun {}; ///< each time it begins to run
    std::function<void()> dropped {}; ///< it was taken out of the queue
};

/// The jobs that run, the queue of those that wait, and the list of those that ended. One job writes at a time; beside
/// it one that reads (core::JobCompany) may run. What times runs alone, and nothing that was queued behind it begins
/// before it has.
///
/// A paused job is one that was stopped and keeps a place in the queue: it holds neither memory nor cores, survives the
/// end of the program as any job that was stopped does, and goes on from its last committed layer.
class JobCenter : public QObject {
    Q_OBJECT
public:
    explicit JobCenter(QObject* parent = nullptr);

    /// Begins it, or puts it at the end of the queue.
    JobId start(JobSpec spec);
    /// Of the job in hand.
    void stop() { stop(inHand()); }
    void stop(JobId job); ///< running: it ends; in the queue: it leaves that, and the list if it had not begun
    void pause(JobId job); ///< running or waiting
    void resume(JobId job); ///< paused: waits for its turn again
    bool moveBy(JobId job, int places); ///< within the queue
    void clearQueue();
    /// Empties the list without telling whoever queued them; not while a job runs.
    void forget();
    /// Stops what runs; nothing begins any more: the window closes.
    void stopAll();

    bool isRunning() const { return !m_active.empty(); }
    bool isRunning(JobId job) const { return find(job) != nullptr; }
    bool isWaiting(JobId job) const; ///< begun never, for its turn
    bool isOpen(JobId job) const; ///< runs, waits or is paused
    bool isStopping(JobId job) const;
    bool isStopping() const { return isStopping(inHand()); }
    /// Such work runs, waits or is paused.
    bool has(const std::string& key) const;
    /// The one that Stop means: what is selected in the list when it runs, else the first that runs; 0 = none.
    JobId inHand() const;
    void select(JobId job);
    JobId selected() const { return m_selected; }
    int runningCount() const { return static_cast<int>(m_active.size()); }
    int waitingCount() const { return static_cast<int>(m_queue.size()); }
    JobModel* model() { return &m_model; }
    const JobModel* model() const { return &m_model; }
    /// Of the job in hand; when none runs, of the last that did.
    const JobStatus& status() const;

signals:
    void started();
    void statusChanged();
    void queueChanged(); ///< order, states or selection
    void ended(const kerf::ui::JobOutcome& outcome);
    void jobEnded(kerf::ui::JobId job); ///< with what the list says of it

private:
    struct Active {
        JobId id = 0;
        JobSpec spec;
        TimeLeft timeLeft;
        QElapsedTimer clock;
        double secondsBefore = 0; ///< of work before it was paused
        bool isPausing = false;
        std::unique_ptr<JobRunner> runner {}; ///< last: its thread ends before the rest is gone
    };

    Active* find(JobId job) const;
    bool mayBegin(const JobSpec& spec) const;
    QString blockerOf(const JobSpec& spec, const QString& ahead) const;
    void beginNext();
    void begin(JobId job);
    void drop(JobId job);
    void tellWaiting();
    void halt(Active& active);
    void onProgress(Active& active, const core::Progress& progress);
    void onLog(JobId job, core::LogLevel level, const QString& line);
    void onFinished(JobId job, const JobOutcome& outcome);
    void listEnd(const Active& active, const JobOutcome& outcome);

    JobModel m_model;
    std::map<JobId, JobSpec> m_queue; ///< waiting and paused; their order is the model's
    JobStatus m_lastStatus;
    JobId m_selected = 0;
    bool m_isClosing = false;
    std::vector<std::unique_ptr<Active>> m_active; ///< last: their threads end before the rest is gone
};

} // namespace kerf::ui
