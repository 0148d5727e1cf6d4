// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/workspace/database.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <random>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/base/atomic_file.h"
#include "core/workspace/migrations.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 5000;

/// The 100 bytes that every SQLite file begins with: sqlite.org/fileformat2.html section 1.3.
using Header = std::array<unsigned char, 100>;

struct FilenameDeleter {
    void operator()(const char* name) const { sqlite3_free_filename(name); }
};

/// Read through SQLite's own file layer and no other way: POSIX drops all locks that a process has on a file as soon as
/// it closes any descriptor of it (sqlite.org/howtocorrupt.html section 2.2). SQLite keeps its descriptors open while
/// one of its connections holds a lock. Nothing when the file cannot be read; zeros where it ends early.
std::optional<Header> readHeader(const fs::path& file)
{
    sqlite3_vfs* const layer = sqlite3_vfs_find(nullptr);
    const std::unique_ptr<const char, FilenameDeleter> name(sqlite3_create_filename(file.c_str(), "", "", 0, nullptr));
    if (!layer || !name)
        return std::nullopt;
    const auto memory = std::make_unique<std::max_align_t[]>(
        static_cast<std::size_t>(layer->szOsFile) / sizeof(std::max_align_t) + 1);
    auto* const opened = reinterpret_cast<sqlite3_file*>(memory.get());
    opened->pMethods = nullptr;
    int status = layer->xOpen(layer, name.get(), opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, nullptr);
    Header header {};
    if (status == SQLITE_OK)
        status = opened->pMethods->xRead(opened, header.data(), static_cast<int>(header.size()), 0);
    if (opened->pMethods)
        opened->pMethods->xClose(opened);
    if (status != SQLITE_OK && status != SQLITE_IOERR_SHORT_READ)
        return std::nullopt;
    return header;
}

void applySettings(SQLite::Database& database, bool writable)
{
    sqlite3* handle = database.getHandle();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    database.exec("PRAGMA trusted_schema = OFF");
    database.exec("PRAGMA cell_size_check = ON");
    database.exec("PRAGMA mmap_size = 0");
    database.exec("PRAGMA foreign_keys = ON");
    if (writable) {
        database.exec("PRAGMA journal_mode = WAL");
        database.exec("PRAGMA synchronous = FULL");
    }
}

Status checkVersion(SQLite::Database& database, const fs::path& file, bool writable)
{
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    const int known = allMigrations().back().version;
    if (version > known)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: was written by a newer Kerf (schema {}; this one knows up to {}). Update Kerf.",
                file.string(), version, known));
    if (version < 1)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is not a Kerf workspace (schema version {}).", file.string(), version));
    if (version < known && !writable)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: was written by an older Kerf (schema {}; this one writes {}) and has to be brought up to "
                        "date first: open it once where it can be written, for example a copy of it.",
                file.string(), version, known));
    return {};
}

Status checkPages(SQLite::Database& database, const fs::path& file)
{
    const std::string verdict = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (verdict != "ok")
        return fail(ErrorCode::BadFile,
            fmt::format("{}: the file is damaged ({}). Restore it from a copy; the arrays beside it are not affected.",
                file.string(), verdict));
    return {};
}

/// Every table and index of ours is there as we write it, and nothing that runs by itself (triggers) was added.
Status checkSchema(SQLite::Database& database, const fs::path& file)
{
    SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(fresh, allMigrations(), {});
    SQLite::Statement expected(fresh, "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'");
    SQLite::Statement found(database, "SELECT count(*) FROM sqlite_schema WHERE name = ? AND sql = ?");
    while (expected.executeStep()) {
        found.reset();
        found.bind(1, expected.getColumn(0).getString());
        found.bind(2, expected.getColumn(1).getString());
        if (!found.executeStep() || found.getColumn(0).getInt() != 1)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the table or index \"{}\" is missing or was altered; this is not a workspace as Kerf "
                            "writes it. Restore it from a copy.",
                    file.string(), expected.getColumn(0).getString()));
    }
    if (database.execAndGet("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").getInt() != 0)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: holds triggers, which Kerf never writes. It is not opened.", file.string()));
    return {};
}

/// A path as it stands in a URI.
std::string uriPath(const fs::path& file)
{
    std::string text;
    for (const char c : file.string())
        text += c == '%' || c == '?' || c == '#' ? fmt::format("%{:02X}", static_cast<unsigned char>(c))
                                                 : std::string(1, c);
    return text;
}

