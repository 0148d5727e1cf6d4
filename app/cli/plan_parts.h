// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/command_line.h"
#include "app/cli/data_flags.h"
#include "core/solve/preset.h"
#include "core/solve/solver.h"

namespace kerf::cli {

/// The parts of `kerf-cli plan` that stand in files of their own.
void addPlanDiff(CommandLine& line, CLI::App* plan);
void addPlanFront(CommandLine& line, CLI::App* plan);
void addPlanImport(CommandLine& line, CLI::App* plan);
void addPlanKeep(CommandLine& line, CLI::App* plan);
void addPlanPresets(CommandLine& line, CLI::App* plan);
void addPlanRecipe(CommandLine& line, CLI::App* plan);
void addPlanRefine(CommandLine& line, CLI::App* plan);
void addPlanSolve(CommandLine& line, CLI::App* plan);

/// What a plan is made with besides its formats, and where it goes.
struct MakingFlags {
    std::filesystem::path out;
    std::string name;
    std::string from; ///< plan to start from; empty: every layer in `format`
    std::string format = "int4-g128";
    std::string method = core::kDefaultMethod;
    bool sequential = false;
    bool keepsNorms = false; ///< as TransformFlags has it
    SettingFlags settings;
    std::string kv;
};
/// --out and --name.
void addTarget(CLI::App* verb, MakingFlags& flags);
void addFormat(CLI::App* verb, MakingFlags& flags);
/// --method, --sequential, --no-bn-fold, --kv, settings, --out, --name.
void addMaking(CLI::App* verb, MakingFlags& flags);
/// The plan that --plan names, or one of `format`; with the flags' method, settings, mode and cache.
/// Errors: InvalidArgument.
core::Result<core::Plan> basePlan(const MakingFlags& flags, const Invocation& invocation, const core::Project& project,
    const std::string& defaultName);

/// What the solver may choose.
struct LimitFlags {
    std::vector<std::string> formats;
    double keepAbove = 0;
    std::string keepFormat = "int4-g64";
    bool noTies = false;
};
/// --plan, --formats, --keep-above, --keep-format, --no-ties.
void addLimits(CLI::App* verb, LimitFlags& flags, MakingFlags& making);
/// The solver's options without a budget, and a line in the log on layers that stay in 16 bit.
core::SolveOptions limitsOf(const LimitFlags& flags, const core::Profile& profile, const Invocation& invocation);
/// As neededProfile; it also predicts divergences. Errors: InvalidArgument.
core::Result<core::Profile> solverProfile(const core::Project& project, const Invocation& invocation);

/// --preset and what adjusts one, for the verbs that make plans.
struct PresetFlags {
    std::string name;
    double threshold = -1; ///< nats; below 0: the preset's own
    double share = -1; ///< of the layers; below 0: the preset's own
    std::string thresholdFormat;
    double smoothing = -1; ///< below 0: the preset's own
    std::string format;
    std::string method;
    std::string kv;
};
void addPresetFlags(CLI::App* verb, PresetFlags& flags);
/// --smoothing, --format, --method, --kv: what stands in the place of the preset's own.
void addPresetParts(CLI::App* verb, PresetFlags& flags);
/// The preset with what the flags change. Errors: InvalidArgument (no such preset; it has nothing of the kind).
core::Result<core::Preset> adjustedPreset(const PresetFlags& flags, const core::Network& network);
/// What the preset makes of the model, with a line in the log that says how many layers stay in 16 bit.
/// Errors: InvalidArgument (no such preset; it needs a profile and the workspace has none).
core::Result<core::PresetPlan> presetPlanOf(
    const PresetFlags& flags, const Invocation& invocation, const core::Project& project);

} // namespace kerf::cli
