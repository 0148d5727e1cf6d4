// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/solve/layer_changes.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    std::string against;
};

/// The newest profile where there is a workspace that has one.
Result<std::optional<Profile>> anyProfile(const Project& project, const Invocation& invocation)
{
    if (!invocation.hasWorkspace())
        return std::nullopt;
    auto profile = neededProfile(project, invocation);
    return profile ? std::optional(std::move(*profile)) : std::nullopt;
}

std::string signedNumber(const std::optional<double>& value)
{
    return value ? fmt::format("{}{}", *value > 0 ? "+" : "", numberText(*value)) : "-";
}

Result<Outcome> diff(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Plan before, findPlan(invocation, *project, options.against));
    KERF_TRY(const Plan after, findPlan(invocation, *project, options.plan));
    KERF_TRY(const std::optional<Profile> profile, anyProfile(*project, invocation));
    const PlanDifference found = planDifference(before, after, *project->model.network, profile ? &*profile : nullptr);
    Outcome outcome;
    outcome.json = { { "plan", after.name }, { "against", before.name }, { "bytes", found.bytes },
        { "changes", Json::array() } };
    if (found.kld)
        outcome.json["predicted_kld"] = *found.kld;
    Table table({ "layer", "from", "to", "bytes", "predicted" });
    for (const LayerChange& change : found.layers) {
        Json row { { "layer", change.after.layer }, { "from", change.before.format }, { "to", change.after.format },
            { "from_method", change.before.method }, { "to_method", change.after.method }, { "bytes", change.bytes } };
        if (change.kld)
            row["predicted_kld"] = *change.kld;
        outcome.json["changes"].push_back(std::move(row));
        table.add({ change.after.layer, change.before.format, change.after.format, fmt::format("{:+}", change.bytes),
            signedNumber(change.kld) });
    }
    const TaskPtr task = nearestTask(*project->model.network);
    outcome.text = fmt::format("{} layers of {} differ from {}: {:+} bytes, predicted {} {}\n\n{}", found.layers.size(),
        after.name, before.name, found.bytes, task->divergenceName(), divergenceAmount(*task, signedNumber(found.kld)),
        table.text());
    return outcome;
}

} // namespace

void addPlanDiff(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("diff", "What differs between two plans, and what each change costs or saves",
        "  kerf-cli plan diff MODEL --plan new.json --against old.json -w work.kerf", plan);
    const auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--plan", options->plan, "Plan file, or the name of a plan in the workspace")
        ->type_name("PLAN")
        ->required();
    verb->add_option("--against", options->against, "The plan it is compared with")->type_name("PLAN")->required();
    line.onChosen(verb, [options](Invocation& invocation) { return diff(*options, invocation); });
}

} // namespace kerf::cli
