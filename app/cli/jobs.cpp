// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/job_run.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

/// "rtn int4-g128", "5 plans", "run 3": what a job is about.
std::string about(const JobRow& job)
{
    const std::string subject = jobSubject(job);
    const auto counted = [&](const char* what) { return fmt::format("{} {}", subject, what); };
    if (job.kind == "sweep" || job.kind == "check")
        return counted("plans");
    if (job.kind == "cells")
        return counted("cells");
    if (job.kind == "sittings" || job.kind == "profile")
        return subject == "0" ? std::string("formats by default") : counted("formats");
    if (job.kind == "methods")
        return "methods compared";
    if (job.kind == "evaluate" || job.kind == "bench" || job.kind == "export")
        return "run " + subject;
    return subject;
}

Json jobJson(const JobRow& job)
{
    return { { "job", job.id }, { "kind", job.kind }, { "about", about(job) }, { "state", runStateName(job.state) },
        { "message", job.message }, { "created", job.created }, { "seconds", job.seconds } };
}

Result<Outcome> listJobs(Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const std::vector<JobRow> jobs, workspace.jobs());
    Outcome outcome;
    outcome.json["jobs"] = Json::array();
    Table table({ "job", "kind", "about", "state", "started", "seconds" });
    for (const JobRow& job : jobs) {
        outcome.json["jobs"].push_back(jobJson(job));
        table.add({ std::to_string(job.id), job.kind, about(job), runStateName(job.state), job.created,
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
    Outcome outcome;
    outcome.json = jobJson(job);
    outcome.json["settings"] = job.settings;
    outcome.json["events"] = Json::array();
    outcome.text = fmt::format("Job {}: {} ({}), {}, started {}, {:.1f} s of work\n", job.id, job.kind, about(job),
        runStateName(job.state), job.created, job.seconds);
    if (!job.message.empty())
        outcome.text += job.message + "\n";
    for (const EventRow& event : events) {
        outcome.json["events"].push_back({ { "time", event.time }, { "level", event.level }, { "text", event.text } });
        outcome.text += fmt::format("{} {} {}\n", event.time, event.level, event.text);
    }
    return outcome;
}

/// What the job made, for scripts: the run or runs that now stand in the workspace.
Status addProduct(const Workspace& workspace, const JobProduct& made, Outcome& outcome)
{
    if (const auto* run = std::get_if<RowId>(&made)) {
        KERF_TRY(const RunRow row, workspace.run(std::to_string(*run)));
        outcome.json["run"] = row.id;
        outcome.text += fmt::format("It made run {} ({}).\n", row.id, row.name);
    }
    const auto* items = std::get_if<std::vector<SweepItem>>(&made);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        const SweepItem& item = (*items)[i];
        outcome.failed = outcome.failed || item.state == SweepState::Failed;
        outcome.json["items"].push_back({ { "name", item.name }, { "state", sweepStateName(item.state) },
            { "run", item.run }, { "error", item.error } });
        outcome.text += fmt::format("{}: {}{}\n", item.name, sweepStateName(item.state),
            item.error.empty() ? std::string() : ": " + item.error);
    }
    return {};
}

Result<Outcome> resumeJob(Invocation& invocation, RowId id)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const JobRow job, workspace.job(id));
    if (job.state == RunState::Done)
        return fail(ErrorCode::InvalidArgument, fmt::format("Job {} ({}) is done.", id, job.kind));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, job));
    KERF_TRY(const JobSettings settings, storedJob(*project, workspace, id));
    KERF_TRY(const JobProduct made, runJob(*project, workspace, settings, {}, invocation.job()));
    KERF_TRY(const JobRow after, workspace.job(id));
    Outcome outcome { jobJson(after),
        fmt::format("Job {} ({}, {}) is {}.\n", id, job.kind, about(job), runStateName(after.state)) };
    KERF_CHECK(addProduct(workspace, made, outcome));
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
