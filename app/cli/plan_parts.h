// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/command_line.h"
#include "core/solve/preset.h"

namespace kerf::cli {

/// The parts of `kerf-cli plan` that stand in files of their own.
void addPlanImport(CommandLine& line, CLI::App* plan);
void addPlanKeep(CommandLine& line, CLI::App* plan);
void addPlanPresets(CommandLine& line, CLI::App* plan);
void addPlanRecipe(CommandLine& line, CLI::App* plan);
void addPlanRefine(CommandLine& line, CLI::App* plan);

/// --preset and what adjusts one, for the verbs that make plans.
struct PresetFlags {
    std::string name;
    double threshold = -1; ///< nats; below 0: the preset's own
    std::string thresholdFormat;
    double smoothing = -1; ///< below 0: the preset's own
    std::string format;
    std::string method;
    std::string kv;
};
void addPresetFlags(CLI::App* verb, PresetFlags& flags);
/// What the preset makes of the model, with a line in the log that says how many layers stay in 16 bit.
/// Errors: InvalidArgument (no such preset; it needs a profile and the workspace has none).
core::Result<core::PresetPlan> presetPlanOf(
    const PresetFlags& flags, const Invocation& invocation, const core::Project& project);

} // namespace kerf::cli
