// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/cache_memory.h"
#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/exporters/exporter.h"
#include "core/jobs/speed_job.h"
#include "core/plan/loaders.h"
#include "core/plan/mend.h"
#include "core/solve/solver.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    fs::path out;
    std::string name;
    std::string format = "int4-g128";
    std::string method = kDefaultMethod;
    bool sequential = false;
    SettingFlags settings;
    double bitsPerWeight = 0;
    std::string size;
    std::string memory;
    double tokensPerSecond = 0;
    std::vector<std::string> cacheFormats;
    std::vector<std::string> formats;
    double keepAbove = 0;
    std::string keepFormat = "int4-g64";
    bool noTies = false;
    std::vector<std::string> assignments;
    std::string loader = "vllm";
    std::string target;
    std::string kv;
    std::int64_t context = 0;
    std::int64_t batch = 1;
};

Result<Plan> basePlan(const Options& options, const Project& project, const std::string& defaultName)
{
    KERF_TRY(Plan plan,
        uniformPlan(
            *project.model.network, options.name.empty() ? defaultName : options.name, options.format, options.method));
    KERF_TRY(plan.settings, settingsOf(options.settings));
    plan.mode = options.sequential ? QuantizeMode::Sequential : QuantizeMode::Independent;
    if (!options.kv.empty())
        KERF_CHECK(setCacheFormat(plan, *project.model.network, options.kv));
    return plan;
}

Result<Outcome> newPlan(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Plan plan, basePlan(options, *project, fmt::format("{} {}", options.method, options.format)));
    return finishPlan(options.out, invocation, *project, plan);
}

/// The one budget that was given, and its text.
Result<std::string> readBudget(const Options& options, const Project& project, SolveOptions& wanted)
{
    if ((options.bitsPerWeight > 0) + !options.size.empty() + !options.memory.empty() + (options.tokensPerSecond > 0)
        != 1)
        return fail(
            ErrorCode::InvalidArgument, "Give one of --bits-per-weight, --size, --memory and --tokens-per-second.");
    if (options.tokensPerSecond > 0) {
        wanted.tokensPerSecond = options.tokensPerSecond;
        return fmt::format("{} tokens/s", options.tokensPerSecond);
    }
    if (options.bitsPerWeight > 0) {
        wanted.bitsPerWeight = options.bitsPerWeight;
        return fmt::format("{} bits", options.bitsPerWeight);
    }
    if (!options.size.empty()) {
        KERF_TRY(wanted.sizeBytes, parseSize(options.size));
        return options.size;
    }
    if (!options.kv.empty())
        return fail(ErrorCode::InvalidArgument,
            "--memory chooses the caches' formats too: name those it may take with --kv-formats instead of --kv.");
    KERF_TRY(wanted.memoryBytes, parseSize(options.memory));
    wanted.context = options.context > 0 ? options.context : project.model.network->maxPositions();
    wanted.batch = options.batch;
    wanted.cacheFormats = splitList(options.cacheFormats);
    return fmt::format("{} of memory", options.memory);
}

/// Layers that --keep-above keeps in 16 bit.
std::vector<std::string> keptLayers(const Options& options, const Profile& profile, const Invocation& invocation)
{
    if (!(options.keepAbove > 0))
        return {};
    std::vector<std::string> kept = layersAbove(profile, options.keepFormat, options.keepAbove);
    invocation.job().log(LogLevel::Info,
        fmt::format("{} of {} layers stay in 16 bit: predicted divergence in {} above {}.", kept.size(),
            profile.layers.size(), options.keepFormat, options.keepAbove));
    return kept;
}

