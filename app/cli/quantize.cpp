// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/job_checks_text.h"
#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/format/layer_format.h"
#include "core/jobs/job.h"
#include "core/jobs/quantize_job.h"
#include "core/jobs/run_job.h"
#include "core/plan/left_out.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    PresetFlags preset;
    std::string format;
    std::string method = kDefaultMethod;
    std::string name;
    std::string kv;
    std::string observer;
    bool keepsFloatBetween = false;
    bool sequential = false;
    DataChoice calibration;
    SettingFlags settings;
    TransformFlags transforms;
    bool requantize = false;
    bool isDryRun = false;
};

bool roundsToBytes(const Plan& plan)
{
    return std::ranges::any_of(plan.layers, [](const PlanLayer& layer) {
        const auto format = parseLayerFormat(layer.format);
        return format && format->activation == ActivationFormat::UInt8Tensor;
    });
}

/// How unsigned bytes come about, where the flags say so; a plan that is made here is named after it.
Status setRounding(const Options& options, Plan& plan)
{
    const char* const flag = !options.observer.empty() ? "--observer" : "--float-between";
    if ((!options.observer.empty() || options.keepsFloatBetween) && !roundsToBytes(plan))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} says how unsigned bytes come about, and no layer of \"{}\" has a format with +u8-tensor. "
                        "Leave it out, or choose such a format.",
                flag, plan.name));
    if (!options.observer.empty()) {
        KERF_TRY(plan.observer, findObserver(options.observer));
        if (options.plan.empty())
            plan.name += " " + options.observer;
    }
    if (options.keepsFloatBetween) {
        plan.roundsBetween = false;
        if (options.plan.empty())
            plan.name += " float between";
    }
    return {};
}

/// Every layer in --format, by the flags that go with it.
Result<Plan> planOfFormat(const Options& options, const Invocation& invocation, const Project& project)
{
    Plan plan;
    std::vector<std::string> kept;
    KERF_TRY(plan,
        uniformPlan(*project.model.network, fmt::format("{} {}", options.method, options.format), options.format,
            options.method, &kept));
    KERF_TRY(plan.settings, settingsOf(options.settings));
    TransformFlags flags = options.transforms;
    flags.awq = flags.awq || options.method == "awq";
    const std::vector<TransformChoice> starting = plan.transforms;
    KERF_TRY(plan.transforms, transformsOf(flags, starting, invocation.options().seed));
    for (const TransformChoice& choice : plan.transforms)
        if (choice.name != options.method && std::ranges::find(starting, choice) == starting.end())
            plan.name = choice.name + " " + plan.name;
    // A run tells of layers that it leaves out; a plan that leaves out all does not come to be one.
    if (kept.size() == plan.layers.size())
        for (const std::string& sentence :
            leftOutSentences(layersLeftOut(plan, *project.model.network, options.format)))
            invocation.job().log(LogLevel::Warning, sentence);
    if (options.sequential)
        plan.name += " sequential";
    return plan;
}

Result<Plan> choosePlan(const Options& options, const Invocation& invocation, const Project& project)
{
    const int ways = !options.plan.empty() + !options.format.empty() + !options.preset.name.empty();
    if (ways != 1)
        return fail(ErrorCode::InvalidArgument, "Give one of --plan, --preset and --format.");
    Plan plan;
    if (!options.preset.name.empty()) {
        KERF_TRY(PresetPlan made, presetPlanOf(options.preset, invocation, project));
        plan = std::move(made.plan);
    } else if (options.plan.empty()) {
        KERF_TRY(plan, planOfFormat(options, invocation, project));
    } else {
        KERF_TRY(plan, findPlan(invocation, project, options.plan));
    }
    if (options.sequential)
        plan.mode = QuantizeMode::Sequential;
    if (!options.kv.empty()) {
        KERF_CHECK(setCacheFormat(plan, *project.model.network, options.kv));
        if (options.plan.empty() && !plan.kv.empty())
            plan.name += " " + options.kv;
    }
    KERF_CHECK(setRounding(options, plan));
    if (!options.name.empty())
        plan.name = options.name;
    return plan;
}

