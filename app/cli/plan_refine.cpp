// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/data_flags.h"
#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/job.h"
#include "core/jobs/refine_job.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::string plan;
    std::string name;
    fs::path out;
    RefineJob job;
    std::vector<std::string> formats;
    bool noTies = false;
    bool requantize = false;
};

/// The divergences, and what was used of the text that they were measured on.
Result<Json> comparisonJson(const Workspace& workspace, const BeforeAfter& found)
{
    Json json { { "before", found.before }, { "after", found.after }, { "change", found.change },
        { "change_stderr", found.changeStderr } };
    KERF_TRY(const Json text, usedText(workspace, found.datasetHash));
    if (text.is_object())
        json.update(text);
    return json;
}

std::string comparison(const BeforeAfter& found, const std::string& where)
{
    return fmt::format("  KL divergence {}: {} before, {} after ({})\n", where, numberText(found.before, 4),
        numberText(found.after, 4), measuredText(found.change, found.changeStderr));
}

Result<Outcome> refine(const Options& options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model, options.requantize));
    RefineJob job = options.job;
    KERF_TRY(job.plan, findPlan(invocation, *project, options.plan));
    job.plan.name = options.name.empty() ? job.plan.name + " refined" : options.name;
    job.tieFused = !options.noTies;
    job.formats = splitList(options.formats);
    job.held.window = job.text.window = job.calibration.window;
    job.held.samples = job.windows;
    job.held.field = job.text.field = job.calibration.field;
    job.improved
        = [&](const Refinement& soFar) { return options.out.empty() ? Status() : writePlan(options.out, soFar.plan); };
    KERF_TRY(const Refinement found, runJob(*project, workspace, job, invocation.job()));
    KERF_TRY(Outcome outcome, finishPlan(options.out, invocation, *project, found.plan));
    Json steps = Json::array();
    Table table({ "change", "predicted", "measured", "±", "" });
    for (const RefineStep& step : found.steps) {
        steps.push_back({ { "change", step.change }, { "predicted", step.predicted }, { "measured", step.measured },
            { "measured_stderr", step.measuredStderr }, { "kept", step.kept } });
        table.add({ step.change, fmt::format("{:+.2e}", step.predicted), fmt::format("{:+.2e}", step.measured),
            fmt::format("{:.0e}", step.measuredStderr), step.kept ? "kept" : "" });
    }
    outcome.json["steps"] = std::move(steps);
    KERF_TRY(outcome.json["calibration"], usedText(workspace, found.calibrationHash));
    KERF_TRY(outcome.json["held"], comparisonJson(workspace, found.held));
    outcome.text += comparison(found.held, "on the windows of the search");
    if (found.text) {
        KERF_TRY(outcome.json["text"], comparisonJson(workspace, *found.text));
        outcome.text += comparison(*found.text, "on the text");
    }
    outcome.text += "\n" + table.text();
    return outcome;
}

} // namespace

void addPlanRefine(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("refine", "Make a plan better by measuring changes of it, within its size",
        "  kerf-cli plan refine MODEL --plan plan.json --calibration text.txt --text other.txt --out better.json "
        "-w work.kerf\n"
        "Needs a profile made with the same calibration. The plan of the moment is written after every change that is\n"
        "kept; the same command again after a stop goes on where it was.",
        plan);
    const auto options = std::make_shared<Options>();
    options->job.text.samples = 0;
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--plan", options->plan, "Plan file, or the name of a plan in the workspace")
        ->type_name("PLAN")
        ->required();
    addCalibration(verb, options->job.calibration, true);
    verb->add_option("--held", options->job.held.files,
            "Texts that changes are measured on (default: what follows the calibration windows)")
        ->type_name("FILE...");
    verb->add_option("--search-windows", options->job.windows, "Windows that changes are measured on")
        ->check(CLI::Range(2, 1'000'000))
        ->capture_default_str()
        ->type_name("N");
    verb->add_option("--text", options->job.text.files, "Texts on which before and after are told")
        ->type_name("FILE...");
    verb->add_option("--text-samples", options->job.text.samples, "Windows of them; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N");
    verb->add_option("--steps", options->job.steps, "Changes that are carried out and measured")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str()
        ->type_name("N");
    verb->add_option("--formats", options->formats, "Formats allowed, separated by commas (default: all profiled)")
        ->type_name("LIST");
    addRequantize(verb, options->requantize);
    verb->add_flag("--no-ties", options->noTies, "Let q, k, v and gate, up differ");
    verb->add_option("--out", options->out, "Plan file to write")->type_name("PLAN.json");
    verb->add_option("--name", options->name, "Name of the plan (default: the old one and \"refined\")")
        ->type_name("NAME");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return refine(*options, invocation); });
}

} // namespace kerf::cli
