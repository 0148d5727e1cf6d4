// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_student.h"

#include <fmt/format.h>

#include "core/jobs/transformed.h"
#include "core/jobs/value_quantizers.h"

namespace kerf::core {

Result<ProjectPtr> openOrigin(const RunRow& run, const JobContext& job)
{
    const std::filesystem::path& path = run.origin->path;
    if (run.state != RunState::Done)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Adding {} as run {} did not end. Add it again.", path.string(), run.id));
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is not there any more. Run {} ({}) was added from it and has no copy of its layers: put "
                        "it back, or add it again from where it is now.",
                path.string(), run.id, run.name));
    KERF_TRY(ProjectPtr origin, openProject(path, job.withLog({}), Opening::AsStored)); // its notes stand with the run
    if (origin->modelHash != run.origin->hash)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: holds other bytes than when it was added as run {} ({}). Add it again: that makes a run "
                        "of its own.",
                path.string(), run.id, run.name));
    return origin;
}

const std::string& nameInOrigin(const Network& original, const Network& origin, const std::string& layer)
{
    const auto at = findLayer(original, layer) - original.layers().data();
    return origin.layers()[static_cast<std::size_t>(at)].name;
}

Result<RunStudent> loadStudent(
    const Project& project, const Workspace& workspace, const RunRow& run, const JobContext& job)
{
    RunStudent student;
    if (run.origin) {
        KERF_TRY(student.origin, openOrigin(run, job));
        student.network = student.origin->model.network;
        KERF_TRY(student.tensors, readStoredLayers(student.origin->model));
        KERF_TRY(student.activations, storedActivations(student.origin->model));
        return student;
    }
    KERF_TRY(const TransformChain chain, loadRunChain(project, workspace, run.id));
    student.network = chain.network();
    KERF_TRY(student.tensors, loadRunTensors(workspace, run.id));
    KERF_TRY(student.activations, loadRunActivations(workspace, run.id));
    KERF_TRY(student.shifts, loadRunShifts(workspace, run.id, *student.network));
    KERF_TRY(student.caches, loadRunCaches(workspace, run.id, *student.network));
    KERF_TRY(const NamedQuantizers values, workspace.valueQuantizers(run.id));
    KERF_TRY(student.network, withRoundedValues(student.network, values));
    return student;
}

} // namespace kerf::core