Result<Outcome> describeRun(const Workspace& workspace, RowId run)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const std::vector<RunLayerRow> layers, workspace.runLayers(run));
    std::size_t fallbacks = 0;
    std::size_t quantized = 0;
    Json leftOut = Json::array();
    for (const RunLayerRow& layer : layers) {
        const bool isLeftOut = !layer.report.fallbacks.empty() && layer.report.fallbacks.front().kind == "left_out";
        fallbacks += isLeftOut ? 0 : layer.report.fallbacks.size();
        quantized += layer.artifactKey.empty() ? 0 : 1;
        if (isLeftOut)
            leftOut.push_back({ { "layer", layer.report.layer }, { "reason", layer.report.fallbacks.front().detail } });
    }
    KERF_TRY(const std::vector<EventRow> events, workspace.events(run));
    const double bits = row.metric("bits_per_weight") ? row.metric("bits_per_weight")->value : 0;
    const double size = row.metric("size_bytes") ? row.metric("size_bytes")->value : 0;
    Outcome outcome;
    outcome.json = { { "run", row.id }, { "name", row.name }, { "state", runStateName(row.state) },
        { "layers", row.layersTotal }, { "layers_quantized", quantized }, { "fallbacks", fallbacks },
        { "bits_per_weight", bits }, { "size_bytes", static_cast<std::int64_t>(size) },
        { "seconds", row.provenance.seconds }, { "peak_memory_bytes", row.provenance.peakMemoryBytes },
        { "plan_hash", row.provenance.planHash }, { "dataset_hash", row.provenance.datasetHash } };
    KERF_TRY(outcome.json["calibration"], usedText(workspace, row.provenance.datasetHash));
    outcome.text
        = fmt::format("Run {} ({}): {} of {} layers quantized, {:.3f} bits per weight, {}, {} fallbacks, {:.1f} s\n",
            row.id, row.name, quantized, row.layersTotal, bits, sizeText(static_cast<std::int64_t>(size)), fallbacks,
            row.provenance.seconds);
    outcome.json["left_out"] = std::move(leftOut);
    outcome.json["notes"] = Json::array();
    for (const EventRow& event : events)
        if (event.level == "note") {
            outcome.json["notes"].push_back(event.text);
            outcome.text += fmt::format("Note: {}\n", event.text);
        }
    return outcome;
}

Result<Outcome> quantize(const Options& options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model, options.requantize));
    QuantizeSettings job;
    KERF_TRY(job.plan, choosePlan(options, invocation, *project));
    job.calibration = options.calibration;
    job.seed = invocation.options().seed;
    if (options.isDryRun)
        return describeChecks(*project, workspace, RunJob { job, std::nullopt }, invocation);
    KERF_TRY(const RowId run, runJob(*project, workspace, RunJob { job, std::nullopt }, invocation.job()));
    return describeRun(workspace, run);
}

} // namespace

void addQuantize(CommandLine& line)
{
    CLI::App* verb = line.addVerb("quantize", "Carry a plan out: choose codes and scales for every layer",
        "  kerf-cli quantize MODEL --plan plan.json --calibration text.txt -w work.kerf\n"
        "  kerf-cli quantize MODEL --format int4-g128 --sequential --calibration text.txt -w work.kerf\n"
        "  kerf-cli quantize MODEL --format int4-g128 --method gptq --calibration text.txt -w work.kerf\n"
        "  kerf-cli quantize MODEL --preset 'GPTQModel default' --calibration text.txt -w work.kerf\n"
        "  kerf-cli quantize MODEL --format int8-channel --method rtn -w work.kerf      needs no text\n"
        "  kerf-cli quantize MODEL --format int4-g128-asym --method awq --calibration text.txt -w work.kerf\n"
        "  kerf-cli quantize net.onnx --format int8-channel+u8-tensor --calibration pictures/ -w work.kerf\n"
        "The same command again after a crash or a stop goes on where it was.");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    auto* plan = verb->add_option("--plan", options->plan, "Plan file, or the name of a plan in the workspace")
                     ->type_name("PLAN");
    verb->add_option("--format", options->format, "One format for every layer: int4-g128, int8-channel+a8-token, ...")
        ->type_name("FORMAT")
        ->excludes(plan);
    addPresetFlags(verb, options->preset);
    verb->add_option("--method", options->method, "hcd, gptq, awq, gptaq, foem, hqq or rtn, with --format")
        ->capture_default_str()
        ->type_name("METHOD");
    verb->add_option("--kv", options->kv, "Format of every block's key/value cache: kv-int8, kv-fp8, kv-kivi4, ...")
        ->type_name("FORMAT");
    verb->add_option("--observer", options->observer,
            "Range of unsigned bytes (u8-tensor): mse, min-max, mean, percentile or entropy; else the plan's")
        ->type_name("NAME");
    verb->add_flag("--float-between", options->keepsFloatBetween,
        "With u8-tensor: only inputs of layers are bytes, sums and means between them stay in float");
    verb->add_option("--name", options->name, "Name of the run")->type_name("NAME");
    verb->add_flag(
        "--sequential", options->sequential, "Fit every layer to the inputs from the quantized layers before it");
    addCalibration(verb, options->calibration, false);
    addSettings(verb, options->settings);
    addTransforms(verb, options->transforms);
    addRequantize(verb, options->requantize);
    addDryRun(verb, options->isDryRun);
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return quantize(*options, invocation); });
}

} // namespace kerf::cli