Result<Outcome> solve(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    SolveOptions wanted;
    KERF_TRY(const std::string budget, readBudget(options, *project, wanted));
    wanted.formats = splitList(options.formats);
    wanted.tieFused = !options.noTies;
    KERF_TRY(const Profile profile, neededProfile(*project, invocation));
    if (!hasSlopes(profile))
        return fail(ErrorCode::InvalidArgument,
            "The profile has output errors only, which say nothing about the divergence: profile again without "
            "--measure hessian.");
    wanted.keep = keptLayers(options, profile, invocation);
    DecodeTimes times;
    if (wanted.tokensPerSecond) {
        KERF_TRY(Workspace workspace, invocation.openWorkspace());
        KERF_TRY(times,
            runDecodeTimes(
                *project, workspace, wanted.formats.empty() ? profile.formats : wanted.formats, invocation.job()));
        wanted.times = &times;
    }
    KERF_TRY(const Plan base, basePlan(options, *project, "mixed " + budget));
    KERF_TRY(const Plan plan, solvePlan(profile, *project->model.network, project->otherBytes, wanted, base));
    KERF_TRY(Outcome outcome, finishPlan(options.out, invocation, *project, plan));
    if (wanted.memoryBytes) {
        KERF_TRY(const CacheMemory memory, cacheMemory(plan, *project->model.network, wanted.context, wanted.batch));
        outcome.json["kv_cache"] = memory.json;
        outcome.text += memory.text;
    }
    return outcome;
}

Result<Outcome> setFormats(Options options, Invocation& invocation)
{
    if (options.assignments.empty() && options.kv.empty())
        return fail(ErrorCode::InvalidArgument, "Give layers and their format (REGEX=FORMAT), or --kv.");
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(Plan plan, findPlan(invocation, *project, options.plan));
    for (const std::string& assignment : options.assignments) {
        const std::size_t at = assignment.rfind('=');
        if (at == std::string::npos || at == 0)
            return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" is not of the form REGEX=FORMAT.", assignment));
        KERF_TRY(const int count,
            setFormat(plan, *project->model.network, assignment.substr(0, at), assignment.substr(at + 1)));
        invocation.job().log(LogLevel::Info, fmt::format("{}: {} layers", assignment, count));
    }
    if (!options.name.empty())
        plan.name = options.name;
    if (!options.kv.empty())
        KERF_CHECK(setCacheFormat(plan, *project->model.network, options.kv));
    std::error_code ignored;
    if (options.out.empty() && fs::exists(options.plan, ignored))
        options.out = options.plan;
    return finishPlan(options.out, invocation, *project, plan);
}

Result<Outcome> show(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Plan plan, findPlan(invocation, *project, options.plan));
    Outcome outcome;
    KERF_TRY(outcome.json, planSummary(invocation, *project, plan));
    Table table({ "layer", "format", "method" });
    for (const PlanLayer& layer : plan.layers)
        table.add({ layer.layer, layer.format, layer.method });
    KERF_TRY(const CacheMemory memory, cacheMemory(plan, *project->model.network, options.context, options.batch));
    outcome.json["kv_cache"] = memory.json;
    outcome.text = summaryText(outcome.json) + memory.text + "\n" + table.text();
    outcome.json["plan"] = toJson(plan);
    return outcome;
}

/// The exports that hold the whole plan and that the loader reads.
void addTargets(const Plan& plan, const Network& network, const std::string& loader, Outcome& outcome)
{
    std::vector<std::string> targets;
    for (const Exporter* exporter : allExporters()) {
        const std::vector<std::string> readers = loadersOf(exporter->name());
        const bool isRead = loader == "any" || std::ranges::find(readers, loader) != readers.end();
        if (isRead && exporter->name() != "hf" && exporter->check(plan, network).empty())
            targets.push_back(exporter->name());
    }
    outcome.json["targets"] = targets;
    outcome.text += targets.empty() ? "No export holds these formats together, but hf, which holds no codes.\n"
                                    : fmt::format("It can be exported to {}.\n", fmt::join(targets, ", "));
}

