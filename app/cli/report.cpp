// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "core/base/atomic_file.h"
#include "core/jobs/report.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    std::vector<std::string> runs;
    std::string reference; ///< empty: the first
    fs::path out;
};

Result<Outcome> report(const Options& options, Invocation& invocation)
{
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    std::vector<RowId> runs;
    for (const std::string& name : options.runs) {
        KERF_TRY(const RunRow run, workspace.run(name));
        runs.push_back(run.id);
    }
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const RunRow first, workspace.run(std::to_string(runs.front())));
    if (first.provenance.modelHash != project->modelHash)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: run {} ({}) is of another model.", options.model.string(), first.id, first.name));
    RowId reference = first.id;
    if (!options.reference.empty()) {
        KERF_TRY(const RunRow chosen, workspace.run(options.reference));
        reference = chosen.id;
    }
    KERF_TRY(const RunReport made, makeReport(*project, workspace, runs, reference, invocation.job()));
    const std::string page = reportHtml(made);
    KERF_CHECK(writeFileAtomically(options.out, page));
    return Outcome { { { "out", options.out.string() }, { "runs", runs }, { "reference", reference },
                         { "charts", made.charts.size() }, { "bytes", page.size() } },
        fmt::format("Report on {} run{}: {}\n", runs.size(), runs.size() == 1 ? "" : "s", options.out.string()) };
}

} // namespace

void addReport(CommandLine& line)
{
    CLI::App* verb = line.addVerb("report", "One page on chosen runs: metrics, charts, plan, provenance, as HTML",
        "  kerf-cli report ./model --run 2 --run 'mixed 4.25' --out report.html -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("MODEL", options->model, "Checkpoint that the runs were made from")->required();
    verb->add_option("--run", options->runs, "A run by number or name; up to 8")
        ->required()
        ->expected(1)
        ->take_all()
        ->type_name("RUN");
    verb->add_option(
            "--reference", options->reference, "The run that the others are compared with; the first unless given")
        ->type_name("RUN");
    verb->add_option("--out", options->out, "File to write; needs nothing else to be shown")
        ->required()
        ->type_name("FILE.html");
    line.onChosen(verb, [options](Invocation& invocation) { return report(*options, invocation); });
}

} // namespace kerf::cli
