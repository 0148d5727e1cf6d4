// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"

namespace kerf::cli {

using namespace kerf::core;

void addTarget(CLI::App* verb, MakingFlags& flags)
{
    verb->add_option("--out", flags.out, "Plan file to write")->type_name("PLAN.json");
    verb->add_option("--name", flags.name, "Name of the plan")->type_name("NAME");
}

void addFormat(CLI::App* verb, MakingFlags& flags)
{
    verb->add_option("--format", flags.format, "Format of every layer that it fits")
        ->capture_default_str()
        ->type_name("FORMAT");
}

void addMaking(CLI::App* verb, MakingFlags& flags)
{
    verb->add_option("--method", flags.method,
            "hcd, gptq, awq (its clipping; its scales are a transform), gptaq, foem, hqq or rtn")
        ->capture_default_str()
        ->type_name("METHOD");
    verb->add_flag(
        "--sequential", flags.sequential, "Fit every layer to the inputs from the quantized layers before it");
    addKeepNorms(verb, flags.keepsNorms);
    verb->add_option("--kv", flags.kv, "Format of every block's key/value cache: kv-int8, kv-fp8, kv-kivi4, ...")
        ->type_name("FORMAT");
    addSettings(verb, flags.settings);
    addTarget(verb, flags);
}

Result<Plan> basePlan(
    const MakingFlags& flags, const Invocation& invocation, const Project& project, const std::string& defaultName)
{
    const std::string name = flags.name.empty() ? defaultName : flags.name;
    if (!flags.from.empty()) {
        KERF_TRY(Plan plan, findPlan(invocation, project, flags.from));
        plan.name = name;
        if (!flags.kv.empty())
            KERF_CHECK(setCacheFormat(plan, *project.model.network, flags.kv));
        return plan;
    }
    KERF_TRY(Plan plan, uniformPlan(*project.model.network, name, flags.format, flags.method));
    KERF_TRY(plan.settings, settingsOf(flags.settings));
    if (flags.keepsNorms)
        keepNorms(plan.transforms);
    plan.mode = flags.sequential ? QuantizeMode::Sequential : QuantizeMode::Independent;
    if (!flags.kv.empty())
        KERF_CHECK(setCacheFormat(plan, *project.model.network, flags.kv));
    return plan;
}

void addLimits(CLI::App* verb, LimitFlags& flags, MakingFlags& making)
{
    verb->add_option("--plan", making.from,
            "Start from this plan, by its file or name: its methods, settings, transforms, cache and locked layers")
        ->type_name("PLAN");
    verb->add_option("--formats", flags.formats, "Formats allowed, separated by commas (default: all profiled)")
        ->type_name("LIST");
    verb->add_option("--keep-above", flags.keepAbove,
            "Keep layers in 16 bit whose predicted divergence is above this: nats, of embeddings 1 - cosine")
        ->check(CLI::PositiveNumber)
        ->type_name("X");
    verb->add_option("--keep-format", flags.keepFormat, "Format in which --keep-above looks")
        ->capture_default_str()
        ->type_name("FORMAT");
    verb->add_flag("--no-ties", flags.noTies, "Let q, k, v and gate, up differ");
}

SolveOptions limitsOf(const LimitFlags& flags, const Profile& profile, const Invocation& invocation)
{
    SolveOptions limits;
    limits.formats = splitList(flags.formats);
    limits.tieFused = !flags.noTies;
    if (!(flags.keepAbove > 0))
        return limits;
    limits.keep = layersAbove(profile, flags.keepFormat, flags.keepAbove);
    invocation.job().log(LogLevel::Info,
        fmt::format("{} of {} layers stay in 16 bit: predicted divergence in {} above {}.", limits.keep.size(),
            profile.layers.size(), flags.keepFormat, flags.keepAbove));
    return limits;
}

Result<Profile> solverProfile(const Project& project, const Invocation& invocation)
{
    KERF_TRY(Profile profile, neededProfile(project, invocation));
    if (!hasSlopes(profile))
        return fail(ErrorCode::InvalidArgument,
            "The profile has output errors only, which say nothing about the divergence: profile again without "
            "--measure hessian.");
    return profile;
}

} // namespace kerf::cli
