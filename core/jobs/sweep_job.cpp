// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/sweep_job.h"

#include <set>

#include <fmt/format.h>

#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/quantize_job.h"

namespace kerf::core {
namespace {

/// Ends the whole sweep, and not only one plan of it.
bool endsSweep(ErrorCode code)
{
    return code == ErrorCode::Cancelled || code == ErrorCode::DiskFull || code == ErrorCode::Locked;
}

/// Progress that says which plan it belongs to, behind the stage, whose first word tells its kind.
JobContext forPlan(const JobContext& job, std::size_t index, std::size_t count, const std::string& name)
{
    const std::string where = fmt::format(" · plan {} of {}: {}", index + 1, count, name);
    return job.withProgress([job, where](const Progress& progress) {
        Progress shown = progress;
        shown.stage += where;
        job.progress(shown);
    });
}

Status checkPlans(const std::vector<Plan>& plans)
{
    if (plans.empty())
        return fail(ErrorCode::InvalidArgument, "The sweep has no plan: choose formats and methods, presets or plans.");
    std::set<std::string> names;
    for (const Plan& plan : plans)
        if (!names.insert(plan.name).second)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Two plans of the sweep are named \"{}\": give them names of their own.", plan.name));
    return {};
}

Result<RowId> carryOut(
    const Project& project, Workspace& workspace, const SweepJob& settings, const Plan& plan, const JobContext& job)
{
    KERF_TRY(const RowId run, runQuantize(project, workspace, { plan, settings.calibration, settings.seed }, job));
    if (settings.measures)
        KERF_CHECK(measureRun(project, workspace, run, *settings.measures, job));
    return run;
}

Result<std::vector<SweepItem>> sweep(
    const Project& project, Workspace& workspace, const SweepJob& settings, const JobContext& job)
{
    KERF_CHECK(checkPlans(settings.plans));
    std::vector<SweepItem> items;
    for (const Plan& plan : settings.plans)
        items.push_back({ plan.name, SweepState::Waiting, 0, {} });
    const auto enter = [&](std::size_t index, SweepState state) {
        items[index].state = state;
        if (settings.changed)
            settings.changed(index, items[index]);
    };
    for (std::size_t i = 0; i < items.size(); ++i) {
        enter(i, SweepState::Running);
        const Plan& plan = settings.plans[i];
        const Result<RowId> run
            = carryOut(project, workspace, settings, plan, forPlan(job, i, items.size(), plan.name));
        if (run) {
            items[i].run = *run;
            enter(i, SweepState::Done);
            continue;
        }
        if (endsSweep(run.error().code)) {
            enter(i, SweepState::Waiting);
            return tl::unexpected(run.error());
        }
        items[i].error = run.error().message;
        job.log(LogLevel::Warning, fmt::format("{}: {}", plan.name, run.error().message));
        enter(i, SweepState::Failed);
    }
    if (settings.measures)
        KERF_CHECK(measureOriginal(project, workspace, *settings.measures, job));
    return items;
}

} // namespace

const char* sweepStateName(SweepState state)
{
    switch (state) {
    case SweepState::Waiting:
        return "waiting";
    case SweepState::Running:
        return "running";
    case SweepState::Done:
        return "done";
    case SweepState::Failed:
        break;
    }
    return "failed";
}

Result<std::vector<Plan>> sweepPlans(const Network& network, const std::vector<std::string>& formats,
    const std::vector<std::string>& methods, QuantizeMode mode, const MethodSettings& settings)
{
    std::vector<Plan> plans;
    for (const std::string& format : formats)
        for (const std::string& method : methods) {
            KERF_TRY(Plan plan, uniformPlan(network, fmt::format("{} {}", method, format), format, method));
            plan.mode = mode;
            plan.settings = settings;
            if (mode == QuantizeMode::Sequential)
                plan.name += " sequential";
            plans.push_back(std::move(plan));
        }
    return plans;
}

Result<std::vector<SweepItem>> runSweep(
    const Project& project, Workspace& workspace, const SweepJob& settings, const JobContext& job)
{
    return atJobEdge([&] { return sweep(project, workspace, settings, job); });
}

Json SweepJob::toJson() const
{
    return { { "plans", core::toJson(plans) }, { "calibration", core::toJson(calibration) }, { "seed", seed },
        { "measures", core::toJson(measures) } };
}

Result<SweepJob> SweepJob::fromJson(const Json& json, const Network& network)
{
    SweepJob job;
    KERF_TRY(job.plans, plansFrom(json.at("plans"), network));
    job.calibration = dataChoiceFrom(json.at("calibration"));
    job.seed = json.at("seed").get<std::int64_t>();
    job.measures = runMeasuresFrom(json.at("measures"));
    return job;
}

std::string SweepJob::title(const Json& settings, const RunNames&)
{
    return "Sweep of " + counted(sizeOf(settings, "plans"), "plan");
}

Result<std::vector<SweepItem>> SweepJob::perform(const JobScene& scene) const
{
    return runSweep(scene.project, scene.workspace, *this, scene.context);
}

JobReport SweepJob::report(const std::vector<SweepItem>& made) const
{
    JobReport report;
    report.json["items"] = Json::array();
    for (const SweepItem& item : made) {
        report.failed = report.failed || item.state == SweepState::Failed;
        report.json["items"].push_back({ { "name", item.name }, { "state", sweepStateName(item.state) },
            { "run", item.run }, { "error", item.error } });
        report.text += fmt::format("{}{}: {}{}", report.text.empty() ? "" : "\n", item.name, sweepStateName(item.state),
            item.error.empty() ? std::string() : ": " + item.error);
    }
    return report;
}

} // namespace kerf::core
