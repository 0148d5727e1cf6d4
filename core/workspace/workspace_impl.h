// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "core/workspace/database.h"
#include "core/workspace/file_hold.h"
#include "core/workspace/workspace.h"
#include "core/workspace/writer_lock.h"

namespace kerf::core {

struct Workspace::Impl {
    std::filesystem::path file;
    std::shared_ptr<WriterLock> lock; ///< null: read-only
    std::string readOnlyReason;
    std::unique_ptr<SQLite::Database> database; ///< closed before the lock is given up
    std::optional<FileHold> hold; ///< of the database's file

    ~Impl();

    /// Runs a query; exceptions become errors.
    template <class Work> auto read(Work&& work) const { return guarded(file, std::forward<Work>(work)); }

    /// Runs `work` in one transaction, committed when it succeeds. Errors: Locked, when this workspace is read-only.
    template <class Work> auto write(Work&& work) -> std::invoke_result_t<Work>
    {
        if (!lock)
            return fail(ErrorCode::Locked, readOnlyReason);
        return guarded(file, [&]() -> std::invoke_result_t<Work> {
            SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
            auto result = work();
            if (result)
                transaction.commit();
            return result;
        });
    }
};

RunState runStateOf(const std::string& name); ///< of runStateName

/// Binds parameters in order, from the first.
template <class... Values> void bindAll(SQLite::Statement& statement, const Values&... values)
{
    int index = 0;
    (statement.bind(++index, values), ...);
}

/// Statement with its parameters bound in order.
template <class... Values> SQLite::Statement query(SQLite::Database& database, const char* sql, const Values&... values)
{
    SQLite::Statement statement(database, sql);
    bindAll(statement, values...);
    return statement;
}

/// An UPDATE or DELETE that must have found its run.
inline Status needOneRun(int changed, RowId run)
{
    if (changed == 1)
        return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("There is no run number {} in this workspace.", run));
}

/// Executes a statement that returns no rows.
template <class... Values> int execute(SQLite::Database& database, const char* sql, const Values&... values)
{
    return query(database, sql, values...).exec();
}

} // namespace kerf::core