Result<Outcome> check(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Plan plan, findPlan(invocation, *project, options.plan));
    if (!options.target.empty())
        KERF_CHECK(findExporter(options.target));
    KERF_TRY(const std::vector<PlanProblem> problems,
        checkLoader(plan, *project->model.network, options.loader, options.target));
    Outcome outcome;
    outcome.json = { { "loader", options.loader }, { "target", options.target }, { "problem_count", problems.size() },
        { "problems", Json::array() } };
    for (const PlanProblem& problem : problems) {
        outcome.json["problems"].push_back({ { "message", problem.message }, { "layers", problem.layers } });
        outcome.text += problem.message + "\n";
    }
    if (problems.empty())
        outcome.text = fmt::format("{} loads with {}.\n", plan.name, options.loader);
    addTargets(plan, *project->model.network, options.loader, outcome);
    if (options.out.empty())
        return outcome;
    KERF_TRY(const PlanMend mend,
        mendPlan(plan, *project->model.network, loaderGoal(*project->model.network, options.loader, options.target)));
    const Plan& mended = mend.plan;
    KERF_CHECK(writePlan(options.out, mended));
    outcome.json["out"] = options.out.string();
    outcome.text += fmt::format("A plan that loads with {} is in {}.\n", options.loader, options.out.string());
    return outcome;
}

void addTarget(CLI::App* verb, Options& options)
{
    verb->add_option("--out", options.out, "Plan file to write")->type_name("PLAN.json");
    verb->add_option("--name", options.name, "Name of the plan")->type_name("NAME");
}

void addMaking(CLI::App* verb, Options& options)
{
    verb->add_option("--method", options.method,
            "hcd, gptq, awq (its clipping; its scales are a transform), gptaq, foem, hqq or rtn")
        ->capture_default_str()
        ->type_name("METHOD");
    verb->add_flag(
        "--sequential", options.sequential, "Fit every layer to the inputs from the quantized layers before it");
    verb->add_option("--kv", options.kv, "Format of every block's key/value cache: kv-int8, kv-fp8, kv-kivi4, ...")
        ->type_name("FORMAT");
    addSettings(verb, options.settings);
    addTarget(verb, options);
}

void addModel(CLI::App* verb, Options& options)
{
    verb->add_option("MODEL", options.model, "Model folder")->required();
}

void addPlanChoice(CLI::App* verb, Options& options)
{
    verb->add_option("--plan", options.plan, "Plan file, or the name of a plan in the workspace")
        ->type_name("PLAN")
        ->required();
}

using OptionsPtr = std::shared_ptr<Options>;

void addNew(CommandLine& line, CLI::App* plan, const OptionsPtr& options)
{
    CLI::App* verb = line.addVerb(
        "new", "Every layer in one format", "  kerf-cli plan new MODEL --format int4-g128 --out plan.json", plan);
    addModel(verb, *options);
    verb->add_option("--format", options->format, "Format of every layer that it fits")
        ->capture_default_str()
        ->type_name("FORMAT");
    addMaking(verb, *options);
    line.onChosen(verb, [options](Invocation& invocation) { return newPlan(*options, invocation); });
}

void addSolve(CommandLine& line, CLI::App* plan, const OptionsPtr& options)
{
    CLI::App* verb = line.addVerb("solve", "The plan of least predicted divergence for a budget",
        "  kerf-cli plan solve MODEL --bits-per-weight 4.25 --out plan.json -w work.kerf\n"
        "  kerf-cli plan solve MODEL --size 3GB --formats int3-g64,int4-g64,int8-channel -w work.kerf\n"
        "  kerf-cli plan solve MODEL --memory 6GB --context 8192 --batch 4 -w work.kerf      weights and cache\n"
        "  kerf-cli plan solve MODEL --tokens-per-second 40 -w work.kerf                     as fast as that here",
        plan);
    addModel(verb, *options);
    auto* bits = verb->add_option("--bits-per-weight", options->bitsPerWeight, "Budget over the quantizable layers")
                     ->check(CLI::PositiveNumber)
                     ->type_name("X");
    verb->add_option("--size", options->size, "Budget of the whole checkpoint: 3GB, 750MB")
        ->type_name("SIZE")
        ->excludes(bits);
    verb->add_option("--memory", options->memory,
            "Budget of the checkpoint and the key/value cache of --context tokens and --batch sequences together")
        ->type_name("SIZE")
        ->excludes(bits);
    verb->add_option("--tokens-per-second", options->tokensPerSecond,
            "Speed that decoding must reach on this machine; layers are timed in the formats that have kernels")
        ->check(CLI::PositiveNumber)
        ->excludes(bits)
        ->type_name("X");
    verb->add_option("--kv-formats", options->cacheFormats,
            "Cache formats that --memory may choose, separated by commas (default: all profiled)")
        ->type_name("LIST");
    addCacheLengths(verb, options->context, options->batch);
    verb->add_option("--formats", options->formats, "Formats allowed, separated by commas (default: all profiled)")
        ->type_name("LIST");
    verb->add_option("--keep-above", options->keepAbove,
            "Keep layers in 16 bit whose predicted divergence is above this, in nats")
        ->check(CLI::PositiveNumber)
        ->type_name("X");
    verb->add_option("--keep-format", options->keepFormat, "Format in which --keep-above looks")
        ->capture_default_str()
        ->type_name("FORMAT");
    verb->add_flag("--no-ties", options->noTies, "Let q, k, v and gate, up differ");
    addMaking(verb, *options);
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return solve(*options, invocation); });
}

