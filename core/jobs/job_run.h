// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/jobs/job_settings.h"
#include "core/solve/solver.h"

namespace kerf::core {

/// What a job made: a profile (also of measured cells), the number of a run, and so on; nothing for sittings, whose
/// times are in the workspace.
using JobProduct = std::variant<std::monostate, Profile, RowId, std::vector<SweepItem>, Refinement, PredictionCheck,
    Evaluation, RunSpeed, ExportReport>;

/// What is told while a job runs, on the thread that works. Either may be empty.
struct JobSinks {
    SweepSink sweepChanged;
    RefinementSink improved;
};

/// Carries a job out with a row of its own in the workspace: settings, state, log. A job of the same settings that was
/// stopped, failed or killed goes on under its row. A search keeps the best plan so far in the workspace under its
/// name. Errors: those of the job; Locked (workspace is read-only).
Result<JobProduct> runJob(const Project& project, Workspace& workspace, const JobSettings& settings,
    const JobSinks& sinks, const JobContext& job);

/// The settings of a stored job. Errors: InvalidArgument (no such job, or of another model), BadFile.
Result<JobSettings> storedJob(const Project& project, const Workspace& workspace, RowId job);

} // namespace kerf::core
