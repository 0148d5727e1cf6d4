// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "app/cli/session.h"
#include "core/plan/plan.h"

namespace kerf::cli {

/// A plan by its file, or by its name in the workspace. Errors: InvalidArgument (no such plan: lists them), BadFile.
core::Result<core::Plan> findPlan(const Session& session, const core::Project& project, const std::string& fileOrName);

/// Size, bits per weight, predicted KLD (where the workspace has a profile) and how many layers have which format.
core::Result<core::Json> planSummary(const Session& session, const core::Project& project, const core::Plan& plan);
std::string summaryText(const core::Json& summary);

} // namespace kerf::cli
