// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "core/jobs/import_plan.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    fs::path from;
    std::string name;
    fs::path out;
};

Result<Outcome> importFrom(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(ImportedPlan imported, planFromFile(options.from, *project->model.network));
    if (!options.name.empty())
        imported.plan.name = options.name;
    for (const std::string& note : imported.notes)
        invocation.job().log(LogLevel::Warning, note);
    KERF_TRY(Outcome outcome, finishPlan(options.out, invocation, *project, imported.plan));
    outcome.json["notes"] = imported.notes;
    return outcome;
}

} // namespace

void addPlanImport(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("import", "A plan from another tool's recipe, or from a checkpoint that is quantized",
        "  kerf-cli plan import MODEL --from recipe.yaml --out plan.json          llm-compressor, ModelOpt\n"
        "  kerf-cli plan import MODEL --from quantize_config.json --out plan.json GPTQModel, AutoGPTQ, AutoAWQ\n"
        "  kerf-cli plan import MODEL --from THEIR-FOLDER-OR-GGUF --out plan.json do what they did on my model",
        plan);
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--from", options->from, "Recipe, plan, quantized folder, GGUF or ONNX file")
        ->type_name("PATH")
        ->required();
    verb->add_option("--name", options->name, "Name of the plan")->type_name("NAME");
    verb->add_option("--out", options->out, "Plan file to write")->type_name("PLAN.json");
    line.onChosen(verb, [options](Invocation& invocation) { return importFrom(*options, invocation); });
}

} // namespace kerf::cli
