// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The jobs of a workbench that were found in the workspace: those of before the program started, and unfinished runs.

#include <set>

#include "core/jobs/run_job.h"
#include "ui/jobs/engine_text.h"
#include "ui/jobs/job_kind_text.h"
#include "ui/value_text.h"
#include "ui/workbench.h"

namespace kerf::ui {
namespace {

constexpr std::size_t kMostListed = 200; ///< jobs of the workspace, the newest

JobState shownState(core::RunState state)
{
    switch (state) {
    case core::RunState::Running:
        return JobState::Running;
    case core::RunState::Stopped:
        return JobState::Stopped;
    case core::RunState::Failed:
        return JobState::Failed;
    case core::RunState::Done:
        break;
    }
    return JobState::Done;
}

/// Hashes of the plans that a job carries out.
std::set<std::string> planHashes(const core::Job& job)
{
    std::set<std::string> hashes;
    for (const core::Plan& plan : job.runPlans())
        hashes.insert(core::planHash(plan));
    return hashes;
}

} // namespace

void Workbench::listStoredJobs()
{
    const std::vector<core::JobRow> rows = m_session.storedJobs();
    std::set<std::string> covered; ///< plans that an unfinished job will go on with
    for (std::size_t i = rows.size() > kMostListed ? rows.size() - kMostListed : 0; i < rows.size(); ++i) {
        const core::JobRow& row = rows[i];
        if (row.state == core::RunState::Running)
            continue; // of another program, which has the workspace
        const auto job = core::readJob(row.kind, row.settings, *m_session.network(), "");
        if (job && row.state != core::RunState::Done)
            covered.merge(planHashes(*job));
        JobRecord record = storedRecord(row);
        if (job)
            for (const core::Plan& plan : job->runPlans())
                record.plans.push_back(core::planHash(plan));
        if (!job)
            record.message = toQt(job.error().message);
        else if (canWrite())
            record.again = [this, job = *job] { startJob(job); };
        m_jobs.model()->add(std::move(record));
    }
    if (canWrite())
        listUnfinishedRuns(covered);
}

JobRecord Workbench::storedRecord(const core::JobRow& row) const
{
    JobRecord record { engineText(core::jobTitle(row, m_session.runs())), shownState(row.state),
        QDateTime::fromString(toQt(row.created), Qt::ISODate).toLocalTime(), row.seconds, toQt(row.message), {}, {},
        jobKindText(row.kind) };
    for (const core::EventRow& event : m_session.jobEvents(row.id))
        record.log << QStringLiteral("%1  %2").arg(toQt(event.time), toQt(event.text));
    return record;
}

/// Runs that no job in the list goes on with: those of workspaces that were made before jobs were kept.
void Workbench::listUnfinishedRuns(const std::set<std::string>& covered)
{
    for (const core::RunRow& run : m_session.runs()) {
        const bool open = run.state == core::RunState::Stopped || run.state == core::RunState::Running;
        if (!open || run.origin || covered.contains(run.provenance.planHash))
            continue;
        JobRecord record { tr("Run %1").arg(toQt(run.name)), JobState::Stopped, {}, 0, {}, {}, {},
            jobKindText(core::RunJob::kKind) };
        record.message = tr("%1 of %2 layers are safe on disk").arg(run.layersDone).arg(run.layersTotal);
        for (const core::EventRow& event : m_session.events(run.id))
            record.log << QStringLiteral("%1  %2").arg(toQt(event.time), toQt(event.text));
        record.plans = { run.provenance.planHash };
        record.again = [this, plan = run.plan] { this->run(plan); };
        m_jobs.model()->add(std::move(record));
    }
}

} // namespace kerf::ui
