// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <CLI/CLI.hpp>

#include "app/cli/invocation.h"
#include "core/jobs/job.h"

namespace kerf::cli {

/// --dry-run: only look at what the job takes and needs.
void addDryRun(CLI::App* verb, bool& isDryRun);
/// What core::checkJob finds of a job; failed when something blocks it. Errors: as checkJob.
core::Result<Outcome> describeChecks(
    const core::Project& project, const core::Workspace& workspace, const core::Job& job, const Invocation& invocation);

} // namespace kerf::cli
