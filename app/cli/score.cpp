// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "core/base/number_text.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/job.h"
#include "core/jobs/labels_job.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    std::string target;
    fs::path labels;
    fs::path reference;
    bool each = false;
};

std::string metricText(const LabelMetric& metric)
{
    std::string text = fmt::format("{:<18} {}", metric.name, measuredText(metric.value, metric.standardError));
    if (metric.original)
        text += fmt::format("  original {}", numberText(*metric.original, 4));
    if (const auto& difference = metric.difference)
        text += fmt::format("  difference {} [{}, {}]{}", numberText(difference->value, 3),
            numberText(difference->low, 3), numberText(difference->high, 3),
            difference->isSignificant() ? "" : ", not told apart");
    return text + "\n";
}

Outcome describe(const LabelScores& found, bool each)
{
    Outcome outcome;
    outcome.json = toJson(found);
    for (const LabelMetric& metric : found.metrics)
        outcome.text += metricText(metric);
    outcome.text += found.protocol + "\n";
    if (!each)
        return outcome;
    outcome.json["answers"] = Json::array();
    for (const LabelAnswer& answer : found.answers)
        outcome.json["answers"].push_back({ { "expected", answer.expected }, { "found", answer.found } });
    return outcome;
}

Result<Outcome> scoreStored(
    const Options& options, const Project& project, Workspace& workspace, RowId run, Invocation& invocation)
{
    KERF_TRY(const LabelScores found, runJob(project, workspace, LabelsJob { run, options.labels }, invocation.job()));
    Outcome outcome = describe(found, options.each);
    outcome.json["run"] = run;
    return outcome;
}

/// A folder without a workspace: nothing is stored.
Result<Outcome> scoreFolder(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.target));
    if (options.reference.empty() && invocation.hasWorkspace() && !project->model.quantized) {
        KERF_TRY(Workspace workspace, invocation.openWorkspace());
        KERF_TRY(const RowId run, ensureBaselineRun(*project, workspace));
        return scoreStored(options, *project, workspace, run, invocation);
    }
    ProjectPtr reference;
    if (!options.reference.empty()) {
        KERF_TRY(reference, invocation.openProject(options.reference));
    }
    KERF_TRY(const LabelScores found, scoreModel(*project, reference.get(), options.labels, invocation.job()));
    return describe(found, options.each);
}

Result<Outcome> score(const Options& options, Invocation& invocation)
{
    KERF_TRY(const bool isRun, invocation.namesRun(options.target, "To score a run"));
    if (!isRun)
        return scoreFolder(options, invocation);
    if (!options.reference.empty())
        return fail(ErrorCode::InvalidArgument,
            "--reference is for folders; a run is compared with the model it was made from.");
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const RunRow run, workspace.run(options.target));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    return scoreStored(options, *project, workspace, run.id, invocation);
}

} // namespace

void addScore(CommandLine& line)
{
    CLI::App* verb
        = line.addVerb("score", "Accuracy, F1, entity F1 or rank correlation of an encoder on labelled texts",
            "  kerf-cli score 3 --labels reviews.csv -w work.kerf\n  kerf-cli score MODEL --labels pairs.tsv --json "
            "--each");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL|RUN", options->target, "Model or exported folder, or a run by number or name")->required();
    verb->add_option("--labels", options->labels,
            "JSON lines, JSON array, CSV or TSV: text, label; sentence1, sentence2, score; tokens, tags")
        ->type_name("FILE")
        ->required();
    verb->add_option("--reference", options->reference, "Model that a folder is compared with")->type_name("MODEL");
    verb->add_flag("--each", options->each, "With --json: what was expected and found of every text");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return score(*options, invocation); });
}

} // namespace kerf::cli
