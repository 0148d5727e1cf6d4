// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>
#include <optional>

#include <fmt/format.h>

#include "app/cli/command_line.h"
#include "core/exporters/exporter.h"
#include "core/exporters/loader_verdict.h"
#include "core/jobs/export_job.h"
#include "core/plan/loaders.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

struct Options {
    fs::path folder;
    std::string run;
};

/// The model in a folder: of a GGUF export the file in it.
Result<Model> openWrittenModel(const fs::path& folder)
{
    const fs::path gguf = folder / "model.gguf";
    std::error_code ignored;
    return openModel(fs::exists(gguf, ignored) ? gguf : folder);
}

void addVerdicts(const std::vector<LoaderVerdict>& verdicts, Outcome& outcome)
{
    outcome.json["loaders"] = Json::array();
    for (const LoaderVerdict& verdict : verdicts) {
        Json problems = Json::array();
        outcome.text += fmt::format("{}: {}\n", loaderTitle(verdict.loader),
            verdict.problems.empty() ? "loads, by the rules Kerf knows of it" : "does not load as it is:");
        for (const PlanProblem& problem : verdict.problems) {
            problems.push_back({ { "message", problem.message }, { "layers", problem.layers } });
            outcome.text += "  " + problem.message + "\n";
        }
        for (const std::string& fault : verdict.faults)
            outcome.text += "  " + fault + "\n";
        outcome.json["loaders"].push_back(
            { { "loader", verdict.loader }, { "problems", std::move(problems) }, { "known_faults", verdict.faults } });
    }
}

/// Of Kerf's exports and conversions: hashes and layers. Gives what wrote it.
Result<const Exporter*> verifyOwn(const Options& options, Invocation& invocation, Outcome& outcome)
{
    KERF_TRY(const VerifyReport report, verifyFolder(options.folder, invocation.job()));
    outcome.json = { { "folder", options.folder.string() }, { "files", report.filesChecked },
        { "layers", report.layersRead }, { "quant_method", report.quantMethod }, { "ok", true } };
    outcome.text = fmt::format("{}: {} files and {} layers ({}) are as they were written\n", options.folder.string(),
        report.filesChecked, report.layersRead, report.quantMethod);
    return report.exporter;
}

/// Of other tools' folders, which have no hashes: every layer is decoded.
Status verifyOther(const Options& options, const Model& model, Invocation& invocation, Outcome& outcome)
{
    std::size_t layers = 0;
    if (model.quantized)
        for (const auto& [layer, format] : model.quantized->layers()) {
            KERF_CHECK(invocation.job().checkStop());
            KERF_CHECK(model.quantized->read(layer));
            ++layers;
        }
    outcome.json = { { "folder", options.folder.string() }, { "files", 0 }, { "layers", layers },
        { "quant_method", model.quantized ? model.quantized->quantMethod() : std::string() }, { "ok", true } };
    outcome.text
        = fmt::format("{}: {} layers can be decoded. It has no kerf-manifest.json, so whether its files are as they "
                      "were written cannot be told.\n",
            options.folder.string(), layers);
    return {};
}

Result<Outcome> verify(const Options& options, Invocation& invocation)
{
    Outcome outcome;
    std::error_code ignored;
    // Only what Kerf wrote can be compared with a run.
    const bool isOwn = !options.run.empty() || fs::exists(options.folder / "kerf-manifest.json", ignored);
    const Exporter* exporter = nullptr;
    if (isOwn) {
        KERF_TRY(exporter, verifyOwn(options, invocation, outcome));
    }
    std::optional<Model> model;
    if (!exporter || !exporter->holdsOnnx()) { // of ONNX files no loader's rules are known
        KERF_TRY(model, openWrittenModel(options.folder));
    }
    if (!isOwn)
        KERF_CHECK(verifyOther(options, *model, invocation, outcome));
    if (!options.run.empty()) {
        KERF_TRY(Workspace workspace, invocation.openExisting());
        KERF_TRY(const RunRow run, workspace.run(options.run));
        KERF_TRY(const ProjectPtr project, invocation.projectOf(workspace, run));
        KERF_TRY(
            const int layers, compareExport(*project, workspace, run.id, *exporter, options.folder, invocation.job()));
        outcome.json["run"] = run.id;
        outcome.json["layers_equal_to_run"] = layers;
        outcome.text += fmt::format(
            "{} layers have the codes, scales, zero points and groups of run {} ({})\n", layers, run.id, run.name);
    }
    if (model) {
        KERF_TRY(const std::vector<LoaderVerdict> verdicts, loaderVerdicts(*model));
        addVerdicts(verdicts, outcome);
    }
    return outcome;
}

} // namespace

void addVerify(CommandLine& line)
{
    CLI::App* verb = line.addVerb("verify",
        "Read an exported folder back: every file's hash, every quantized layer, which loaders it suits",
        "  kerf-cli verify FOLDER\n  kerf-cli verify FOLDER --run 3 -w work.kerf");
    auto options = std::make_shared<Options>();
    verb->add_option("FOLDER", options->folder, "Folder or GGUF file; hashes are checked of what Kerf wrote")
        ->required();
    verb->add_option("--run", options->run, "Compare every layer with this run of the workspace too")->type_name("RUN");
    line.onChosen(verb, [options](Invocation& invocation) { return verify(*options, invocation); });
}

} // namespace kerf::cli
