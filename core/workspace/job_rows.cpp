// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Jobs of a workspace: rows to structs and back.

#include <fmt/format.h>

#include "core/workspace/workspace_impl.h"

namespace kerf::core {
namespace {

constexpr const char* kJobColumns = "SELECT id, model_id, kind, settings, state, message, created, seconds FROM job ";

Result<JobRow> readJob(SQLite::Statement& row, const std::string& what)
{
    JobRow job;
    job.id = row.getColumn(0).getInt64();
    job.model = row.getColumn(1).getInt64();
    job.kind = row.getColumn(2).getString();
    KERF_TRY(job.settings, parseJson(row.getColumn(3).getString(), what + ": settings of a job"));
    job.state = runStateOf(row.getColumn(4).getString());
    job.message = row.getColumn(5).getString();
    job.created = row.getColumn(6).getString();
    job.seconds = row.getColumn(7).getDouble();
    return job;
}

Error noJob(const std::filesystem::path& file, RowId job)
{
    return { ErrorCode::InvalidArgument, fmt::format("There is no job {} in {}.", job, file.string()) };
}

} // namespace

Result<RowId> Workspace::beginJob(RowId model, const std::string& kind, const Json& settings)
{
    return m_impl->write([&]() -> Result<RowId> {
        SQLite::Database& database = *m_impl->database;
        const std::string text = settings.dump();
        SQLite::Statement open = query(database,
            "SELECT id FROM job WHERE model_id = ? AND kind = ? AND settings = ? AND state <> 'done' "
            "ORDER BY id DESC LIMIT 1",
            model, kind, text);
        if (open.executeStep()) {
            const RowId job = open.getColumn(0).getInt64();
            execute(database, "UPDATE job SET state = 'running', message = '', finished = NULL WHERE id = ?", job);
            return job;
        }
        execute(database, "INSERT INTO job (model_id, kind, settings, state) VALUES (?, ?, ?, 'running')", model, kind,
            text);
        return database.getLastInsertRowid();
    });
}

Status Workspace::endJob(RowId job, RunState state, const std::string& message, double seconds)
{
    return m_impl->write([&]() -> Status {
        const int changed = execute(*m_impl->database,
            "UPDATE job SET state = ?, message = ?, seconds = seconds + ?, "
            "finished = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = ?",
            runStateName(state), message, seconds, job);
        return changed == 1 ? Status() : tl::unexpected(noJob(m_impl->file, job));
    });
}

Status Workspace::deleteJob(RowId job)
{
    return m_impl->write([&]() -> Status {
        const int changed = execute(*m_impl->database, "DELETE FROM job WHERE id = ?", job);
        return changed == 1 ? Status() : tl::unexpected(noJob(m_impl->file, job));
    });
}

Result<std::vector<JobRow>> Workspace::jobs(std::optional<RowId> model) const
{
    return m_impl->read([&]() -> Result<std::vector<JobRow>> {
        const std::string sql = fmt::format("{}WHERE ?1 < 0 OR model_id = ?1 ORDER BY id", kJobColumns);
        SQLite::Statement select = query(*m_impl->database, sql.c_str(), model.value_or(-1));
        std::vector<JobRow> rows;
        while (select.executeStep()) {
            KERF_TRY(JobRow row, readJob(select, m_impl->file.string()));
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

Result<JobRow> Workspace::job(RowId job) const
{
    return m_impl->read([&]() -> Result<JobRow> {
        const std::string sql = fmt::format("{}WHERE id = ?", kJobColumns);
        SQLite::Statement select = query(*m_impl->database, sql.c_str(), job);
        if (!select.executeStep())
            return tl::unexpected(noJob(m_impl->file, job));
        return readJob(select, m_impl->file.string());
    });
}

Status Workspace::addJobEvent(RowId job, const std::string& level, const std::string& text)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database, "INSERT INTO job_event (job_id, level, text) VALUES (?, ?, ?)", job, level, text);
        return {};
    });
}

Result<std::vector<EventRow>> Workspace::jobEvents(RowId job) const
{
    return m_impl->read([&]() -> Result<std::vector<EventRow>> {
        std::vector<EventRow> rows;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT time, level, text FROM job_event WHERE job_id = ? ORDER BY id", job);
        while (select.executeStep())
            rows.push_back(
                { select.getColumn(0).getString(), select.getColumn(1).getString(), select.getColumn(2).getString() });
        return rows;
    });
}

} // namespace kerf::core