bool hasLog(const fs::path& file)
{
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(file.string() + "-wal", error);
    return !error && bytes > 0;
}

/// A write-ahead log needs files beside the database even to read it. In a folder that cannot be written, and without a
/// log that somebody else left, nobody writes: the file is then read as it stands.
std::unique_ptr<SQLite::Database> connect(const fs::path& file, bool writable)
{
    using SQLite::Database;
    if (writable)
        return std::make_unique<Database>(file.string(), SQLite::OPEN_READWRITE, kBusyMilliseconds);
    try {
        auto database = std::make_unique<Database>(file.string(), SQLite::OPEN_READONLY, kBusyMilliseconds);
        database->execAndGet("SELECT count(*) FROM sqlite_schema");
        return database;
    } catch (const SQLite::Exception& exception) {
        const int code = exception.getErrorCode();
        if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || hasLog(file))
            throw;
    }
    return std::make_unique<Database>(
        "file:" + uriPath(file) + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyMilliseconds);
}

Status fillNewDatabase(const fs::path& file)
{
    return guarded(file, [&]() -> Status {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds);
        database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
        migrate(database, allMigrations(), {});
        return {};
    });
}

} // namespace

Error databaseError(const fs::path& file, const SQLite::Exception& exception)
{
    const std::string name = file.string();
    switch (exception.getErrorCode()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return { ErrorCode::BadFile,
            fmt::format("{}: the workspace file is damaged ({}). Restore it from a copy.", name, exception.what()) };
    case SQLITE_FULL:
        return { ErrorCode::DiskFull,
            fmt::format("{}: no space left on the disk. Free some space and start the job again.", name) };
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return { ErrorCode::Locked, fmt::format("{}: another program is using the workspace. Try again.", name) };
    case SQLITE_NOMEM:
        return { ErrorCode::OutOfMemory, fmt::format("{}: not enough memory for the workspace.", name) };
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return { ErrorCode::Io,
            fmt::format("{}: the workspace cannot be read or written: {}", name, exception.what()) };
    default:
        return { ErrorCode::Internal, fmt::format("{}: unexpected database error: {}", name, exception.what()) };
    }
}

Status checkHeader(const fs::path& file)
{
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is not a file. A workspace is a file that ends in .kerf.", file.string()));
    const std::optional<Header> header = readHeader(file);
    if (!header || fs::file_size(file, error) == 0)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is empty or cannot be read. Delete it or choose another name for the workspace.", file.string()));
    if (std::memcmp(header->data(), "SQLite format 3", 16) != 0)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is not a Kerf workspace (not an SQLite file). Choose another name.", file.string()));
    const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>((*header)[at]); };
    if ((byte(68) << 24 | byte(69) << 16 | byte(70) << 8 | byte(71)) != static_cast<std::uint32_t>(kApplicationId))
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is a database of another program, not a Kerf workspace. Choose another name.", file.string()));
    return {};
}

Status createDatabase(const fs::path& file)
{
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: the folder of the workspace does not exist. Create it first.", folder.string()));
    if (hasLog(file)) // it would be played into the new file
        return fail(ErrorCode::BadFile,
            fmt::format("{0}: is not there, but {0}-wal is, with the last changes of a workspace of that name. Put the "
                        "workspace back beside it, or move that file away.",
                file.string()));
    const fs::path temporary
        = folder / fmt::format(".{}.{:08x}.tmp", file.filename().string(), std::random_device {}());
    Status status = fillNewDatabase(temporary);
    if (status)
        status = syncPath(temporary);
    if (status && ::rename(temporary.c_str(), file.c_str()) != 0)
        status = fail(ErrorCode::Io, fmt::format("{}: cannot be created: {}", file.string(), std::strerror(errno)));
    fs::remove(temporary, error);
    KERF_CHECK(status);
    return syncPath(folder);
}

Result<std::unique_ptr<SQLite::Database>> openDatabase(const fs::path& file, bool writable)
{
    KERF_CHECK(checkHeader(file));
    using Pointer = std::unique_ptr<SQLite::Database>;
    return guarded(file, [&]() -> Result<Pointer> {
        Pointer database = connect(file, writable);
        applySettings(*database, writable);
        KERF_CHECK(checkPages(*database, file));
        KERF_CHECK(checkVersion(*database, file, writable));
        if (writable)
            migrate(*database, allMigrations(), file.string() + ".before-migration");
        KERF_CHECK(checkSchema(*database, file));
        return database;
    });
}

} // namespace kerf::core