void addSet(CommandLine& line, CLI::App* plan, const OptionsPtr& options)
{
    CLI::App* verb = line.addVerb("set", "Change the format of the layers whose name matches",
        "  kerf-cli plan set MODEL 'down_proj=int6-g64' 'layers\\.0\\.=int8-channel' --plan plan.json", plan);
    addModel(verb, *options);
    verb->add_option("REGEX=FORMAT", options->assignments, "Layers and their format");
    verb->add_option("--kv", options->kv, "Format of every block's key/value cache; kv-f16 = not quantized")
        ->type_name("FORMAT");
    addPlanChoice(verb, *options);
    addTarget(verb, *options);
    line.onChosen(verb, [options](Invocation& invocation) { return setFormats(*options, invocation); });
}

void addShowAndCheck(CommandLine& line, CLI::App* plan, const OptionsPtr& options)
{
    CLI::App* shown = line.addVerb("show", "Size, bits per weight, predicted divergence and every layer",
        "  kerf-cli plan show MODEL --plan plan.json -w work.kerf\n"
        "  kerf-cli plan show MODEL --plan plan.json --context 8192 --batch 16      memory of the key/value cache",
        plan);
    addModel(shown, *options);
    addPlanChoice(shown, *options);
    addCacheLengths(shown, options->context, options->batch);
    line.addRequire(shown);
    line.onChosen(shown, [options](Invocation& invocation) { return show(*options, invocation); });
    CLI::App* checked = line.addVerb("check", "What a loader cannot take of the plan, in words",
        "  kerf-cli plan check MODEL --plan plan.json --loader vllm", plan);
    addModel(checked, *options);
    addPlanChoice(checked, *options);
    checked
        ->add_option("--target", options->target,
            "Also what the loader asks of an export to this target: gptq, awq, compressed-tensors, ...")
        ->type_name("TARGET");
    checked->add_option("--loader", options->loader, "vllm, transformers, llama.cpp, tensorrt-llm or any")
        ->capture_default_str()
        ->type_name("LOADER");
    checked->add_option("--out", options->out, "Plan file to write, with every problem mended by the nearest format")
        ->type_name("PLAN.json");
    line.addRequire(checked);
    line.onChosen(checked, [options](Invocation& invocation) { return check(*options, invocation); });
}

} // namespace

void addPlan(CommandLine& line)
{
    CLI::App* plan = line.app.add_subcommand("plan", "Make, solve, refine, change, show and check plans");
    plan->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    addNew(line, plan, options);
    addSolve(line, plan, options);
    addSet(line, plan, options);
    addPlanImport(line, plan);
    addPlanKeep(line, plan);
    addPlanPresets(line, plan);
    addPlanRecipe(line, plan);
    addPlanRefine(line, plan);
    addShowAndCheck(line, plan, options);
}

} // namespace kerf::cli
