// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/table.h"
#include "core/jobs/export_job.h"
#include "core/jobs/job.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    std::string run;
    std::string target;
    fs::path out;
    std::string base;
    bool isDryRun = false, adapts = false;
};

/// What the target cannot hold of the run's plan.
std::vector<PlanProblem> problemsOf(const Options& options, const RunRow& run, const Project& project)
{
    return (*findExporter(options.target))->check(run.plan, *project.model.network);
}

/// Size to the byte, or what stands against the export.
Result<Outcome> foretell(const Options& options, const RunRow& run, const Project& project, const Workspace& workspace)
{
    Outcome outcome;
    outcome.json = { { "run", run.id }, { "to", options.target }, { "problems", Json::array() } };
    const std::vector<PlanProblem> problems = problemsOf(options, run, project);
    for (const PlanProblem& problem : problems) {
        outcome.json["problems"].push_back({ { "message", problem.message }, { "layers", problem.layers } });
        outcome.text += problem.message + "\n";
    }
    if (!problems.empty())
        return outcome;
    KERF_TRY(const std::int64_t bytes, exportBytes(project, workspace, run.id, **findExporter(options.target)));
    outcome.json["weight_bytes"] = bytes;
    outcome.text = fmt::format("{} fits {}: {} bytes of weights ({}), beside configuration and tokenizer.\n", run.name,
        options.target, bytes, sizeText(bytes));
    return outcome;
}

/// Saves the nearest plan that the target holds.
Result<Outcome> adapt(const Options& options, const RunRow& run, const Project& project, Workspace& workspace)
{
    KERF_TRY(const PlanMend mend, adaptedPlan(**findExporter(options.target), run.plan, *project.model.network));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_CHECK(workspace.savePlan(model, mend.plan));
    Outcome outcome;
    outcome.json
        = { { "run", run.id }, { "to", options.target }, { "adapted_plan", mend.plan.name }, { "changes", mend.what } };
    outcome.text
        = fmt::format("{} does not hold {} as it is, so nothing was written. The nearest plan that it holds, with "
                      "{}, is saved as \"{}\". Quantize it: kerf-cli quantize {} --plan \"{}\"\n",
            options.target, run.name, mend.what, mend.plan.name, project.modelFolder.string(), mend.plan.name);
    return outcome;
}

Result<Outcome> exportTo(const Options& options, Invocation& invocation)
{
    KERF_CHECK(findExporter(options.target));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    if (run.origin && (options.isDryRun || options.adapts))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "Run {} ({}) is a checkpoint that was added: an export converts it, or refuses with the reason, "
                "and neither --dry-run nor --adapt is for that.",
                run.id, run.name));
    if (options.isDryRun)
        return foretell(options, run, *project, workspace);
    if (options.adapts && !problemsOf(options, run, *project).empty())
        return adapt(options, run, *project, workspace);
    if (options.out.empty())
        return fail(ErrorCode::InvalidArgument, "Name the new folder with --out.");
    KERF_TRY(const ExportReport report,
        runJob(*project, workspace, ExportJob { run.id, options.target, options.out, options.base }, invocation.job()));
    Outcome outcome;
    outcome.json = { { "run", run.id }, { "to", options.target }, { "out", report.folder.string() },
        { "size_bytes", report.bytes }, { "weight_bytes", report.weightBytes }, { "tensors", report.tensorsWritten },
        { "layers_verified", report.layersVerified }, { "loaded_by", report.loadedBy }, { "notes", report.notes } };
    outcome.text = fmt::format("{}: {} in {} tensors; {} layers read back and equal to the run\n",
        report.folder.string(), sizeText(report.bytes), report.tensorsWritten, report.layersVerified);
    for (const std::string& note : report.notes)
        outcome.text += "  " + note + "\n";
    return outcome;
}

} // namespace

std::string targetNames()
{
    std::string text;
    for (const Exporter* exporter : allExporters())
        text += fmt::format("{}{}", text.empty() ? "" : ", ", exporter->name());
    return text;
}

std::string targetSummaries()
{
    std::string text;
    for (const Exporter* exporter : allExporters())
        text += fmt::format("  {:<20} {}\n", exporter->name(), exporter->summary());
    return text;
}

void addExport(CommandLine& line)
{
    CLI::App* verb = line.addVerb("export", "Write a run as a checkpoint that serving runtimes load, and read it back",
        "  kerf-cli export 3 --to compressed-tensors --out FOLDER -w work.kerf\n"
        "  kerf-cli export 3 --to gguf --dry-run -w work.kerf\nTargets:\n"
            + targetSummaries());
    auto options = std::make_shared<Options>();
    verb->add_option("RUN", options->run, "Number or name")->required();
    verb->add_option("--to", options->target, "Target: " + targetNames())->type_name("TARGET")->required();
    verb->add_option("--out", options->out, "New folder; an existing one is refused")->type_name("FOLDER");
    verb->add_option("--base-model", options->base,
            "The original's name on the Hub, for the card; found in a folder of its cache")
        ->type_name("ORG/NAME");
    verb->add_flag("--dry-run", options->isDryRun, "Say its size to the byte and what the target cannot hold, no more");
    verb->add_flag("--adapt", options->adapts,
        "When the target does not hold the run's plan, save the nearest plan that it does hold");
    line.onChosen(verb, [options](Invocation& invocation) { return exportTo(*options, invocation); });
}

} // namespace kerf::cli
