// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What people change of runs: names, notes, tags, and the trash.

#include <algorithm>

#include "core/workspace/workspace_impl.h"

namespace kerf::core {
namespace {

Status checkTag(const std::string& tag)
{
    if (!tag.empty() && tag.size() <= kLongestTag && tag.find_first_of(",\r\n") == std::string::npos)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("\"{}\" cannot be a tag: give one line of 1 to {} bytes without a comma.", tag, kLongestTag));
}

/// Keys of the artifacts that the run has and no other, in the trash or out of it.
std::vector<std::string> ownArtifacts(SQLite::Database& database, RowId run)
{
    std::vector<std::string> keys;
    SQLite::Statement select = query(database,
        "SELECT DISTINCT artifact_key FROM run_layer AS mine WHERE run_id = ?1 AND artifact_key <> '' AND NOT EXISTS "
        "(SELECT 1 FROM run_layer WHERE artifact_key = mine.artifact_key AND run_id <> ?1) ORDER BY artifact_key",
        run);
    while (select.executeStep())
        keys.push_back(select.getColumn(0).getString());
    return keys;
}

} // namespace

Status Workspace::renameRun(RowId run, const std::string& name)
{
    return m_impl->write([&]() -> Status {
        SQLite::Statement taken = query(*m_impl->database, "SELECT id FROM run WHERE name = ? AND id <> ?", name, run);
        if (name.empty() || taken.executeStep())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" cannot be the run's name: it is empty or another run has it.", name));
        return needOneRun(execute(*m_impl->database, "UPDATE run SET name = ? WHERE id = ?", name, run), run);
    });
}

Status Workspace::setRunNote(RowId run, const std::string& note)
{
    return m_impl->write([&]() -> Status {
        return needOneRun(execute(*m_impl->database, "UPDATE run SET note = ? WHERE id = ?", note, run), run);
    });
}

Status Workspace::setRunTags(RowId run, const std::vector<std::string>& tags)
{
    for (const std::string& tag : tags)
        KERF_CHECK(checkTag(tag));
    return m_impl->write([&]() -> Status {
        // Finds the run before its tags go.
        KERF_CHECK(needOneRun(execute(*m_impl->database, "UPDATE run SET note = note WHERE id = ?", run), run));
        execute(*m_impl->database, "DELETE FROM run_tag WHERE run_id = ?", run);
        for (const std::string& tag : tags)
            execute(*m_impl->database, "INSERT OR IGNORE INTO run_tag (run_id, tag) VALUES (?, ?)", run, tag);
        return {};
    });
}

Status Workspace::deleteRun(RowId run)
{
    return m_impl->write([&]() -> Status {
        return needOneRun(execute(*m_impl->database,
                              "UPDATE run SET deleted = 1, deleted_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') "
                              "WHERE id = ? AND deleted = 0",
                              run),
            run);
    });
}

Status Workspace::undeleteRun(RowId run)
{
    return m_impl->write([&]() -> Status {
        return needOneRun(
            execute(*m_impl->database, "UPDATE run SET deleted = 0, deleted_at = '' WHERE id = ?", run), run);
    });
}

Result<std::vector<std::string>> Workspace::purgeRun(RowId run)
{
    return m_impl->write([&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> keys = ownArtifacts(*m_impl->database, run);
        if (execute(*m_impl->database, "DELETE FROM run WHERE id = ? AND deleted = 1", run) != 1)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("There is no run number {} in the trash of {}.", run, m_impl->file.string()));
        execute(*m_impl->database, "DELETE FROM item WHERE dataset_hash NOT IN (SELECT dataset_hash FROM metric)");
        return keys;
    });
}

} // namespace kerf::core
