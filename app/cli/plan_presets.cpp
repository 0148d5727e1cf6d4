// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "app/cli/plan_parts.h"
#include "app/cli/plan_summary.h"
#include "core/solve/solver.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

Json presetJson(const Preset& preset)
{
    Json json { { "name", preset.name }, { "summary", preset.summary }, { "basis", preset.basis },
        { "format", preset.formats }, { "method", preset.method },
        { "mode", preset.mode == QuantizeMode::Sequential ? "sequential" : "independent" },
        { "settings", preset.settings } };
    if (!preset.transforms.is_null())
        json["transforms"] = preset.transforms;
    if (!preset.kv.is_null())
        json["kv"] = preset.kv;
    if (preset.windows > 0)
        json["windows"] = preset.windows;
    if (preset.keep) {
        json["keep_above"] = { { "format", preset.keep->format }, { "share", preset.keep->share } };
        if (preset.keep->kld)
            json["keep_above"]["kld"] = *preset.keep->kld;
    }
    return json;
}

Result<Outcome> listPresets(const fs::path& model, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(model));
    Outcome outcome;
    outcome.json["presets"] = Json::array();
    for (const Preset& preset : availablePresets(*project->model.network)) {
        outcome.json["presets"].push_back(presetJson(preset));
        outcome.text += fmt::format("{}\n  {}\n  {} · {} · {}{}\n", preset.name, preset.summary, preset.formats.front(),
            preset.method, preset.mode == QuantizeMode::Sequential ? "sequential" : "independent",
            preset.basis.empty() ? "" : "\n  after " + preset.basis);
    }
    if (outcome.text.empty())
        outcome.text = "No preset fits this model.\n";
    return outcome;
}

Status adjust(const PresetFlags& flags, Preset& preset)
{
    const auto needsThreshold = [&](bool given) -> Status {
        if (given && !preset.keep)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The preset \"{}\" keeps no layers above a threshold.", preset.name));
        return {};
    };
    KERF_CHECK(needsThreshold(flags.threshold >= 0 || flags.share >= 0 || !flags.thresholdFormat.empty()));
    if (flags.share >= 0)
        preset.keep->share = flags.share;
    if (flags.threshold >= 0)
        preset.keep->kld = flags.threshold;
    if (!flags.thresholdFormat.empty())
        preset.keep->format = flags.thresholdFormat;
    if (flags.smoothing >= 0 && !setPresetSmoothing(preset, flags.smoothing))
        return fail(
            ErrorCode::InvalidArgument, fmt::format("The preset \"{}\" does not use SmoothQuant.", preset.name));
    if (!flags.format.empty())
        preset.formats = { flags.format };
    if (!flags.method.empty())
        preset.method = flags.method;
    if (!flags.kv.empty())
        preset.kv = flags.kv;
    return {};
}

/// The profile is asked for only when the preset has a threshold: the workspace need not have one otherwise.
Result<std::optional<Profile>> profileFor(const Preset& preset, const Invocation& invocation, const Project& project)
{
    if (!preset.keep)
        return std::nullopt;
    KERF_TRY(Profile profile, neededProfile(project, invocation));
    return profile;
}

struct PresetOptions {
    fs::path model;
    fs::path out;
    PresetFlags flags;
};

Result<Outcome> usePreset(const PresetOptions& options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(const PresetPlan made, presetPlanOf(options.flags, invocation, *project));
    KERF_TRY(Outcome outcome, finishPlan(options.out, invocation, *project, made.plan));
    outcome.json["layers_kept"] = made.kept;
    outcome.json["share_kept"] = static_cast<double>(made.kept.size()) / static_cast<double>(made.plan.layers.size());
    outcome.json["share_of_weights_kept"] = shareOfWeights(*project->model.network, made.kept);
    outcome.json["threshold"] = made.threshold;
    outcome.json["notes"] = made.notes;
    return outcome;
}

struct KeepOptions {
    fs::path model;
    std::string plan;
    std::string format;
    double threshold = 0;
    std::string name;
    fs::path out;
};

Result<Outcome> keepLayers(KeepOptions options, Invocation& invocation)
{
    KERF_TRY(const ProjectPtr project, invocation.openProject(options.model));
    KERF_TRY(Plan plan, findPlan(invocation, *project, options.plan));
    KERF_TRY(const Profile profile, neededProfile(*project, invocation));
    KERF_TRY(const std::vector<std::string> kept, keepAbove(plan, profile, options.format, options.threshold));
    if (!options.name.empty())
        plan.name = options.name;
    std::error_code ignored;
    if (options.out.empty() && fs::exists(options.plan, ignored))
        options.out = options.plan;
    KERF_TRY(Outcome outcome, finishPlan(options.out, invocation, *project, plan));
    const double share = static_cast<double>(kept.size()) / static_cast<double>(plan.layers.size());
    const double weights = shareOfWeights(*project->model.network, kept);
    outcome.json["layers_kept"] = kept;
    outcome.json["share_kept"] = share;
    outcome.json["share_of_weights_kept"] = weights;
    outcome.text = fmt::format("{} of {} layers ({:.1f} %, {:.1f} % of the weights) stay in 16 bit\n", kept.size(),
                       plan.layers.size(), 100 * share, 100 * weights)
        + outcome.text;
    return outcome;
}

} // namespace

