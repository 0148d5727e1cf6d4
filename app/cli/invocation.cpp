// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/invocation.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace kerf::cli {

using namespace kerf::core;

Exit exitFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument:
        return Exit::Usage;
    case ErrorCode::BadFile:
        return Exit::BadInput;
    case ErrorCode::Cancelled:
        return Exit::Stopped;
    default:
        return Exit::Failed;
    }
}

Result<Workspace> Invocation::openWorkspace() const
{
    if (!hasWorkspace())
        return fail(ErrorCode::InvalidArgument, "This needs a workspace: give one with -w FILE.kerf.");
    return Workspace::open(m_options.workspace);
}

Result<Workspace> Invocation::openExisting() const
{
    if (!hasWorkspace())
        return fail(ErrorCode::InvalidArgument, "This needs a workspace: give one with -w FILE.kerf.");
    return Workspace::openReader(m_options.workspace);
}

bool Invocation::hasRun(const std::string& numberOrName) const
{
    if (!hasWorkspace())
        return false;
    const auto workspace = openExisting();
    return workspace && workspace->run(numberOrName);
}

Result<bool> Invocation::namesRun(const std::string& target, const char* work) const
{
    std::error_code ignored;
    if (!hasRun(target) && std::filesystem::exists(target, ignored))
        return false;
    if (!hasWorkspace())
        return fail(ErrorCode::BadFile,
            fmt::format("There is no folder {}. {}, give its workspace with -w FILE.kerf.", target, work));
    return true;
}

void Invocation::warnIfReadOnly(const Workspace& workspace) const
{
    if (workspace.isReadOnly())
        m_job.log(LogLevel::Warning, workspace.readOnlyReason());
}

Result<Model> Invocation::openModel(const std::filesystem::path& folder) const
{
    KERF_TRY(Model model, core::openModel(folder));
    if (const std::string& why = model.network->info().cannotRun; !why.empty())
        return fail(ErrorCode::InvalidArgument, why);
    for (const Note& note : model.notes)
        m_job.log(LogLevel::Warning, note.text);
    return model;
}

Result<ProjectPtr> Invocation::openProject(const std::filesystem::path& folder, bool requantize) const
{
    KERF_TRY(ProjectPtr project, core::openProject(folder, m_job));
    return requantize ? withRequantize(*project) : project;
}

Result<ProjectPtr> Invocation::openMeasured(const std::filesystem::path& folder) const
{
    const std::string path = std::filesystem::absolute(folder).lexically_normal().string();
    std::vector<ModelRow> models;
    if (hasWorkspace() && std::filesystem::exists(m_options.workspace)) {
        KERF_TRY(const Workspace workspace, openExisting());
        KERF_TRY(models, workspace.models());
    }
    const bool isOriginal = std::ranges::count(models, path, &ModelRow::path) > 0;
    return core::openProject(folder, m_job, isOriginal ? Opening::AsOriginal : Opening::AsStored);
}

Result<ProjectPtr> Invocation::projectOf(const Workspace& workspace, const RunRow& run) const
{
    return projectOf(workspace, run.model, fmt::format("run {} ({})", run.id, run.name));
}

Result<ProjectPtr> Invocation::projectOf(const Workspace& workspace, const JobRow& job) const
{
    return projectOf(workspace, job.model, fmt::format("job {} ({})", job.id, job.kind));
}

Result<ProjectPtr> Invocation::projectOf(const Workspace& workspace, RowId wanted, const std::string& what) const
{
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    for (const ModelRow& model : models) {
        if (model.id != wanted)
            continue;
        KERF_TRY(ProjectPtr project, openProject(model.path));
        if (project->modelHash != model.hash)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: holds other bytes than when {} was made. Put the original files back, or quantize the "
                            "model as it is now.",
                    model.path, what));
        return project;
    }
    return fail(ErrorCode::BadFile, fmt::format("{}: the model of {} is missing.", workspace.file().string(), what));
}

} // namespace kerf::cli
