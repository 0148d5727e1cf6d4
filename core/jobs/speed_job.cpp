// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/speed_job.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "core/evaluate/kernel_times.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/provenance.h"
#include "core/jobs/transformed.h"

namespace kerf::core {
namespace {

constexpr const char* kSixteenBit = "bf16"; ///< stands for the weight as it is stored

std::int64_t now()
{
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

/// Every format that the model's runs, its newest profile and the caller have.
Result<std::vector<LayerFormat>> formatsToTime(
    const Workspace& workspace, RowId model, const std::vector<RunRow>& runs, const std::vector<std::string>& wanted)
{
    std::set<std::string> names(wanted.begin(), wanted.end());
    for (const RunRow& run : runs)
        for (const PlanLayer& layer : run.plan.layers)
            names.insert(layer.format);
    KERF_TRY(const std::optional<Profile> profile, workspace.latestProfile(model));
    if (profile)
        names.insert(profile->formats.begin(), profile->formats.end());
    std::vector<LayerFormat> formats;
    for (const std::string& name : names) {
        KERF_TRY(LayerFormat format, parseLayerFormat(name));
        formats.push_back(std::move(format));
    }
    return formats;
}

/// What runs around the layers in the model and in each of its runs, each kind once; and the networks it runs in.
struct Frames {
    std::vector<TokenFrame> frames;
    std::vector<TransformChain> chains;
};

Status addFrame(
    Frames& frames, const Project& project, const Workspace& workspace, const RunRow& run, const JobContext& job)
{
    const std::string name = frameName(run.plan);
    if (std::ranges::find(frames.frames, name, &TokenFrame::name) != frames.frames.end())
        return {};
    TokenFrame frame { name, project.model.network.get(), {} };
    KERF_TRY(frame.caches, cacheSettings(run.plan, *frame.network));
    for (CacheSetting& cache : frame.caches)
        if (cache.format && cache.format->hasFixedStep())
            cache.keyStep = cache.valueStep = 1; // which step it is does not change the time
    if (rotatesOnline(run.plan.transforms)) {
        Result<TransformChain> chain = loadRunChain(project, workspace, run.id);
        if (!chain) { // the run's speed stays unknown, all others do not suffer
            job.log(LogLevel::Warning, chain.error().message);
            return {};
        }
        frame.network = chain->network().get();
        frames.chains.push_back(std::move(*chain));
    }
    frames.frames.push_back(std::move(frame));
    return {};
}

Status takeSitting(const Project& project, Workspace& workspace, RowId model, const std::vector<std::string>& wanted,
    const JobContext& job)
{
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    SittingOptions options;
    KERF_TRY(options.formats, formatsToTime(workspace, model, runs, wanted));
    Frames frames;
    frames.frames.push_back({ frameName({}), project.model.network.get(), {} });
    for (const RunRow& run : runs)
        if (run.state == RunState::Done)
            KERF_CHECK(addFrame(frames, project, workspace, run, job));
    options.frames = frames.frames;
    options.seed = static_cast<std::uint64_t>(now());
    Sitting sitting { machineName(), now(), options.rounds, {} };
    KERF_TRY(sitting.kernels, measureKernels(*project.model.network, options, job));
    return workspace.addSitting(model, sitting);
}

Status pause(double minutes, const JobContext& job)
{
    using namespace std::chrono;
    const auto whole = duration_cast<seconds>(duration<double>(60 * minutes));
    const auto end = steady_clock::now() + whole;
    for (auto at = steady_clock::now(); at < end; at = steady_clock::now()) {
        KERF_CHECK(job.checkStop());
        job.progress({ "Waiting for the next sitting", (whole - duration_cast<seconds>(end - at)).count(),
            whole.count(), "seconds" });
        std::this_thread::sleep_for(milliseconds(200));
    }
    return {};
}

Status sittings(const Project& project, Workspace& workspace, const SittingJob& settings, const JobContext& job)
{
    KERF_TRY(const RowId model, registerModel(project, workspace));
    for (int i = 0; i < settings.count; ++i) {
        if (i > 0)
            KERF_CHECK(pause(settings.minutesApart, job));
        KERF_CHECK(takeSitting(project, workspace, model, settings.formats, job));
        job.log(LogLevel::Info, fmt::format("Sitting {} of {} is done.", i + 1, settings.count));
    }
    return {};
}

/// The plan's layers whose formats a kernel runs, and the frame.
Plan timedPart(Plan plan)
{
    std::erase_if(plan.layers, [](const PlanLayer& layer) {
        const auto format = parseLayerFormat(layer.format);
        return !format || !hasKernel(*format);
    });
    return plan;
}

/// Layers that take the format, and a kernel that runs it, but no time.
bool misses(const ModelSpeeds& speeds, const std::string& name)
{
    const auto format = parseLayerFormat(name);
    return format && hasKernel(*format) && std::ranges::any_of(speeds.shapes, [&](const auto& layer) {
        return format->checkShape(layer.second) && !speeds.table.seconds(productName(*format, layer.second));
    });
}

Result<DecodeTimes> timesBehindSitting(
    const Project& project, Workspace& workspace, const std::vector<std::string>& formats, const JobContext& job)
{
    for (const std::string& format : formats)
        KERF_CHECK(parseLayerFormat(format));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_TRY(ModelSpeeds speeds, loadSpeeds(workspace, model));
    const bool isComplete = speeds.table.machine() == machineName() && !speeds.table.isEmpty()
        && std::ranges::none_of(formats, [&](const std::string& format) { return misses(speeds, format); });
    if (!isComplete) {
        KERF_CHECK(takeSitting(project, workspace, model, formats, job));
        KERF_TRY(speeds, loadSpeeds(workspace, model));
    }
    const std::optional<DecodeTimes> times = decodeTimes(speeds, formats);
    if (!times)
        return fail(ErrorCode::Internal, "The measured times cannot be read back.");
    return *times;
}

} // namespace

std::optional<SpeedFigure> ModelSpeeds::figure(const Plan& plan) const
{
    const Result<TokenWork> work = tokenWork(plan, shapes);
    return work ? table.figure(*work) : std::nullopt;
}

Result<ModelSpeeds> loadSpeeds(const Workspace& workspace, RowId model)
{
    ModelSpeeds speeds;
    KERF_TRY(speeds.shapes, workspace.layerShapes(model));
    KERF_TRY(const std::vector<Sitting> rows, workspace.sittings(model));
    speeds.table = SpeedTable(rows, machineName(), storedTokenWork(speeds.shapes));
    return speeds;
}

Status runSittings(const Project& project, Workspace& workspace, const SittingJob& settings, const JobContext& job)
{
    return atJobEdge([&] { return sittings(project, workspace, settings, job); });
}

Status ensureSitting(const Project& project, Workspace& workspace, const Plan& plan, const JobContext& job)
{
    return atJobEdge([&]() -> Status {
        KERF_TRY(const RowId model, registerModel(project, workspace));
        KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, model));
        KERF_TRY(const TokenWork work, tokenWork(timedPart(plan), speeds.shapes));
        const bool isFresh
            = speeds.table.machine() == machineName() && now() - speeds.table.lastTime() < kSittingsApart;
        return isFresh && speeds.table.lastHas(work) ? Status() : takeSitting(project, workspace, model, {}, job);
    });
}

