// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job.h"

#include <algorithm>
#include <chrono>
#include <shared_mutex>

#include <fmt/format.h>

#include "core/jobs/job_edge.h"
#include "core/jobs/quiet_time.h"
#include "core/jobs/run_state.h"

namespace kerf::core {
namespace {

const JobKind* findKind(const std::string& name)
{
    const auto found = std::ranges::find_if(jobKinds(), [&](const JobKind& kind) { return kind.name == name; });
    return found == jobKinds().end() ? nullptr : &*found;
}

Result<JobResult> recorded(const Project& project, Workspace& workspace, const Job& job, const JobContext& context)
{
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_TRY(const RowId row, workspace.beginJob(model, job.kind(), job.settings()));
    const auto start = std::chrono::steady_clock::now();
    const JobContext logged = context.withLog([&](LogLevel level, const std::string& line) {
        context.log(level, line);
        // A log line that the full disk cannot take must not end the job.
        (void)workspace.addJobEvent(row, levelName(level), line);
    });
    Result<JobResult> made = atJobEdge([&]() -> Result<JobResult> {
        std::shared_lock<std::shared_mutex> company;
        if (job.company() == JobCompany::Reader) {
            KERF_TRY(company, keepCompany(logged));
        }
        return job.perform({ project, workspace, model, logged });
    });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const Status status = made ? Status() : tl::unexpected(made.error());
    const Status noted
        = workspace.endJob(row, stateAfter(status), status ? std::string() : status.error().message, seconds);
    KERF_CHECK(status);
    KERF_CHECK(noted);
    return made;
}

} // namespace

std::string nameOf(RowId run, const RunNames& runs)
{
    const auto found = std::ranges::find(runs, run, &RunRow::id);
    return found == runs.end() ? std::to_string(run) : found->name;
}

Result<JobResult> runJob(const Project& project, Workspace& workspace, const Job& job, const JobContext& context)
{
    return atJobEdge([&] { return recorded(project, workspace, job, context); });
}

Result<Job> readJob(const std::string& kind, const Json& settings, const Network& network, const std::string& what)
try {
    const JobKind* known = findKind(kind);
    if (!known)
        return fail(ErrorCode::BadFile, fmt::format("{}: this Kerf knows no job of kind \"{}\"", what, kind));
    Result<Job> job = known->read(settings, network);
    if (!job)
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, job.error().message));
    return job;
} catch (const Json::exception& exception) {
    return fail(ErrorCode::BadFile, fmt::format("{}: the settings cannot be read: {}", what, exception.what()));
}

Result<Job> storedJob(const Project& project, const Workspace& workspace, RowId job)
{
    KERF_TRY(const JobRow row, workspace.job(job));
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    for (const ModelRow& model : models)
        if (model.id == row.model && model.hash != project.modelHash)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Job {} belongs to the model {} ({}). Open that one.", job, model.name, model.path));
    return readJob(
        row.kind, row.settings, *project.model.network, fmt::format("{}: job {}", workspace.file().string(), job));
}

std::string jobTitle(const JobRow& job, const RunNames& runs)
{
    const JobKind* kind = findKind(job.kind);
    return kind && job.settings.is_object() ? kind->title(job.settings, runs) : job.kind;
}

} // namespace kerf::core
