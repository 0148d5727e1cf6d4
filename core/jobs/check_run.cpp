// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/check_run.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/base/quantity_text.h"
#include "core/jobs/job_json.h"
#include "core/jobs/preflight.h"
#include "core/jobs/provenance.h"
#include "core/jobs/run_forecast.h"
#include "core/plan/left_out.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

/// What all plans together would do.
struct Work {
    std::set<std::string> toDo; ///< each once: "layer format method", in sequential mode also its plan
    std::vector<std::string> layers; ///< names, of a single plan
    std::size_t cached = 0; ///< found on disk, counted for each plan
    std::size_t shared = 0; ///< made by an earlier plan of this job
    std::size_t edited = 0;
    std::string nearest;
    std::int64_t bytes = 0;
    std::optional<LayerTimes::Estimate> time = LayerTimes::Estimate { 0, 0.0, 0 };
};

std::string workKey(const Plan& plan, const PlanLayer& layer)
{
    const bool isAlone = plan.mode == QuantizeMode::Sequential || useFormats(plan.transforms);
    return fmt::format("{} {} {}{}", layer.layer, layer.format, methodVariant(layer.method, plan.settings),
        isAlone ? " " + planHash(plan) : std::string());
}

Status addPlan(Work& work, const Project& project, const Workspace& workspace, RowId model, const Plan& plan,
    const std::string& datasetHash, const LayerTimes& times)
{
    KERF_TRY(RunForecast forecast, forecastRun(project, workspace, model, plan, datasetHash, times));
    std::set<std::string> finished = forecast.cached;
    for (const LayerInfo& layer : project.model.network->layers()) {
        if (std::ranges::find(forecast.toDo, layer.name) == forecast.toDo.end())
            continue;
        const PlanLayer& choice = *plan.find(layer.name);
        if (!work.toDo.insert(workKey(plan, choice)).second) {
            ++work.shared;
            finished.insert(layer.name);
            continue;
        }
        const auto time = times.of(layer, choice.method);
        if (!time)
            work.time.reset();
        if (!work.time)
            continue;
        work.time->seconds += time->seconds;
        work.time->measurements += time->measurements;
        if (time->deviation && work.time->deviation)
            *work.time->deviation += *time->deviation;
        else
            work.time->deviation.reset();
    }
    KERF_TRY(const std::int64_t bytes, spaceNeeded(project, plan, finished, false));
    work.bytes += bytes;
    work.cached += forecast.cached.size();
    work.edited += forecast.edited.size();
    work.nearest = forecast.nearestName;
    work.layers = std::move(forecast.toDo);
    return {};
}

/// What a run of this model took beside its layers (calibration for the most part), and what measuring it took after:
/// the means over runs of this machine. Nothing: there is no such run.
struct OtherTimes {
    std::optional<double> calibrating, measuring;
};

Result<OtherTimes> otherTimes(const Workspace& workspace, RowId model, const RunsToCheck& wanted)
{
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    KERF_TRY(const std::vector<JobRow> jobs, workspace.jobs(model));
    OtherTimes found;
    for (const RunRow& run : runs) {
        if (run.state != RunState::Done || run.origin || !isOfThisMachine(run.provenance))
            continue;
        KERF_TRY(const std::vector<RunLayerRow> layers, workspace.runLayers(run.id));
        double seconds = run.provenance.seconds;
        for (const RunLayerRow& layer : layers)
            seconds -= layer.report.seconds;
        found.calibrating = std::max(found.calibrating.value_or(0), std::max(0.0, seconds));
        // The job that made it, when it made that alone and measured it as it is wanted now.
        for (const JobRow& job : jobs)
            if (job.state == RunState::Done && job.kind == "run" && wanted.measures
                && job.settings.value("measures", Json()) == toJson(std::optional(*wanted.measures))
                && planNameOf(job.settings) == run.name && job.seconds > run.provenance.seconds)
                found.measuring = job.seconds - run.provenance.seconds;
    }
    return found;
}

std::string partText(const char* what, const std::optional<double>& seconds)
{
    return seconds ? fmt::format("{} {}", what, spanText(*seconds)) : fmt::format("{} not measured yet", what);
}

/// `calibrates`: statistics are missing.
void addTime(JobChecks& found, const Work& work, const OtherTimes& other, const RunsToCheck& wanted, bool calibrates)
{
    const double plans = static_cast<double>(wanted.plans.size());
    const std::optional<double> layers = work.time ? std::optional(work.time->seconds) : std::nullopt;
    std::vector<std::pair<const char*, std::optional<double>>> parts;
    if (!work.toDo.empty())
        parts.emplace_back("layers", layers);
    if (calibrates)
        parts.emplace_back("calibration", other.calibrating);
    if (wanted.measures)
        parts.emplace_back(
            "measuring", other.measuring ? std::optional(*other.measuring * plans) : std::optional<double>());
    double sum = 0;
    bool isWhole = true;
    std::string basis;
    for (const auto& [what, seconds] : parts) {
        sum += seconds.value_or(0);
        isWhole = isWhole && seconds;
        basis += (basis.empty() ? "" : ", ") + partText(what, seconds);
    }
    if (work.time && work.time->measurements > 0)
        basis += fmt::format("; {} of layers on this machine", counted(work.time->measurements, "measurement"));
    if (isWhole)
        found.seconds = sum;
    const bool isKnown = sum > 0 || isWhole;
    std::string result = !isKnown ? "not measured yet" : (isWhole ? "" : "over ") + spanText(sum);
    if (isKnown && work.time && work.time->deviation && *work.time->deviation > 0)
        result += fmt::format(" ± {}", spanText(*work.time->deviation));
    found.add({ "time", isKnown ? CheckState::Ok : CheckState::Note, std::move(result), std::move(basis) });
}

