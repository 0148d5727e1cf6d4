// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/jobs/job.h"
#include "ui/jobs/job_runner.h"

namespace kerf::ui {

/// Opens a model, and makes its workspace ready (created, migrated, the model's rows in it), so that opening that on
/// the UI thread only reads. What is wrong with the workspace is said when it is opened there.
JobRunner::Work openWork(const std::filesystem::path& modelFolder, const std::filesystem::path& workspaceFile,
    const std::shared_ptr<core::ProjectPtr>& result);

/// A job with a row in the workspace, to be run by JobRunner. It opens the workspace in its own thread: a connection
/// belongs to the thread that opened it. What the job makes comes back through `result`, which the caller reads only
/// after the job has ended.
JobRunner::Work jobWork(const core::ProjectPtr& project, const std::filesystem::path& workspace, const core::Job& job,
    const std::shared_ptr<std::optional<core::JobResult>>& result);

} // namespace kerf::ui
