// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job_checks.h"

#include <fmt/format.h>

#include "core/base/quantity_text.h"
#include "core/jobs/check_parts.h"
#include "core/jobs/check_run.h"
#include "core/jobs/export_job.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/preflight.h"
#include "core/jobs/profile_job.h"
#include "core/jobs/run_job.h"
#include "core/jobs/sweep_job.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

/// What jobs of the same kind took that `isSuch`; the last of them.
template <class IsSuch>
void addTimeOfLast(JobChecks& found, const Workspace& workspace, RowId model, const char* kind, const std::string& what,
    const IsSuch& isSuch)
{
    std::optional<double> seconds;
    if (const auto jobs = workspace.jobs(model))
        for (const JobRow& job : *jobs)
            if (job.kind == kind && job.state == RunState::Done && isSuch(job.settings))
                seconds = job.seconds;
    found.seconds = seconds;
    found.add({ "time", seconds ? CheckState::Ok : CheckState::Note,
        seconds ? spanText(*seconds) : std::string("not measured yet"),
        seconds ? fmt::format("what {} took the last time", what) : fmt::format("{} was never made here", what) });
}

void addHeld(JobChecks& found, const Result<Dataset>& held, std::int64_t wanted)
{
    if (!held) {
        found.add({ "held", CheckState::Block, "too little text", held.error().message, CheckFix { "texts" } });
        return;
    }
    const bool isEnough = static_cast<std::int64_t>(held->windows.size()) >= wanted;
    found.add({ "held", isEnough ? CheckState::Ok : CheckState::Warn, counted(held->windows.size(), "window"),
        isEnough ? std::string("of the same text, behind those of the calibration")
                 : fmt::format("{} were asked for, and the text ends", wanted),
        isEnough ? std::nullopt : std::optional(CheckFix { "texts" }) });
}

Result<JobChecks> checkProfile(
    const Project& project, const Workspace& workspace, const ProfileJob& job, const JobContext& context)
{
    JobChecks found;
    Status may = workspace.isReadOnly() ? Status(fail(ErrorCode::Locked, workspace.readOnlyReason()))
                                        : checkMayQuantize(project);
    if (may)
        may = checkCanRun(project);
    if (!may) {
        found.add({ "plan", CheckState::Block, "cannot be measured", may.error().message });
        return found;
    }
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    const Json formats = job.toJson().at("formats");
    addTimeOfLast(found, workspace, model, ProfileJob::kKind, "such a profile",
        [&](const Json& settings) { return settings.value("formats", Json()) == formats; });
    JobChecks ofTexts;
    KERF_TRY(const std::optional<Dataset> data, addText(ofTexts, "calibration", project, job.calibration, context));
    if (data && job.held.files.empty() && job.options.probeWindows > 0) {
        const auto held = loadHeldData(project, job.calibration, job.options.probeWindows, context);
        if (!held && held.error().code == ErrorCode::Cancelled)
            return tl::unexpected(held.error());
        addHeld(ofTexts, held, job.options.probeWindows);
    }
    addMemory(found, project, workspace, model, data ? &*data : nullptr, true);
    if (data) {
        const MissingStatistics missing = missingStatistics(project, workspace, *data);
        addDisk(found, "disk", workspace.file().parent_path(), missing.bytes,
            fmt::format("statistics of {} of {} sites", missing.sites, missing.allSites));
    }
    for (JobCheck& check : ofTexts.checks)
        found.add(std::move(check));
    addDevice(found);
    return found;
}

/// Why a run cannot be exported so; empty: it can.
std::string exportProblem(const RunRow& run, const Exporter& exporter, const Network& network, const fs::path& out)
{
    if (run.state != RunState::Done)
        return fmt::format("{} is not finished: {} of {} layers.", run.name, run.layersDone, run.layersTotal);
    std::error_code ignored;
    if (fs::exists(out, ignored))
        return fmt::format("{} is there already, and nothing is overwritten: choose another name.", out.string());
    const std::vector<PlanProblem> problems = exporter.check(run.plan, network);
    return problems.empty() || run.origin ? std::string() : problems.front().message;
}

Result<JobChecks> checkExport(const Project& project, const Workspace& workspace, const ExportJob& job)
{
    JobChecks found;
    KERF_TRY(const Exporter* exporter, findExporter(job.target));
    KERF_TRY(const RunRow run, workspace.run(std::to_string(job.run)));
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    const std::string problem = exportProblem(run, *exporter, *project.model.network, job.out);
    found.add({ "export", problem.empty() ? CheckState::Ok : CheckState::Block,
        problem.empty() ? job.target + " takes it" : job.target + " is refused",
        problem.empty() ? exporter->summary() : problem });
    addTimeOfLast(found, workspace, model, ExportJob::kKind, "an export to " + job.target,
        [&](const Json& settings) { return settings.value("target", std::string()) == job.target; });
    if (!problem.empty() || run.origin)
        return found;
    if (const auto bytes = exportBytes(project, workspace, job.run, *exporter))
        addDisk(found, "disk", fs::absolute(job.out).parent_path(), *bytes, "weights, to the byte");
    return found;
}

} // namespace

const char* checkStateName(CheckState state)
{
    switch (state) {
    case CheckState::Ok:
        return "ok";
    case CheckState::Note:
        return "note";
    case CheckState::Warn:
        return "warn";
    case CheckState::Block:
        break;
    }
    return "block";
}

const JobCheck* JobChecks::find(std::string_view id) const
{
    const auto found = std::ranges::find(checks, id, &JobCheck::id);
    return found == checks.end() ? nullptr : &*found;
}

Json toJson(const JobChecks& checks)
{
    Json json { { "blocked", checks.isBlocked() }, { "clear", checks.isClear() },
        { "seconds", checks.seconds ? Json(*checks.seconds) : Json() }, { "memory_bytes", checks.memoryBytes },
        { "checks", Json::array() } };
    for (const JobCheck& check : checks.checks) {
        Json one { { "id", check.id }, { "state", checkStateName(check.state) }, { "result", check.result },
            { "basis", check.basis } };
        if (!check.layers.empty())
            one["layers"] = check.layers;
        if (check.fix)
            one["fix"] = { { "kind", check.fix->kind }, { "count", check.fix->count } };
        json["checks"].push_back(std::move(one));
    }
    return json;
}

Result<JobChecks> checkJob(const Project& project, const Workspace& workspace, const Job& job,
    const CheckWishes& wishes, const JobContext& context)
{
    return atJobEdge([&]() -> Result<JobChecks> {
        if (const auto* run = job.as<RunJob>())
            return checkRuns(project, workspace,
                { { &run->quantize.plan }, run->quantize.calibration, run->measures ? &*run->measures : nullptr },
                wishes, context);
        if (const auto* sweep = job.as<SweepJob>()) {
            RunsToCheck runs { {}, sweep->calibration, sweep->measures ? &*sweep->measures : nullptr };
            for (const Plan& plan : sweep->plans)
                runs.plans.push_back(&plan);
            return checkRuns(project, workspace, runs, wishes, context);
        }
        if (const auto* profile = job.as<ProfileJob>())
            return checkProfile(project, workspace, *profile, context);
        if (const auto* written = job.as<ExportJob>())
            return checkExport(project, workspace, *written);
        JobChecks found;
        addDevice(found);
        return found;
    });
}

} // namespace kerf::core
