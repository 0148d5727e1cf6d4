// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/result.h"

namespace kerf::core {

/// "KERF" in the header of every workspace file.
inline constexpr std::int32_t kApplicationId = 0x4b455246;

/// What an SQLite exception means for a person. Codes: BadFile (damaged), DiskFull, Locked, Io, OutOfMemory, Internal.
Error databaseError(const std::filesystem::path& file, const SQLite::Exception& exception);

/// Runs work on a database and turns the library's exceptions into errors. `work` returns a Result or a Status.
template <class Work> auto guarded(const std::filesystem::path& file, Work&& work) -> std::invoke_result_t<Work>
{
    try {
        return std::forward<Work>(work)();
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected<Error>(databaseError(file, exception));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, file.string() + ": not enough memory to read the workspace.");
    } catch (const std::exception& exception) { // of JSON: a text that is no UTF-8, a value of another type
        return fail(ErrorCode::Internal, file.string() + ": cannot be read or written: " + exception.what());
    }
}

/// Looks at the header of a file before a database connection does, so that a file that is not ours is never touched.
/// The file is read through SQLite's file layer only, so that no lock of an open connection is lost. Errors: BadFile.
Status checkHeader(const std::filesystem::path& file);

/// Writes a new, empty workspace beside `file` and renames it into place: there whole or not at all. A log without
/// its workspace (file-wal) is refused, since SQLite would play it into the new one. Errors: BadFile, Io.
/// @pre the caller holds the writer lock and no such file exists.
Status createDatabase(const std::filesystem::path& file);

/// Opens an existing workspace file after looking at its header, sets the connection's safety settings, checks the
/// pages (quick_check) and the schema, and migrates it when writable. Not writable: also where no file can be made
/// beside it. Errors: BadFile (not a workspace, damaged, made by a newer version, or by an older one when not writable,
/// schema not ours), Io, Locked.
Result<std::unique_ptr<SQLite::Database>> openDatabase(const std::filesystem::path& file, bool writable);

} // namespace kerf::core