void addLayers(JobChecks& found, const Work& work, const Network& network, std::size_t plans)
{
    found.add({ "cached", CheckState::Ok, fmt::format("{} reused", counted(work.cached, "layer")),
        "same weights, statistics, format, method, settings and engine" });
    std::string basis = plans > 1
        ? fmt::format("{} plans of {} layers; {} are shared among them", plans, network.layers().size(), work.shared)
        : work.nearest.empty() ? std::string("no run shares layers with this plan")
                               : fmt::format("{} by edits since {}, {} never made", work.edited, work.nearest,
                                   work.layers.size() - work.edited);
    JobCheck check { "to_do", CheckState::Ok, counted(work.toDo.size(), "layer"), std::move(basis) };
    if (plans == 1)
        check.layers = work.layers;
    found.add(std::move(check));
}

/// What keeps a plan from being carried out at all.
Status mayBegin(const Project& project, const Workspace& workspace, const RunsToCheck& runs)
{
    if (workspace.isReadOnly())
        return fail(ErrorCode::Locked, workspace.readOnlyReason());
    KERF_CHECK(checkMayQuantize(project));
    if (runs.measures)
        KERF_CHECK(checkCanRun(project));
    for (const Plan* plan : runs.plans) {
        KERF_CHECK(checkPlan(*plan, *project.model.network));
        KERF_CHECK(checkQuantizesSomething(*plan, *project.model.network));
        KERF_CHECK(checkNeedsNoRun(project, *plan, !runs.calibration.files.empty()));
        KERF_CHECK(checkCalibration(*plan, !runs.calibration.files.empty()));
    }
    return {};
}

struct Texts {
    std::optional<Dataset> calibration, evaluation;
    bool areUsable = true;
};

/// Adds the checks of the texts to `found`.
Result<Texts> readTexts(JobChecks& found, const Project& project, const Workspace& workspace, RowId model,
    const RunsToCheck& runs, const JobContext& context)
{
    Texts texts;
    if (!runs.calibration.files.empty()) {
        KERF_TRY(texts.calibration, addText(found, "calibration", project, runs.calibration, context));
        texts.areUsable = texts.calibration.has_value();
    }
    if (runs.measures) {
        KERF_TRY(texts.evaluation, addText(found, "evaluation", project, runs.measures->text, context));
        texts.areUsable = texts.areUsable && texts.evaluation;
    }
    if (texts.evaluation)
        KERF_CHECK(addWindows(found, workspace, model, *texts.evaluation));
    if (texts.calibration && texts.evaluation)
        KERF_CHECK(addOverlap(found, *texts.calibration, *texts.evaluation, context));
    return texts;
}

} // namespace

Result<JobChecks> checkRuns(const Project& project, const Workspace& workspace, const RunsToCheck& runs,
    const CheckWishes& wishes, const JobContext& context)
{
    JobChecks found;
    if (const Status may = mayBegin(project, workspace, runs); !may) {
        found.add({ "plan", CheckState::Block, "cannot be carried out", may.error().message });
        return found;
    }
    const Network& network = *project.model.network;
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    JobChecks ofTexts;
    KERF_TRY(const Texts texts, readTexts(ofTexts, project, workspace, model, runs, context));
    KERF_TRY(const LayerTimes times, LayerTimes::read(workspace, model, network));
    KERF_TRY(const OtherTimes other, otherTimes(workspace, model, runs));
    Work work;
    const std::string hash = texts.calibration ? texts.calibration->hash : std::string();
    bool isSequential = false;
    for (const Plan* plan : runs.plans) {
        isSequential = isSequential || plan->mode == QuantizeMode::Sequential;
        KERF_CHECK(context.checkStop());
        KERF_CHECK(addPlan(work, project, workspace, model, *plan, hash, times));
    }
    const bool collects = texts.calibration && !isSequential;
    const MissingStatistics missing
        = collects ? missingStatistics(project, workspace, *texts.calibration) : MissingStatistics {};
    addTime(found, work, other, runs, missing.sites > 0 || (isSequential && !work.toDo.empty()));
    addMemory(found, project, workspace, model, texts.calibration ? &*texts.calibration : nullptr,
        missing.sites > 0 || isSequential);
    addDisk(found, "disk", workspace.file().parent_path(), work.bytes + missing.bytes,
        fmt::format("layers {}, statistics {}", bytesText(work.bytes), bytesText(missing.bytes)));
    addLayers(found, work, network, runs.plans.size());
    for (JobCheck& check : ofTexts.checks)
        found.add(std::move(check));
    addTransforms(found, runs.plans, network);
    if (runs.plans.size() == 1)
        addTargets(found, *runs.plans.front(), network, wishes.loader);
    addDevice(found);
    return found;
}

} // namespace kerf::core
