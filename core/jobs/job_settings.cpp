// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job_settings.h"

#include <array>
#include <functional>

#include <fmt/format.h>

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::array kKinds { "profile", "run", "sweep", "search", "cells", "methods", "check", "evaluate", "bench",
    "export", "sittings" };
static_assert(kKinds.size() == std::variant_size_v<JobSettings>);

/// Thrown and caught in this file: what is wrong with stored settings.
struct Unreadable {
    Error error;
};

template <class T> T take(Result<T> value)
{
    if (!value)
        throw Unreadable { value.error() };
    return std::move(*value);
}

Json dataJson(const DataChoice& choice)
{
    Json files = Json::array();
    for (const fs::path& file : choice.files)
        files.push_back(fs::absolute(file).lexically_normal().string());
    return { { "files", std::move(files) }, { "window", choice.window }, { "samples", choice.samples },
        { "add_bos", choice.addBos }, { "field", choice.field } };
}

DataChoice dataOf(const Json& json)
{
    DataChoice choice;
    for (const Json& file : json.at("files"))
        choice.files.emplace_back(file.get<std::string>());
    choice.window = json.at("window").get<std::int64_t>();
    choice.samples = json.at("samples").get<std::int64_t>();
    choice.addBos = json.at("add_bos").get<bool>();
    choice.field = json.at("field").get<std::string>();
    return choice;
}

Json benchJson(const ThroughputOptions& options)
{
    return { { "prompt", options.prompt }, { "generate", options.generate }, { "repeats", options.repeats } };
}

ThroughputOptions benchOf(const Json& json)
{
    return { json.at("prompt").get<std::int64_t>(), json.at("generate").get<std::int64_t>(),
        json.at("repeats").get<int>() };
}

/// null: no measures.
Json measuresJson(const std::optional<RunMeasures>& measures)
{
    if (!measures)
        return nullptr;
    return { { "text", dataJson(measures->text) },
        { "bench", measures->bench ? benchJson(*measures->bench) : Json() } };
}

std::optional<RunMeasures> measuresOf(const Json& json)
{
    if (json.is_null())
        return std::nullopt;
    RunMeasures measures { dataOf(json.at("text")), std::nullopt };
    if (!json.at("bench").is_null())
        measures.bench = benchOf(json.at("bench"));
    return measures;
}

// ---- each kind, in the order of the variant

Json jsonOf(const ProfileJob& job)
{
    const ProfileOptions& options = job.options;
    return { { "calibration", dataJson(job.calibration) }, { "held", dataJson(job.held) },
        { "formats", options.formats }, { "method", options.method }, { "settings", toJson(options.settings) },
        { "probe_windows", options.probeWindows }, { "caches", options.cacheFormats }, { "swap_ins", options.swapIns },
        { "methods", options.methods } };
}

void read(const Json& json, const Network&, ProfileJob& job)
{
    job.calibration = dataOf(json.at("calibration"));
    job.held = dataOf(json.at("held"));
    job.options.formats = json.at("formats").get<std::vector<std::string>>();
    job.options.method = json.at("method").get<std::string>();
    job.options.settings = take(methodSettingsFromJson(json.at("settings")));
    job.options.probeWindows = json.at("probe_windows").get<std::int64_t>();
    job.options.cacheFormats = json.at("caches").get<std::vector<std::string>>();
    job.options.swapIns = json.at("swap_ins").get<bool>();
    job.options.methods = json.at("methods").get<std::vector<std::string>>();
}

Json jsonOf(const RunJob& job)
{
    return { { "plan", toJson(job.quantize.plan) }, { "calibration", dataJson(job.quantize.calibration) },
        { "seed", job.quantize.seed }, { "measures", measuresJson(job.measures) } };
}

void read(const Json& json, const Network& network, RunJob& job)
{
    job.quantize.plan = take(planFromJson(json.at("plan"), network, "plan"));
    job.quantize.calibration = dataOf(json.at("calibration"));
    job.quantize.seed = json.at("seed").get<std::int64_t>();
    job.measures = measuresOf(json.at("measures"));
}

Json jsonOf(const SweepJob& job)
{
    Json plans = Json::array();
    for (const Plan& plan : job.plans)
        plans.push_back(toJson(plan));
    return { { "plans", std::move(plans) }, { "calibration", dataJson(job.calibration) }, { "seed", job.seed },
        { "measures", measuresJson(job.measures) } };
}

void read(const Json& json, const Network& network, SweepJob& job)
{
    for (const Json& plan : json.at("plans"))
        job.plans.push_back(take(planFromJson(plan, network, "plan")));
    job.calibration = dataOf(json.at("calibration"));
    job.seed = json.at("seed").get<std::int64_t>();
    job.measures = measuresOf(json.at("measures"));
}

Json jsonOf(const RefineJob& job)
{
    return { { "plan", toJson(job.plan) }, { "calibration", dataJson(job.calibration) }, { "held", dataJson(job.held) },
        { "windows", job.windows }, { "text", dataJson(job.text) }, { "steps", job.steps },
        { "tie_fused", job.tieFused }, { "formats", job.formats } };
}

void read(const Json& json, const Network& network, RefineJob& job)
{
    job.plan = take(planFromJson(json.at("plan"), network, "plan"));
    job.calibration = dataOf(json.at("calibration"));
    job.held = dataOf(json.at("held"));
    job.windows = json.at("windows").get<std::int64_t>();
    job.text = dataOf(json.at("text"));
    job.steps = json.at("steps").get<int>();
    job.tieFused = json.at("tie_fused").get<bool>();
    job.formats = json.at("formats").get<std::vector<std::string>>();
}

