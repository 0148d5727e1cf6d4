// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/jobs/jobs.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/refine_job.h"
#include "core/jobs/sweep_job.h"
#include "ui/jobs/data_settings.h"
#include "ui/jobs/job_runner.h"

namespace kerf::ui {

/// The work of each kind of job, to be run by JobRunner. Each opens the workspace in its own thread: a connection
/// belongs to the thread that opened it. Results come back through shared values, which the caller reads only after
/// the job has ended.

JobRunner::Work openWork(const std::filesystem::path& modelFolder, const std::shared_ptr<core::ProjectPtr>& result);

JobRunner::Work profileWork(
    const core::ProjectPtr& project, const std::filesystem::path& workspace, const DataSettings& settings);

/// Quantizes, evaluates and measures the speed of a plan, and once the same metrics of the original beside it. What was
/// done already is not done again: a stopped run goes on.
JobRunner::Work planWork(const core::ProjectPtr& project, const std::filesystem::path& workspace,
    const core::Plan& plan, const DataSettings& settings, const std::shared_ptr<core::RowId>& result);

/// Many plans, one after the other. `changed` is called on the thread that works.
JobRunner::Work sweepWork(const core::ProjectPtr& project, const std::filesystem::path& workspace,
    std::vector<core::Plan> plans, const DataSettings& settings, const core::SweepSink& changed);

/// Measures the divergence of single cells with the newest profile's windows and adds it to the profile.
JobRunner::Work cellsWork(const core::ProjectPtr& project, const std::filesystem::path& workspace,
    std::vector<core::PlanLayer> cells, const DataSettings& settings);

/// Random plans, predicted beside measured.
JobRunner::Work predictionWork(
    const core::ProjectPtr& project, const std::filesystem::path& workspace, int plans, const DataSettings& settings);

/// Measures what decoding takes in the formats; the times are kept with the workspace.
JobRunner::Work timesWork(
    const core::ProjectPtr& project, const std::filesystem::path& workspace, std::vector<std::string> formats);

/// The measured search. `result` is set with every better plan, so that a stopped search leaves what it found.
JobRunner::Work refineWork(const core::ProjectPtr& project, const std::filesystem::path& workspace,
    const core::RefineJob& settings, const std::shared_ptr<core::Refinement>& result);

JobRunner::Work exportWork(const core::ProjectPtr& project, const std::filesystem::path& workspace, core::RowId run,
    const std::string& target, const std::filesystem::path& out, const std::shared_ptr<core::ExportReport>& result);

} // namespace kerf::ui
