// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/jobs/jobs.h"
#include "ui/jobs/data_settings.h"
#include "ui/jobs/job_runner.h"

namespace kerf::ui {

/// The work of each kind of job, to be run by JobRunner. Each opens the workspace in its own thread: a connection
/// belongs to the thread that opened it. Results come back through shared values, which the caller reads only after
/// the job has ended.

JobRunner::Work openWork(const std::filesystem::path& modelFolder, std::shared_ptr<core::ProjectPtr> result);

JobRunner::Work profileWork(
    core::ProjectPtr project, const std::filesystem::path& workspace, const DataSettings& settings);

/// Quantizes, evaluates and measures the speed of a plan, and once the same metrics of the original beside it. What was
/// done already is not done again: a stopped run goes on.
JobRunner::Work planWork(core::ProjectPtr project, const std::filesystem::path& workspace, const core::Plan& plan,
    const DataSettings& settings, std::shared_ptr<core::RowId> result);

JobRunner::Work exportWork(core::ProjectPtr project, const std::filesystem::path& workspace, core::RowId run,
    const std::string& target, const std::filesystem::path& out, std::shared_ptr<core::ExportReport> result);

} // namespace kerf::ui