std::optional<DecodeTimes> decodeTimes(const ModelSpeeds& speeds, const std::vector<std::string>& formats)
{
    const auto other = speeds.table.seconds(frameName({}));
    if (!other)
        return std::nullopt;
    DecodeTimes times { *other };
    std::vector<std::string> all = formats;
    all.emplace_back(kSixteenBit);
    for (const std::string& name : all) {
        const Result<LayerFormat> format = parseLayerFormat(name);
        if (!format)
            continue;
        for (const auto& [layer, shape] : speeds.shapes)
            if (const auto seconds = speeds.table.seconds(productName(*format, shape)))
                times.layers[layer][format->name()] = *seconds;
    }
    return times;
}

Result<DecodeTimes> runDecodeTimes(
    const Project& project, Workspace& workspace, const std::vector<std::string>& formats, const JobContext& job)
{
    return atJobEdge([&] { return timesBehindSitting(project, workspace, formats, job); });
}

std::optional<double> predictSpeed(const DecodeTimes& times, const Plan& plan)
{
    double seconds = times.otherSeconds;
    for (const PlanLayer& row : plan.layers) {
        const auto layer = times.layers.find(row.layer);
        if (layer == times.layers.end())
            return std::nullopt;
        const auto format = parseLayerFormat(row.format);
        if (!format)
            return std::nullopt;
        const auto known = layer->second.find(format->weight->isUnquantized() ? kSixteenBit : format->name());
        if (known == layer->second.end())
            return std::nullopt;
        seconds += known->second;
    }
    return seconds > 0 ? std::optional(1 / seconds) : std::nullopt;
}

Json SittingJob::toJson() const
{
    return { { "formats", formats }, { "count", count }, { "minutes_apart", minutesApart } };
}

Result<SittingJob> SittingJob::fromJson(const Json& json, const Network&)
{
    return SittingJob { json.at("formats").get<std::vector<std::string>>(), json.at("count").get<int>(),
        json.at("minutes_apart").get<double>() };
}

std::string SittingJob::title(const Json&, const RunNames&)
{
    return "Time the formats";
}

Result<std::monostate> SittingJob::perform(const JobScene& scene) const
{
    KERF_CHECK(runSittings(scene.project, scene.workspace, *this, scene.context));
    return std::monostate();
}

JobReport SittingJob::report(const std::monostate&) const
{
    return { counted(static_cast<std::size_t>(count), "sitting") + " done.", { { "sittings", count } } };
}

} // namespace kerf::core
