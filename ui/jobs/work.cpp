// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/work.h"

#include <sstream>
#include <string>

namespace kerf::ui {

using core::JobContext;
using core::Status;

JobRunner::Work openWork(const std::filesystem::path& modelFolder, const std::filesystem::path& workspaceFile,
    const std::shared_ptr<core::ProjectPtr>& result)
{
    return [modelFolder, workspaceFile, result](const JobContext& job) -> Status {
        KERF_TRY(*result, core::openProject(modelFolder, job));
        std::error_code ignored;
        std::filesystem::create_directories(workspaceFile.parent_path(), ignored);
        if (auto workspace = core::Workspace::open(workspaceFile); workspace && !workspace->isReadOnly())
            (void)core::registerModel(**result, *workspace);
        return {};
    };
}

JobRunner::Work jobWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile,
    const core::Job& job, const std::shared_ptr<std::optional<core::JobResult>>& result)
{
    return [project, workspaceFile, job, result](const JobContext& context) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(core::JobResult made, core::runJob(*project, workspace, job, context));
        std::istringstream lines(made.report.text);
        for (std::string line; std::getline(lines, line);)
            context.log(core::LogLevel::Info, line);
        *result = std::move(made);
        return {};
    };
}

} // namespace kerf::ui
