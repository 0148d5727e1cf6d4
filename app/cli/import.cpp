// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/run_text.h"
#include "app/cli/table.h"
#include "core/jobs/import_job.h"
#include "core/jobs/job.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path model;
    fs::path folder;
    std::string name;
    DataChoice text;
};

Outcome describe(const RunRow& run, Json json)
{
    Outcome outcome { std::move(json), {}, false };
    const Metric* size = run.metric("size_bytes");
    const Metric* divergence = divergenceOf(run);
    outcome.text = fmt::format("Run {} ({}): {}, {} of tensors\n", run.id, run.name, run.origin->summary,
        sizeText(static_cast<std::int64_t>(size ? size->value : 0)));
    if (run.origin->changedVectors > 0)
        outcome.text += fmt::format("{} of its norms and biases are not the original's: weights were rescaled or "
                                    "rotated before they were rounded.\n",
            run.origin->changedVectors);
    if (divergence)
        outcome.text += fmt::format(
            "perplexity {}, {} {}\n", metricCell(run, "perplexity", 4), divergence->name, divergenceCell(run));
    return outcome;
}

Result<Outcome> import(const Options& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    if (!options.name.empty() && workspace.run(options.name))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("There is a run \"{}\" already. Choose another --name.", options.name));
    KERF_TRY(const std::vector<RunRow> before, workspace.runs());
    ImportJob job { options.folder, std::nullopt };
    if (!options.text.files.empty())
        job.measures = RunMeasures { options.text, std::nullopt };
    KERF_TRY(const RowId id, runJob(*project, workspace, job, invocation.job()));
    const bool isKnown = std::ranges::find(before, id, &RunRow::id) != before.end();
    if (isKnown)
        invocation.job().log(LogLevel::Info, fmt::format("It was added before, as run {}: found by its bytes.", id));
    else if (!options.name.empty())
        KERF_CHECK(workspace.renameRun(id, options.name));
    KERF_TRY(const RunRow run, workspace.run(std::to_string(id)));
    KERF_TRY(Json json, runJson(workspace, run));
    return describe(run, std::move(json));
}

} // namespace

void addImport(CommandLine& line)
{
    CLI::App* verb = line.addVerb("import", "A checkpoint that somebody quantized becomes a run of its original",
        "  kerf-cli import MODEL THEIR-FOLDER --text book.txt -w work.kerf\n"
        "  kerf-cli import MODEL model-Q4_K_M.gguf --name 'their Q4_K_M' -w work.kerf\n"
        "  kerf-cli import net.onnx net-int8.onnx --name theirs -w work.kerf\n"
        "It stands in runs, pareto and compare beside Kerf's own, is evaluated, timed and exported (converted) like "
        "them.\nNothing is copied: the checkpoint stays where it is.");
    auto options = std::make_shared<Options>();
    options->text.window = 2048;
    options->text.samples = 0;
    verb->add_option("MODEL", options->model, "The original: a folder or ONNX file")->required();
    verb->add_option("CHECKPOINT", options->folder, "Quantized folder, GGUF or ONNX file of the same model")
        ->required();
    verb->add_option("--name", options->name, "Name of the run; without it the checkpoint's")->type_name("NAME");
    verb->add_option(
            "--text", options->text.files, std::string("Text to measure its divergence on at once: ") + kTextKinds)
        ->type_name("FILE");
    addWindow(verb, options->text);
    line.onChosen(verb, [options](Invocation& invocation) { return import(*options, invocation); });
}

} // namespace kerf::cli
