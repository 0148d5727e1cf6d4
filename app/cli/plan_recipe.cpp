// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "core/base/atomic_file.h"
#include "core/plan/recipe.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    std::string tool;
    std::string method;
    fs::path out;
};

Result<Outcome> exportRecipe(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const Plan plan, findPlan(invocation, *project, options.plan));
    KERF_TRY(const Recipe recipe, planRecipe(plan, *project->model.network, options.tool, options.method));
    Outcome outcome;
    outcome.json = { { "tool", options.tool }, { "notes", recipe.notes } };
    if (options.out.empty()) {
        outcome.json["recipe"] = recipe.text;
        outcome.text = recipe.text;
        return outcome;
    }
    std::error_code ignored;
    if (fs::exists(options.out, ignored))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} exists already; give a new name with --out.", options.out.string()));
    KERF_CHECK(writeFileAtomically(options.out, recipe.text));
    outcome.json["out"] = options.out.string();
    outcome.text = fmt::format("{}: the plan {} for {}\n", options.out.string(), plan.name, options.tool);
    for (const std::string& note : recipe.notes)
        outcome.text += "  " + note + "\n";
    return outcome;
}

} // namespace

void addPlanRecipe(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("export-recipe", "The plan as another tool's recipe",
        "  kerf-cli plan export-recipe MODEL --plan plan.json --to llm-compressor --out recipe.yaml\n"
        "  kerf-cli plan export-recipe MODEL --plan plan.json --to gptqmodel --out quantize_config.json\n"
        "  kerf-cli plan export-recipe MODEL --plan plan.json --to llama.cpp --out tensor-types.txt\n"
        "  kerf-cli plan export-recipe MODEL --plan plan.json --to modelopt --out modelopt.yaml",
        plan);
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--plan", options->plan, "Plan file, or the name of a plan in the workspace")
        ->type_name("PLAN")
        ->required();
    verb->add_option("--to", options->tool, "llm-compressor, gptqmodel, llama.cpp or modelopt")
        ->check(CLI::IsMember(recipeTools()))
        ->type_name("TOOL")
        ->required();
    verb->add_option("--method", options->method, "What the tool shall use in place of the plan's method")
        ->type_name("METHOD");
    verb->add_option("--out", options->out, "New file (default: standard output)")->type_name("FILE");
    line.onChosen(verb, [options](Invocation& invocation) { return exportRecipe(*options, invocation); });
}

} // namespace kerf::cli
