// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/cli/invocation.h"
#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::cli {

/// A plan by its file, or by its name in the workspace. Errors: InvalidArgument (no such plan: lists them), BadFile.
core::Result<core::Plan> findPlan(
    const Invocation& invocation, const core::Project& project, const std::string& fileOrName);

/// Size, bits per weight, predicted KLD (where the workspace has a profile), predicted speed (where the plan's formats
/// were timed on this machine) and how many layers have which format.
core::Result<core::Json> planSummary(
    const Invocation& invocation, const core::Project& project, const core::Plan& plan);
std::string summaryText(const core::Json& summary);

/// Where a plan goes: `out` (may be empty), and the workspace when one is given. The result is its summary.
core::Result<Outcome> finishPlan(
    const std::filesystem::path& out, Invocation& invocation, const core::Project& project, const core::Plan& plan);

/// The newest profile of this model in the workspace, fitted to its measured plans. Errors: InvalidArgument, when there
/// is none.
core::Result<core::Profile> neededProfile(const core::Project& project, const Invocation& invocation);
/// The same; nothing where there is none, or no workspace.
core::Result<std::optional<core::Profile>> profileOf(const Invocation& invocation, const core::Project& project);

} // namespace kerf::cli
