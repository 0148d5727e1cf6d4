// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/workspace/workspace.h"

#include <fmt/format.h>

#include "core/workspace/workspace_impl.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

std::string heldBy(const fs::path& file, const std::string& holder)
{
    return fmt::format("{} is open for writing in another Kerf{}; it is shown read-only here. Close it there to make "
                       "changes here.",
        file.string(), holder.empty() ? std::string() : fmt::format(" (process {})", holder));
}

std::string cannotWrite(const fs::path& file, const std::string& why)
{
    return fmt::format(
        "{} cannot be written ({}); it is shown read-only. Copy it and the folder {}.d to a place that can "
        "be written to make changes.",
        file.string(), why, file.filename().string());
}

/// What stood as running when the last writer ended.
void noteInterrupted(SQLite::Database& database)
{
    execute(database,
        "UPDATE run SET state = 'stopped', error = 'The program ended before the run was done.' WHERE state = "
        "'running'");
    execute(database,
        "UPDATE job SET state = 'stopped', message = 'The program ended before the job was done.' WHERE state = "
        "'running'");
}

} // namespace

Workspace::Impl::~Impl()
{
    try {
        if (database && lock)
            database->exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (const SQLite::Exception&) {
        // Readers are still on the log: it stays beside the file and the next writer takes it in. Nothing is lost.
    }
    if (hold)
        hold->release([this] { database.reset(); });
}

Workspace::Workspace(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

Result<Workspace> Workspace::open(const fs::path& given)
{
    std::error_code error;
    const fs::path file = fs::weakly_canonical(fs::absolute(given), error);
    if (error || file.filename().empty())
        return fail(
            ErrorCode::InvalidArgument, fmt::format("\"{}\" is not a name for a workspace file.", given.string()));
    const bool exists = fs::exists(file, error);
    if (exists && !fs::is_regular_file(file, error))
        return fail(ErrorCode::BadFile,
            fmt::format("{}: is not a file. A workspace is a file that ends in .kerf.", file.string()));
    if (!file.has_parent_path() || !fs::is_directory(file.parent_path(), error))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: the folder of the workspace does not exist. Create it first.", file.parent_path().string()));
    if (exists)
        KERF_CHECK(checkHeader(file));
    KERF_TRY(WriterLock::Attempt attempt, WriterLock::acquire(file));
    if (attempt.lock && !fs::exists(file, error))
        KERF_CHECK(createDatabase(file));
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->lock = attempt.lock;
    if (!attempt.lock)
        impl->readOnlyReason
            = attempt.unwritable.empty() ? heldBy(file, attempt.holder) : cannotWrite(file, attempt.unwritable);
    KERF_TRY(impl->database, openDatabase(file, attempt.lock != nullptr));
    impl->hold.emplace(file);
    if (attempt.first)
        KERF_CHECK(impl->write([&]() -> Status {
            noteInterrupted(*impl->database);
            return {};
        }));
    return Workspace(std::move(impl));
}

Result<Workspace> Workspace::openReader(const fs::path& given)
{
    std::error_code error;
    const fs::path file = fs::weakly_canonical(fs::absolute(given), error);
    if (error || !fs::exists(file, error))
        return fail(ErrorCode::BadFile, fmt::format("{}: there is no such workspace.", given.string()));
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->readOnlyReason = fmt::format("{} was opened for reading only.", file.string());
    KERF_TRY(impl->database, openDatabase(file, false));
    impl->hold.emplace(file);
    return Workspace(std::move(impl));
}

const fs::path& Workspace::file() const
{
    return m_impl->file;
}

fs::path Workspace::arraysFolder() const
{
    return m_impl->file.string() + ".d";
}

bool Workspace::isReadOnly() const
{
    return !m_impl->lock;
}

const std::string& Workspace::readOnlyReason() const
{
    return m_impl->readOnlyReason;
}

Result<RowId> Workspace::addModel(const ModelRow& model)
{
    return m_impl->write([&]() -> Result<RowId> {
        SQLite::Statement insert = query(*m_impl->database,
            "INSERT INTO model (hash, name, path, architecture, parameters) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (hash) DO UPDATE SET path = excluded.path RETURNING id",
            model.hash, model.name, model.path, model.architecture, model.parameters);
        insert.executeStep();
        const RowId id = insert.getColumn(0).getInt64();
        insert.executeStep();
        return id;
    });
}

Result<std::vector<ModelRow>> Workspace::models() const
{
    return m_impl->read([&]() -> Result<std::vector<ModelRow>> {
        std::vector<ModelRow> rows;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT id, name, path, hash, architecture, parameters FROM model ORDER BY id");
        while (select.executeStep())
            rows.push_back(
                { select.getColumn(0).getInt64(), select.getColumn(1).getString(), select.getColumn(2).getString(),
                    select.getColumn(3).getString(), select.getColumn(4).getString(), select.getColumn(5).getInt64() });
        return rows;
    });
}

Status Workspace::addLayers(RowId model, const std::vector<LayerInfo>& layers)
{
    return m_impl->write([&]() -> Status {
        SQLite::Statement have = query(*m_impl->database, "SELECT 1 FROM layer WHERE model_id = ? LIMIT 1", model);
        if (have.executeStep())
            return {};
        SQLite::Statement insert(*m_impl->database,
            "INSERT INTO layer (model_id, position, name, block, role, rows, cols) VALUES (?, ?, ?, ?, ?, ?, ?)");
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const LayerInfo& layer = layers[i];
            insert.reset();
            bindAll(insert, model, static_cast<std::int64_t>(i), layer.name, layer.block, layer.role, layer.shape.rows,
                layer.shape.cols);
            insert.exec();
        }
        return {};
    });
}

Result<RowId> Workspace::addDataset(const Dataset& dataset)
{
    return m_impl->write([&]() -> Result<RowId> {
        const std::int64_t window
            = dataset.windows.empty() ? 0 : static_cast<std::int64_t>(dataset.windows.front().size());
        execute(*m_impl->database,
            "INSERT INTO dataset (hash, name, window, windows, tokens, preview, reading) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (hash) DO UPDATE SET reading = excluded.reading",
            dataset.hash, dataset.name, window, static_cast<std::int64_t>(dataset.windows.size()),
            window * static_cast<std::int64_t>(dataset.windows.size()), dataset.preview, toJson(dataset).dump());
        SQLite::Statement select = query(*m_impl->database, "SELECT id FROM dataset WHERE hash = ?", dataset.hash);
        select.executeStep();
        return select.getColumn(0).getInt64();
    });
}

Result<std::optional<Json>> Workspace::dataset(const std::string& hash) const
{
    return m_impl->read([&]() -> Result<std::optional<Json>> {
        SQLite::Statement select = query(
            *m_impl->database, "SELECT name, window, windows, tokens, reading FROM dataset WHERE hash = ?", hash);
        if (!select.executeStep())
            return std::nullopt;
        KERF_TRY(Json found, parseJson(select.getColumn(4).getString(), file().string() + ": reading of a data set"));
        found["name"] = select.getColumn(0).getString();
        found["hash"] = hash;
        found["window"] = select.getColumn(1).getInt64();
        found["windows"] = select.getColumn(2).getInt64();
        found["tokens"] = select.getColumn(3).getInt64();
        return found;
    });
}

Status Workspace::addStatistics(RowId model, RowId dataset, const std::string& key)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database,
            "INSERT INTO statistics (model_id, dataset_id, key) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", model,
            dataset, key);
        return {};
    });
}

