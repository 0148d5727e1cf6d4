// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/decide/paired_loss.h"
#include "core/jobs/project.h"
#include "core/workspace/workspace.h"

namespace kerf::cli {

/// Exit codes: a contract that scripts rely on.
enum class Exit { Done = 0, Failed = 1, Usage = 2, BadInput = 3, Stopped = 4, Threshold = 5, Undecided = 6 };
Exit exitFor(core::ErrorCode code);

/// Flags that every verb takes.
struct CommonOptions {
    std::filesystem::path workspace;
    int threads = 0;
    std::int64_t seed = 0;
    bool json = false;
    bool quiet = false;
    std::filesystem::path logFile;
    std::vector<std::string> require;
};

/// What a verb found: the same as JSON and as text for a person.
struct Outcome {
    core::Json json = core::Json::object();
    std::string text;
    bool failed = false; ///< some of the work failed; what was found is told all the same
    std::optional<core::GateVerdict> gate {}; ///< of a verb that judges
};

/// What a verb works with while it runs.
class Invocation {
public:
    Invocation(const CommonOptions& options, core::JobContext job)
        : m_options(options)
        , m_job(std::move(job))
    {
    }

    const CommonOptions& options() const { return m_options; }
    const core::JobContext& job() const { return m_job; }
    bool hasWorkspace() const { return !m_options.workspace.empty(); }

    /// The workspace of -w, created when missing. Errors: InvalidArgument without -w; as Workspace::open.
    core::Result<core::Workspace> openWorkspace() const;
    /// The same, but it must be there already: for verbs that only look.
    core::Result<core::Workspace> openExisting() const;
    /// Whether the workspace of -w, if there is one, has a run of that number or name.
    bool hasRun(const std::string& numberOrName) const;
    /// Of what is given as MODEL|RUN: true for a run of the workspace, false for a folder or file that is there (a file
    /// is named for what it is). Errors: BadFile: neither; `work` is what a run is wanted for: "To evaluate a run".
    core::Result<bool> namesRun(const std::string& target, const char* work) const;
    /// Says so when the workspace can only be read.
    void warnIfReadOnly(const core::Workspace& workspace) const;

    /// A model without its identity: for verbs that run it and store nothing. Its notes are logged. Errors: also
    /// InvalidArgument (it cannot be run).
    core::Result<core::Model> openModel(const std::filesystem::path& folder) const;
    core::Result<core::ProjectPtr> openProject(const std::filesystem::path& folder, bool requantize = false) const;
    /// A folder to measure, as it is stored; one that is a model of the workspace as the original that it stands for.
    core::Result<core::ProjectPtr> openMeasured(const std::filesystem::path& folder) const;
    /// The model a run was made from, or a job belongs to. Errors: BadFile, when its files are gone or hold other
    /// bytes.
    core::Result<core::ProjectPtr> projectOf(const core::Workspace& workspace, const core::RunRow& run) const;
    core::Result<core::ProjectPtr> projectOf(const core::Workspace& workspace, const core::JobRow& job) const;

private:
    core::Result<core::ProjectPtr> projectOf(
        const core::Workspace& workspace, core::RowId model, const std::string& what) const;

    const CommonOptions& m_options;
    core::JobContext m_job;
};

} // namespace kerf::cli
