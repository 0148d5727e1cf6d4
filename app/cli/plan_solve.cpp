// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/cache_memory.h"
#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/jobs/speed_job.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    MakingFlags making;
    LimitFlags limits;
    double bitsPerWeight = 0;
    std::string size;
    std::string memory;
    double tokensPerSecond = 0;
    double kld = 0;
    std::vector<std::string> cacheFormats;
    std::int64_t context = 0;
    std::int64_t batch = 1;
};

Result<std::string> readMemory(const Options& options, const Project& project, SolveOptions& wanted)
{
    if (!options.making.kv.empty())
        return fail(ErrorCode::InvalidArgument,
            "--memory chooses the caches' formats too: name those it may take with --kv-formats instead of --kv.");
    KERF_TRY(wanted.memoryBytes, parseSize(options.memory));
    wanted.context = options.context > 0 ? options.context : project.model.network->maxPositions();
    wanted.batch = options.batch;
    wanted.cacheFormats = splitList(options.cacheFormats);
    return fmt::format("{} of memory", options.memory);
}

/// The one budget that was given, and its text.
Result<std::string> readBudget(const Options& options, const Project& project, SolveOptions& wanted)
{
    if ((options.bitsPerWeight > 0) + !options.size.empty() + !options.memory.empty() + (options.tokensPerSecond > 0)
            + (options.kld > 0)
        != 1)
        return fail(ErrorCode::InvalidArgument,
            "Give one of --bits-per-weight, --size, --memory, --tokens-per-second and --kld.");
    if (options.kld > 0) {
        wanted.kld = options.kld;
        return "within " + divergenceAmount(*nearestTask(*project.model.network), fmt::format("{}", options.kld));
    }
    if (options.tokensPerSecond > 0) {
        wanted.tokensPerSecond = options.tokensPerSecond;
        return fmt::format("{} tokens/s", options.tokensPerSecond);
    }
    if (options.bitsPerWeight > 0) {
        wanted.bitsPerWeight = options.bitsPerWeight;
        return fmt::format("{} bits", options.bitsPerWeight);
    }
    if (options.size.empty())
        return readMemory(options, project, wanted);
    KERF_TRY(wanted.sizeBytes, parseSize(options.size));
    return options.size;
}

Result<Outcome> solve(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    SolveOptions budget;
    KERF_TRY(const std::string budgetText, readBudget(options, *project, budget));
    KERF_TRY(const Profile profile, solverProfile(*project, invocation));
    SolveOptions wanted = limitsOf(options.limits, profile, invocation);
    std::swap(wanted.formats, budget.formats);
    std::swap(wanted.keep, budget.keep);
    budget.tieFused = wanted.tieFused;
    DecodeTimes times;
    if (budget.tokensPerSecond) {
        KERF_TRY(Workspace workspace, invocation.openWorkspace());
        KERF_TRY(times,
            runDecodeTimes(
                *project, workspace, budget.formats.empty() ? profile.formats : budget.formats, invocation.job()));
        budget.times = &times;
    }
    KERF_TRY(const Plan base, basePlan(options.making, invocation, *project, "mixed " + budgetText));
    KERF_TRY(const Plan plan, solvePlan(profile, *project->model.network, project->otherBytes, budget, base));
    KERF_TRY(Outcome outcome, finishPlan(options.making.out, invocation, *project, plan));
    if (budget.memoryBytes) {
        KERF_TRY(const CacheMemory memory, cacheMemory(plan, *project->model.network, budget.context, budget.batch));
        outcome.json["kv_cache"] = memory.json;
        outcome.text += memory.text;
    }
    return outcome;
}

void addBudgets(CLI::App* verb, Options& options)
{
    auto* bits = verb->add_option("--bits-per-weight", options.bitsPerWeight, "Budget over the quantizable layers")
                     ->check(CLI::PositiveNumber)
                     ->type_name("X");
    verb->add_option("--size", options.size, "Budget of the whole checkpoint: 3GB, 750MB")
        ->type_name("SIZE")
        ->excludes(bits);
    verb->add_option("--memory", options.memory,
            "Budget of the checkpoint and the key/value cache of --context tokens and --batch sequences together")
        ->type_name("SIZE")
        ->excludes(bits);
    verb->add_option("--tokens-per-second", options.tokensPerSecond,
            "Speed that decoding must reach on this machine; layers are timed in the formats that have kernels")
        ->check(CLI::PositiveNumber)
        ->excludes(bits)
        ->type_name("X");
    verb->add_option("--kld", options.kld,
            "The smallest plan whose predicted divergence is at most this: nats, of embeddings 1 - cosine")
        ->check(CLI::PositiveNumber)
        ->excludes(bits)
        ->type_name("X");
    verb->add_option("--kv-formats", options.cacheFormats,
            "Cache formats that --memory may choose, separated by commas (default: all profiled)")
        ->type_name("LIST");
    addCacheLengths(verb, options.context, options.batch);
}

} // namespace

void addPlanSolve(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("solve", "The plan of least predicted divergence for a budget",
        "  kerf-cli plan solve MODEL --bits-per-weight 4.25 --out plan.json -w work.kerf\n"
        "  kerf-cli plan solve MODEL --size 3GB --formats int3-g64,int4-g64,int8-channel -w work.kerf\n"
        "  kerf-cli plan solve MODEL --memory 6GB --context 8192 --batch 4 -w work.kerf      weights and cache\n"
        "  kerf-cli plan solve MODEL --tokens-per-second 40 -w work.kerf                     as fast as that here\n"
        "  kerf-cli plan solve MODEL --kld 0.005 -w work.kerf                                the smallest that good",
        plan);
    const auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    addBudgets(verb, *options);
    addLimits(verb, options->limits, options->making);
    addMaking(verb, options->making);
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return solve(*options, invocation); });
}

} // namespace kerf::cli
