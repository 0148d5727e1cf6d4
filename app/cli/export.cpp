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
};

Result<Outcome> exportTo(const Options& options, Invocation& invocation)
{
    KERF_CHECK(findExporter(options.target));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const RunRow run, workspace.run(options.run));
    KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
    KERF_TRY(const ExportReport report,
        runJob(*project, workspace, ExportJob { run.id, options.target, options.out }, invocation.job()));
    Outcome outcome;
    outcome.json = { { "run", run.id }, { "to", options.target }, { "out", report.folder.string() },
        { "size_bytes", report.bytes }, { "tensors", report.tensorsWritten },
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
        "  kerf-cli export 3 --to compressed-tensors --out FOLDER -w work.kerf\nTargets:\n" + targetSummaries());
    auto options = std::make_shared<Options>();
    verb->add_option("RUN", options->run, "Number or name")->required();
    verb->add_option("--to", options->target, "Target: " + targetNames())->type_name("TARGET")->required();
    verb->add_option("--out", options->out, "New folder; an existing one is refused")->type_name("FOLDER")->required();
    line.onChosen(verb, [options](Invocation& invocation) { return exportTo(*options, invocation); });
}

} // namespace kerf::cli
