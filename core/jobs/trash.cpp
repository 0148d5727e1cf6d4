// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/trash.h"

#include <filesystem>

#include "core/jobs/artifact_store.h"
#include "core/jobs/run_tokens.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

/// A file that cannot be removed stays as a cache.
void removeFile(const fs::path& file, Emptied& emptied)
{
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    if (error || !fs::remove(file, error))
        return;
    ++emptied.files;
    emptied.bytes += static_cast<std::int64_t>(bytes);
}

Status purge(Workspace& workspace, RowId run, Emptied& emptied)
{
    KERF_TRY(const std::vector<std::string> keys, workspace.purgeRun(run));
    ++emptied.runs;
    const ArtifactStore store(workspace.arraysFolder());
    for (const std::string& key : keys)
        removeFile(store.path(key), emptied);
    return {};
}

Status purgeAll(Workspace& workspace, std::optional<RowId> model, Emptied& emptied)
{
    KERF_TRY(const std::vector<RunRow> deleted, workspace.deletedRuns(model));
    for (const RunRow& each : deleted)
        KERF_CHECK(purge(workspace, each.id, emptied));
    return {};
}

} // namespace

Result<Emptied> emptyTrash(Workspace& workspace, std::optional<RowId> model, std::optional<RowId> run)
{
    Emptied emptied;
    KERF_CHECK(run ? purge(workspace, *run, emptied) : purgeAll(workspace, model, emptied));
    // The runs are gone: what is left of them where the others cannot be read goes with the next removal.
    for (const fs::path& file : tokensOfNoRun(workspace).value_or(std::vector<fs::path> {}))
        removeFile(file, emptied);
    return emptied;
}

} // namespace kerf::core