Status Workspace::addArtifact(RowId run, const std::string& kind, const fs::path& path, const std::string& hash)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database,
            "INSERT INTO artifact (run_id, kind, path, hash) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (run_id, path) DO UPDATE SET kind = excluded.kind, hash = excluded.hash",
            run, kind, path.string(), hash);
        return {};
    });
}

Status Workspace::addEvent(RowId run, const std::string& level, const std::string& text)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database, "INSERT INTO event (run_id, level, text) VALUES (?, ?, ?)", run, level, text);
        return {};
    });
}

Result<std::vector<EventRow>> Workspace::events(RowId run) const
{
    return m_impl->read([&]() -> Result<std::vector<EventRow>> {
        std::vector<EventRow> rows;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT time, level, text FROM event WHERE run_id = ? ORDER BY id", run);
        while (select.executeStep())
            rows.push_back(
                { select.getColumn(0).getString(), select.getColumn(1).getString(), select.getColumn(2).getString() });
        return rows;
    });
}

Status Workspace::saveDecision(RowId model, const Json& settings)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database,
            "INSERT INTO decision (model_id, settings) VALUES (?, ?) ON CONFLICT (model_id) DO UPDATE SET "
            "settings = excluded.settings",
            model, settings.dump());
        return {};
    });
}

Result<std::optional<Json>> Workspace::decision(RowId model) const
{
    return m_impl->read([&]() -> Result<std::optional<Json>> {
        SQLite::Statement select = query(*m_impl->database, "SELECT settings FROM decision WHERE model_id = ?", model);
        if (!select.executeStep())
            return std::nullopt;
        KERF_TRY(Json settings, parseJson(select.getColumn(0).getString(), m_impl->file.string()));
        return settings;
    });
}

} // namespace kerf::core
