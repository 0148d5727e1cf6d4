// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/cli/cache_memory.h"
#include "app/cli/command_line.h"
#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/exporters/exporter.h"
#include "core/plan/loaders.h"
#include "core/plan/locks.h"
#include "core/plan/mend.h"
#include "core/plan/transform_reach.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    MakingFlags making;
    std::vector<std::string> assignments;
    std::vector<std::string> locks;
    std::vector<std::string> unlocks;
    std::string loader = "vllm";
    std::string target;
    std::string kv;
    std::int64_t context = 0;
    std::int64_t batch = 1;
};

Result<Outcome> newPlan(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    const MakingFlags& making = options.making;
    KERF_TRY(
        const Plan plan, basePlan(making, invocation, *project, fmt::format("{} {}", making.method, making.format)));
    return finishPlan(making.out, invocation, *project, plan);
}

/// Locks and unlocks layers by their names, with a line in the log for each pattern.
Status lockLayers(const Options& options, const Invocation& invocation, Plan& plan)
{
    for (const bool locked : { true, false })
        for (const std::string& pattern : locked ? options.locks : options.unlocks) {
            KERF_TRY(const int count, setLocked(plan, pattern, locked));
            invocation.job().log(
                LogLevel::Info, fmt::format("{}: {} layers {}", pattern, count, locked ? "locked" : "unlocked"));
        }
    return {};
}

Result<Outcome> setFormats(Options options, Invocation& invocation)
{
    if (options.assignments.empty() && options.kv.empty() && options.locks.empty() && options.unlocks.empty())
        return fail(
            ErrorCode::InvalidArgument, "Give layers and their format (REGEX=FORMAT), --kv, --lock or --unlock.");
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
    KERF_CHECK(lockLayers(options, invocation, plan));
    fs::path& out = options.making.out;
    if (!options.making.name.empty())
        plan.name = options.making.name;
    if (!options.kv.empty())
        KERF_CHECK(setCacheFormat(plan, *project->model.network, options.kv));
    std::error_code ignored;
    if (out.empty() && fs::exists(options.plan, ignored))
        out = options.plan;
    return finishPlan(out, invocation, *project, plan);
}

Result<Outcome> show(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Plan plan, findPlan(invocation, *project, options.plan));
    Outcome outcome;
    KERF_TRY(outcome.json, planSummary(invocation, *project, plan));
    Table table({ "layer", "format", "method", "" });
    for (const PlanLayer& layer : plan.layers)
        table.add({ layer.layer, layer.format, layer.method, plan.isLocked(layer.layer) ? "locked" : "" });
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

/// How much the transforms find to act on.
void addReaches(const Plan& plan, const Network& network, Outcome& outcome)
{
    outcome.json["transforms"] = Json::array();
    for (const TransformReach& reach : transformReaches(plan, network)) {
        outcome.json["transforms"].push_back({ { "name", reach.transform }, { "layers_reached", reach.reached },
            { "layers", reach.layers }, { "text", reach.text() } });
        outcome.text += reach.text() + "\n";
    }
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
    addReaches(plan, *project->model.network, outcome);
    addTargets(plan, *project->model.network, options.loader, outcome);
    const fs::path& out = options.making.out;
    if (out.empty())
        return outcome;
    KERF_TRY(const PlanMend mend,
        mendPlan(plan, *project->model.network, loaderGoal(*project->model.network, options.loader, options.target)));
    const Plan& mended = mend.plan;
    KERF_CHECK(writePlan(out, mended));
    outcome.json["out"] = out.string();
    outcome.text += fmt::format("A plan that loads with {} is in {}.\n", options.loader, out.string());
    return outcome;
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
    addFormat(verb, options->making);
    addMaking(verb, options->making);
    line.onChosen(verb, [options](Invocation& invocation) { return newPlan(*options, invocation); });
}

void addSet(CommandLine& line, CLI::App* plan, const OptionsPtr& options)
{
    CLI::App* verb = line.addVerb("set", "Change the format of the layers whose name matches",
        "  kerf-cli plan set MODEL 'down_proj=int6-g64' 'layers\\.0\\.=int8-channel' --plan plan.json\n"
        "  kerf-cli plan set MODEL --plan plan.json --lock down_proj      solvers keep their format",
        plan);
    addModel(verb, *options);
    verb->add_option("REGEX=FORMAT", options->assignments, "Layers and their format");
    verb->add_option("--kv", options->kv, "Format of every block's key/value cache; kv-f16 = not quantized")
        ->type_name("FORMAT");
    verb->add_option("--lock", options->locks, "Layers whose format and method no solver is to change")
        ->type_name("REGEX");
    verb->add_option("--unlock", options->unlocks, "Layers that solvers may change again")->type_name("REGEX");
    addPlanChoice(verb, *options);
    addTarget(verb, options->making);
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
    checked
        ->add_option(
            "--out", options->making.out, "Plan file to write, with every problem mended by the nearest format")
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
    addPlanSolve(line, plan);
    addPlanFront(line, plan);
    addPlanDiff(line, plan);
    addSet(line, plan, options);
    addPlanImport(line, plan);
    addPlanKeep(line, plan);
    addPlanPresets(line, plan);
    addPlanRecipe(line, plan);
    addPlanRefine(line, plan);
    addShowAndCheck(line, plan, options);
}

} // namespace kerf::cli
