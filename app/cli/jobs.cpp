// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/job.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

Json jobJson(const JobRow& job, const RunNames& runs)
{
    return { { "job", job.id }, { "kind", job.kind }, { "title", jobTitle(job, runs) },
        { "state", runStateName(job.state) }, { "message", job.message }, { "created", job.created },
        { "seconds", job.seconds } };
}

Result<Outcome> listJobs(Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const std::vector<JobRow> jobs, workspace.jobs());
    KERF_TRY(const RunNames runs, workspace.runs());
    Outcome outcome;
    outcome.json["jobs"] = Json::array();
    Table table({ "job", "what", "state", "started", "seconds" });
    for (const JobRow& job : jobs) {
        outcome.json["jobs"].push_back(jobJson(job, runs));
        table.add({ std::to_string(job.id), jobTitle(job, runs), runStateName(job.state), job.created,
            fmt::format("{:.1f}", job.seconds) });
    }
    outcome.text = jobs.empty() ? "No jobs yet.\n" : table.text();
    for (const JobRow& job : jobs)
        if (!job.message.empty())
            outcome.text += fmt::format("{}: {}\n", job.id, job.message);
    return outcome;
}

Result<Outcome> showJob(Invocation& invocation, RowId id)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const JobRow job, workspace.job(id));
    KERF_TRY(const std::vector<EventRow> events, workspace.jobEvents(id));
    KERF_TRY(const RunNames runs, workspace.runs());
    Outcome outcome;
    outcome.json = jobJson(job, runs);
    outcome.json["settings"] = job.settings;
    outcome.json["events"] = Json::array();
    outcome.text = fmt::format("Job {}: {}, {}, started {}, {:.1f} s of work\n", job.id, jobTitle(job, runs),
        runStateName(job.state), job.created, job.seconds);
    if (!job.message.empty())
        outcome.text += job.message + "\n";
    for (const EventRow& event : events) {
        outcome.json["events"].push_back({ { "time", event.time }, { "level", event.level }, { "text", event.text } });
        outcome.text += fmt::format("{} {} {}\n", event.time, event.level, event.text);
    }
    return outcome;
}

Result<Outcome> resumeJob(Invocation& invocation, RowId id)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const JobRow job, workspace.job(id));
    KERF_TRY(const RunNames runs, workspace.runs());
    if (job.state == RunState::Done)
        return fail(ErrorCode::InvalidArgument, fmt::format("Job {} ({}) is done.", id, jobTitle(job, runs)));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, job));
    KERF_TRY(const Job stored, storedJob(*project, workspace, id));
    KERF_TRY(const JobResult made, runJob(*project, workspace, stored, invocation.job()));
    KERF_TRY(const JobRow after, workspace.job(id));
    Outcome outcome { jobJson(after, runs),
        fmt::format("Job {} ({}) is {}.\n", id, jobTitle(job, runs), runStateName(after.state)) };
    outcome.json.update(made.report.json);
    if (!made.report.text.empty())
        outcome.text += made.report.text + "\n";
    outcome.failed = made.report.failed;
    return outcome;
}

Result<Outcome> deleteJob(Invocation& invocation, RowId id)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    KERF_CHECK(workspace.deleteJob(id));
    return Outcome { { { "job", id }, { "deleted", true } },
        fmt::format("Job {} is no longer listed; what it made stays.\n", id) };
}

} // namespace

void addJobs(CommandLine& line)
{
    struct Options {
        RowId job = 0;
        bool resume = false;
        bool remove = false;
    };
    CLI::App* verb
        = line.addVerb("jobs", "The jobs of a workspace; goes on with one that stopped, failed or was killed",
            "  kerf-cli jobs -w work.kerf\n  kerf-cli jobs 3 -w work.kerf\n  kerf-cli jobs 3 --resume -w work.kerf\n"
            "A job goes on with the settings it was started with; what is finished is not made again.");
    auto options = std::make_shared<Options>();
    auto* job = verb->add_option("JOB", options->job, "Number: shows its settings and log")->check(CLI::PositiveNumber);
    auto* resume = verb->add_flag("--resume", options->resume, "Go on with the job")->needs(job);
    verb->add_flag("--delete", options->remove, "Take the job off the list; what it made stays")
        ->needs(job)
        ->excludes(resume);
    line.onChosen(verb, [options](Invocation& invocation) -> Result<Outcome> {
        if (options->job == 0)
            return listJobs(invocation);
        if (options->resume)
            return resumeJob(invocation, options->job);
        return options->remove ? deleteJob(invocation, options->job) : showJob(invocation, options->job);
    });
}

} // namespace kerf::cli
