// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <memory>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "app/cli/plan_parts.h"
#include "core/jobs/preserve.h"

namespace kerf::cli {

using namespace kerf::core;

namespace {

constexpr const char* kPreset = "Sensitivity-preserving INT4";

struct Options {
    std::filesystem::path model;
    PresetFlags preset;
    PreserveSettings settings;
    std::int64_t textSamples = 0;
};

Result<Outcome> preserveModel(const Options& options, Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    invocation.warnIfReadOnly(workspace);
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    PreserveSettings settings = options.settings;
    KERF_TRY(settings.preset, adjustedPreset(options.preset, *project->model.network));
    if (settings.preset.keep && options.preset.thresholdFormat.empty() && !options.preset.format.empty())
        settings.preset.keep->format = options.preset.format; // layers are compared in what they are to become
    const std::vector<std::filesystem::path> files = settings.text.files;
    settings.text = settings.calibration;
    settings.text.files = files;
    settings.text.samples = options.textSamples;
    settings.text.sampleSeed.reset();
    settings.seed = invocation.options().seed;
    KERF_TRY(const Preserved made, preserve(*project, workspace, settings, invocation.job()));
    return Outcome { toJson(made), preservedText(made), false, made.finding.verdict };
}

} // namespace

void addPreserve(CommandLine& line)
{
    CLI::App* verb = line.addVerb("preserve",
        "Profile, keep the most sensitive layers, quantize the rest, measure and judge: one command, that ends with a "
        "verdict",
        "  kerf-cli preserve MODEL --calibration text.txt --text other.txt -w work.kerf\n"
        "  kerf-cli preserve MODEL --calibration domain.jsonl --text other.txt --questions mine.jsonl -w work.kerf\n"
        "  kerf-cli preserve MODEL --calibration text.txt --text other.txt --format int4-g128+a8-token -w work.kerf\n"
        "Accept is exit code 0, reject 5, inconclusive 6. The same command again goes on where it was.");
    auto options = std::make_shared<Options>();
    options->preset.name = kPreset;
    verb->add_option("MODEL", options->model, "Model folder, .gguf or .onnx file")->required();
    addCalibration(verb, options->settings.calibration, true);
    verb->get_option("--samples")->default_val(512);
    verb->add_option("--text", options->settings.text.files, "Texts to measure on, other than the calibration's")
        ->type_name("FILE...")
        ->required();
    verb->add_option("--text-samples", options->textSamples, "Windows of the texts to measure on; 0 = all")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str()
        ->type_name("N");
    verb->add_option("--questions", options->settings.questions,
            "The task to judge by, as kerf-cli ask takes it (default: perplexity on the texts)")
        ->type_name("FILE.jsonl");
    verb->add_option("--margin", options->settings.margin,
            "What may be lost: of the share of right answers, or of perplexity as a share")
        ->check(CLI::Range(1e-6, 1.0))
        ->capture_default_str()
        ->type_name("X");
    addPresetFlags(verb, options->preset);
    addPresetParts(verb, options->preset);
    verb->add_option("--name", options->settings.name, "Name of plan and run")->type_name("NAME");
    line.onChosen(verb, [options](Invocation& invocation) { return preserveModel(*options, invocation); });
}

} // namespace kerf::cli