Json jsonOf(const MeasureCellsJob& job)
{
    Json cells = Json::array();
    for (const PlanLayer& cell : job.cells)
        cells.push_back({ { "layer", cell.layer }, { "format", cell.format } });
    return { { "cells", std::move(cells) }, { "calibration", dataJson(job.calibration) },
        { "held", dataJson(job.held) } };
}

void read(const Json& json, const Network&, MeasureCellsJob& job)
{
    for (const Json& cell : json.at("cells"))
        job.cells.push_back({ cell.at("layer").get<std::string>(), cell.at("format").get<std::string>(), "" });
    job.calibration = dataOf(json.at("calibration"));
    job.held = dataOf(json.at("held"));
}

Json jsonOf(const MeasureMethodsJob& job)
{
    return { { "methods", job.methods }, { "settings", toJson(job.settings) },
        { "calibration", dataJson(job.calibration) }, { "held", dataJson(job.held) } };
}

void read(const Json& json, const Network&, MeasureMethodsJob& job)
{
    job.methods = json.at("methods").get<std::vector<std::string>>();
    job.settings = take(methodSettingsFromJson(json.at("settings")));
    job.calibration = dataOf(json.at("calibration"));
    job.held = dataOf(json.at("held"));
}

Json jsonOf(const PredictionCheckJob& job)
{
    return { { "plans", job.plans }, { "seed", job.seed }, { "calibration", dataJson(job.calibration) },
        { "text", dataJson(job.text) }, { "method", job.method },
        { "sequential", job.mode == QuantizeMode::Sequential } };
}

void read(const Json& json, const Network&, PredictionCheckJob& job)
{
    job.plans = json.at("plans").get<int>();
    job.seed = json.at("seed").get<std::int64_t>();
    job.calibration = dataOf(json.at("calibration"));
    job.text = dataOf(json.at("text"));
    job.method = json.at("method").get<std::string>();
    job.mode = json.at("sequential").get<bool>() ? QuantizeMode::Sequential : QuantizeMode::Independent;
}

Json jsonOf(const EvaluateRunJob& job)
{
    return { { "run", job.run }, { "text", dataJson(job.evaluate.text) },
        { "against_original", job.evaluate.againstOriginal }, { "cache_format", job.evaluate.cacheFormat } };
}

void read(const Json& json, const Network&, EvaluateRunJob& job)
{
    job.run = json.at("run").get<RowId>();
    job.evaluate.text = dataOf(json.at("text"));
    job.evaluate.againstOriginal = json.at("against_original").get<bool>();
    job.evaluate.cacheFormat = json.at("cache_format").get<std::string>();
}

Json jsonOf(const BenchRunJob& job)
{
    return { { "run", job.run }, { "bench", benchJson(job.options) } };
}

void read(const Json& json, const Network&, BenchRunJob& job)
{
    job.run = json.at("run").get<RowId>();
    job.options = benchOf(json.at("bench"));
}

Json jsonOf(const ExportRunJob& job)
{
    return { { "run", job.run }, { "target", job.target },
        { "out", fs::absolute(job.out).lexically_normal().string() } };
}

void read(const Json& json, const Network&, ExportRunJob& job)
{
    job.run = json.at("run").get<RowId>();
    job.target = json.at("target").get<std::string>();
    job.out = json.at("out").get<std::string>();
}

Json jsonOf(const SittingJob& job)
{
    return { { "formats", job.formats }, { "count", job.count }, { "minutes_apart", job.minutesApart } };
}

void read(const Json& json, const Network&, SittingJob& job)
{
    job.formats = json.at("formats").get<std::vector<std::string>>();
    job.count = json.at("count").get<int>();
    job.minutesApart = json.at("minutes_apart").get<double>();
}

/// The alternative whose kind it is; tried from the last to the first.
template <std::size_t Left = std::variant_size_v<JobSettings>>
std::optional<JobSettings> readKind(const std::string& kind, const Json& json, const Network& network)
{
    if constexpr (Left == 0) {
        return std::nullopt;
    } else {
        if (kind != kKinds[Left - 1])
            return readKind<Left - 1>(kind, json, network);
        std::variant_alternative_t<Left - 1, JobSettings> job;
        read(json, network, job);
        return JobSettings(std::move(job));
    }
}

} // namespace

const char* jobKind(const JobSettings& settings)
{
    return kKinds[settings.index()];
}

Json toJson(const JobSettings& settings)
{
    return std::visit([](const auto& job) { return jsonOf(job); }, settings);
}

Result<JobSettings> jobSettingsFromJson(
    const std::string& kind, const Json& json, const Network& network, const std::string& what)
try {
    std::optional<JobSettings> settings = readKind(kind, json, network);
    if (!settings)
        return fail(ErrorCode::BadFile, fmt::format("{}: this Kerf knows no job of kind \"{}\"", what, kind));
    return std::move(*settings);
} catch (const Unreadable& unreadable) {
    return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, unreadable.error.message));
} catch (const Json::exception& exception) {
    return fail(ErrorCode::BadFile, fmt::format("{}: the settings cannot be read: {}", what, exception.what()));
}

std::string jobSubject(const JobRow& job)
{
    const Json& settings = job.settings;
    if (!settings.is_object())
        return {};
    if (const auto plan = settings.find("plan"); plan != settings.end() && plan->is_object())
        return plan->value("name", std::string());
    if (const auto plans = settings.find("plans"); plans != settings.end())
        return plans->is_array() ? std::to_string(plans->size()) : plans->dump();
    if (const auto cells = settings.find("cells"); cells != settings.end())
        return std::to_string(cells->size());
    if (const auto run = settings.find("run"); run != settings.end())
        return run->dump();
    const auto formats = settings.find("formats");
    return formats != settings.end() && formats->is_array() ? std::to_string(formats->size()) : std::string();
}

} // namespace kerf::core
