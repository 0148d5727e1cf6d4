// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/invocation.h"
#include "app/cli/threshold.h"
#include "core/jobs/gate.h"

namespace kerf::cli {

/// What --require asks: of point values, and of what is sure of a run (those with @LEVEL).
struct Required {
    std::vector<Threshold> thresholds;
    std::vector<core::Requirement> beyondChance;
};
/// Errors: InvalidArgument, quoting what was typed; one with a level needs a workspace.
core::Result<Required> parseRequired(const CommonOptions& options);

/// Adds to an outcome what was found: `gate` in its JSON, a sentence each, the verdict of all.
void tell(Outcome& outcome, const std::vector<core::GateFinding>& findings);
/// The same of what a run fulfils. Errors: as core::judgeRun.
core::Status judge(Outcome& outcome, const core::RunRow& run, const core::GateReference& reference,
    const std::vector<core::Requirement>& requirements);

/// Judges the run that a verb has measured: its JSON names it. Errors: also InvalidArgument (it names none).
core::Status judgeOutcome(
    Outcome& outcome, const CommonOptions& options, const std::vector<core::Requirement>& requirements);

} // namespace kerf::cli