void addPresetFlags(CLI::App* verb, PresetFlags& flags)
{
    verb->add_option("--preset", flags.name, "Settings by a tool's name (kerf-cli plan presets lists them), or a file")
        ->type_name("PRESET");
    verb->add_option("--keep-threshold", flags.threshold,
            "Of the preset: keep layers in 16 bit above this, in the unit of the profile")
        ->check(CLI::NonNegativeNumber)
        ->type_name("X");
    verb->add_option("--keep-share", flags.share,
            "Of the preset: the share of the layers that may be above the threshold, 0 to 1 (instead of a threshold)")
        ->check(CLI::Range(0.0, 1.0))
        ->excludes("--keep-threshold")
        ->type_name("X");
    verb->add_option("--keep-format", flags.thresholdFormat, "Of the preset: the format in which layers are compared")
        ->type_name("FORMAT");
}

void addPresetParts(CLI::App* verb, PresetFlags& flags)
{
    verb->add_option("--smoothing", flags.smoothing, "Of the preset: SmoothQuant's strength")
        ->check(CLI::Range(0.0, 1.0))
        ->type_name("X");
    verb->add_option("--format", flags.format, "Instead of the preset's format")->type_name("FORMAT");
    verb->add_option("--method", flags.method, "Instead of the preset's method")->type_name("METHOD");
    verb->add_option("--kv", flags.kv, "Instead of the preset's KV-cache format")->type_name("FORMAT");
}

Result<Preset> adjustedPreset(const PresetFlags& flags, const Network& network)
{
    KERF_TRY(Preset preset, findPreset(flags.name, network));
    KERF_CHECK(adjust(flags, preset));
    return preset;
}

Result<PresetPlan> presetPlanOf(const PresetFlags& flags, const Invocation& invocation, const Project& project)
{
    const Network& network = *project.model.network;
    KERF_TRY(const Preset preset, adjustedPreset(flags, network));
    KERF_TRY(const std::optional<Profile> profile, profileFor(preset, invocation, project));
    KERF_TRY(PresetPlan made, presetPlan(preset, network, profile ? &*profile : nullptr));
    if (preset.keep)
        invocation.job().log(LogLevel::Info,
            fmt::format(
                "{} of {} layers ({:.1f} %, {:.1f} % of the weights) stay in 16 bit: predicted divergence in {} "
                "above {:.3g}.",
                made.kept.size(), network.layers().size(),
                100.0 * static_cast<double>(made.kept.size()) / static_cast<double>(network.layers().size()),
                100 * shareOfWeights(network, made.kept), preset.keep->format, made.threshold));
    for (const std::string& note : made.notes)
        invocation.job().log(LogLevel::Warning, note);
    for (const std::string& layer : made.unfit)
        invocation.job().log(
            LogLevel::Warning, fmt::format("{} takes none of the preset's formats: it stays as it is stored.", layer));
    return made;
}

void addPlanPresets(CommandLine& line, CLI::App* plan)
{
    CLI::App* list = line.addVerb("presets", "Settings by the names of tools, that this program can carry out",
        "  kerf-cli plan presets MODEL", plan);
    auto model = std::make_shared<fs::path>();
    list->add_option("MODEL", *model, "Model folder")->required();
    line.onChosen(list, [model](Invocation& invocation) { return listPresets(*model, invocation); });

    CLI::App* use = line.addVerb("preset", "The plan that a preset makes of a model",
        "  kerf-cli plan preset MODEL --preset 'GPTQModel default' --out plan.json", plan);
    auto options = std::make_shared<PresetOptions>();
    use->add_option("MODEL", options->model, "Model folder")->required();
    addPresetFlags(use, options->flags);
    use->get_option("--preset")->required();
    addPresetParts(use, options->flags);
    use->add_option("--out", options->out, "Plan file to write")->type_name("PLAN.json");
    line.addRequire(use);
    line.onChosen(use, [options](Invocation& invocation) { return usePreset(*options, invocation); });
}

void addPlanKeep(CommandLine& line, CLI::App* plan)
{
    CLI::App* verb = line.addVerb("keep", "Keep the layers above a predicted divergence in 16 bit",
        "  kerf-cli plan keep MODEL --plan plan.json --above 0.001 --format int4-g128 -w work.kerf", plan);
    auto options = std::make_shared<KeepOptions>();
    verb->add_option("MODEL", options->model, "Model folder")->required();
    verb->add_option("--plan", options->plan, "Plan file, or the name of a plan in the workspace")
        ->type_name("PLAN")
        ->required();
    verb->add_option(
            "--above", options->threshold, "Predicted divergence of the layer alone: nats, of embeddings 1 - cosine")
        ->check(CLI::NonNegativeNumber)
        ->type_name("X")
        ->required();
    verb->add_option("--format", options->format, "Compare layers in this format (default: each in its own)")
        ->type_name("FORMAT");
    verb->add_option("--name", options->name, "Name of the plan")->type_name("NAME");
    verb->add_option("--out", options->out, "Plan file to write (default: the one read)")->type_name("PLAN.json");
    line.addRequire(verb);
    line.onChosen(verb, [options](Invocation& invocation) { return keepLayers(*options, invocation); });
}

} // namespace kerf::cli
