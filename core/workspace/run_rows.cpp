// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Runs of a workspace: rows to structs and back.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "core/workspace/plan_rows.h"
#include "core/workspace/workspace_impl.h"

namespace kerf::core {
namespace {

constexpr std::array<const char*, 4> kStateNames { "running", "stopped", "failed", "done" };

std::string freeName(SQLite::Database& database, const std::string& wanted)
{
    SQLite::Statement taken(database, "SELECT 1 FROM run WHERE name = ?");
    const std::string base = wanted.empty() ? "run" : wanted;
    std::string name = base;
    for (int number = 2;; ++number) {
        taken.reset();
        taken.bind(1, name);
        if (!taken.executeStep())
            return name;
        name = fmt::format("{} {}", base, number);
    }
}

constexpr const char* kRunColumns
    = "SELECT id, model_id, name, state, created, error, plan_id, model_hash, dataset_hash, plan_hash, seed, "
      "engine_version, git_revision, device, cpu_features, threads, seconds, peak_memory_bytes, "
      "(SELECT count(*) FROM run_layer WHERE run_id = run.id), origin, note, "
      "CASE deleted WHEN 0 THEN '' ELSE deleted_at END FROM run ";

Provenance readProvenance(SQLite::Statement& row)
{
    Provenance provenance;
    provenance.modelHash = row.getColumn(7).getString();
    provenance.datasetHash = row.getColumn(8).getString();
    provenance.planHash = row.getColumn(9).getString();
    provenance.seed = row.getColumn(10).getInt64();
    provenance.engineVersion = row.getColumn(11).getString();
    provenance.gitRevision = row.getColumn(12).getString();
    provenance.device = row.getColumn(13).getString();
    provenance.cpuFeatures = row.getColumn(14).getString();
    provenance.threads = row.getColumn(15).getInt();
    provenance.seconds = row.getColumn(16).getDouble();
    provenance.peakMemoryBytes = row.getColumn(17).getInt64();
    return provenance;
}

std::string originText(const std::optional<RunOrigin>& origin)
{
    if (!origin)
        return {};
    return Json {
        { "path", origin->path.string() }, { "hash", origin->hash }, { "summary", origin->summary },
        { "changed_vectors", origin->changedVectors }
    }.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::optional<RunOrigin>> readOrigin(const std::string& text, const std::string& what)
{
    if (text.empty())
        return std::nullopt;
    KERF_TRY(const Json json, parseJson(text, what + ": origin of a run"));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, what + ": the origin of a run is no JSON object");
    return RunOrigin { json.value("path", std::string()), json.value("hash", std::string()),
        json.value("summary", std::string()), json.value("changed_vectors", 0) };
}

/// A blob of numbers; none where there is no blob.
template <class Number> std::vector<Number> readNumbers(const SQLite::Column& column)
{
    std::vector<Number> numbers(static_cast<std::size_t>(column.getBytes()) / sizeof(Number));
    if (!numbers.empty())
        std::memcpy(numbers.data(), column.getBlob(), numbers.size() * sizeof(Number));
    return numbers;
}

template <class Number> void bindNumbers(SQLite::Statement& insert, int place, const std::vector<Number>& numbers)
{
    if (!numbers.empty())
        insert.bind(place, numbers.data(), static_cast<int>(numbers.size() * sizeof(Number)));
}

Result<std::vector<Metric>> readMetrics(SQLite::Database& database, RowId run, const std::string& what)
{
    std::vector<Metric> metrics;
    SQLite::Statement select = query(database,
        "SELECT name, value, stderr, unit, dataset, dataset_hash, settings, draws, clusters FROM metric "
        "WHERE run_id = ? ORDER BY id",
        run);
    while (select.executeStep()) {
        Metric metric;
        metric.name = select.getColumn(0).getString();
        metric.value = select.getColumn(1).getDouble();
        if (!select.getColumn(2).isNull())
            metric.standardError = select.getColumn(2).getDouble();
        metric.unit = select.getColumn(3).getString();
        metric.dataset = select.getColumn(4).getString();
        metric.datasetHash = select.getColumn(5).getString();
        KERF_TRY(metric.settings, parseJson(select.getColumn(6).getString(), what + ": settings of a metric"));
        metric.draws = readNumbers<double>(select.getColumn(7));
        metric.clusters = readNumbers<std::int32_t>(select.getColumn(8));
        metrics.push_back(std::move(metric));
    }
    return metrics;
}

std::vector<std::string> readTags(SQLite::Database& database, RowId run)
{
    std::vector<std::string> tags;
    SQLite::Statement select = query(database, "SELECT tag FROM run_tag WHERE run_id = ? ORDER BY tag", run);
    while (select.executeStep())
        tags.push_back(select.getColumn(0).getString());
    return tags;
}

/// All but the plan.
Result<RunRow> readRunHead(SQLite::Database& database, SQLite::Statement& row, const std::string& what)
{
    RunRow run;
    run.id = row.getColumn(0).getInt64();
    run.model = row.getColumn(1).getInt64();
    run.name = row.getColumn(2).getString();
    run.state = runStateOf(row.getColumn(3).getString());
    run.created = row.getColumn(4).getString();
    run.error = row.getColumn(5).getString();
    run.provenance = readProvenance(row);
    run.layersDone = row.getColumn(18).getInt();
    KERF_TRY(run.origin, readOrigin(row.getColumn(19).getString(), what));
    run.note = row.getColumn(20).getString();
    run.deleted = row.getColumn(21).getString();
    run.tags = readTags(database, run.id);
    KERF_TRY(run.metrics, readMetrics(database, run.id, what));
    return run;
}

Result<RunRow> readRun(SQLite::Database& database, SQLite::Statement& row, const std::string& what)
{
    KERF_TRY(RunRow run, readRunHead(database, row, what));
    KERF_TRY(run.plan, readPlanRow(database, row.getColumn(6).getInt64(), what));
    run.layersTotal = static_cast<int>(run.plan.layers.size());
    return run;
}

/// All runs in or out of the trash, oldest first.
Result<std::vector<RunRow>> readRuns(
    SQLite::Database& database, const std::string& what, bool areDeleted, std::optional<RowId> model)
{
    const std::string sql = std::string(kRunColumns) + "WHERE deleted = ?1 AND (?2 < 0 OR model_id = ?2) ORDER BY id";
    SQLite::Statement select = query(database, sql.c_str(), areDeleted ? 1 : 0, model.value_or(-1));
    std::vector<RunRow> rows;
    while (select.executeStep()) {
        KERF_TRY(RunRow row, readRun(database, select, what));
        rows.push_back(std::move(row));
    }
    return rows;
}

/// The run that a person means, or nothing. A number first, then a name.
std::optional<RowId> findRun(SQLite::Database& database, const std::string& numberOrName)
{
    RowId number = 0;
    const char* end = numberOrName.data() + numberOrName.size();
    if (std::from_chars(numberOrName.data(), end, number).ptr == end && number > 0) {
        SQLite::Statement select = query(database, "SELECT id FROM run WHERE id = ? AND deleted = 0", number);
        if (select.executeStep())
            return number;
    }
    SQLite::Statement select = query(database, "SELECT id FROM run WHERE name = ? AND deleted = 0", numberOrName);
    if (!select.executeStep())
        return std::nullopt;
    return select.getColumn(0).getInt64();
}

std::string listRuns(SQLite::Database& database)
{
    std::string list;
    SQLite::Statement select(database, "SELECT id, name FROM run WHERE deleted = 0 ORDER BY id DESC LIMIT 20");
    while (select.executeStep())
        list += fmt::format(
            "{}{} ({})", list.empty() ? "" : ", ", select.getColumn(0).getString(), select.getColumn(1).getString());
    return list.empty() ? "none yet" : list;
}

} // namespace

const char* runStateName(RunState state)
{
    return kStateNames[static_cast<std::size_t>(state)];
}

RunState runStateOf(const std::string& name)
{
    const auto found = std::find(kStateNames.begin(), kStateNames.end(), name);
    return static_cast<RunState>(std::min<std::ptrdiff_t>(found - kStateNames.begin(), 3));
}

const Metric* RunRow::metric(const std::string& wanted) const
{
    // The newest of that name: the last data set it was measured on.
    const auto found = std::find_if(
        metrics.rbegin(), metrics.rend(), [&](const Metric& candidate) { return candidate.name == wanted; });
    return found == metrics.rend() ? nullptr : &*found;
}

Result<RowId> Workspace::beginRun(
    RowId model, const Plan& plan, const Provenance& provenance, const std::optional<RunOrigin>& origin)
{
    return m_impl->write([&]() -> Result<RowId> {
        SQLite::Database& database = *m_impl->database;
        const RowId planId = findOrInsertPlan(database, model, plan);
        execute(database,
            "INSERT INTO run (model_id, plan_id, name, state, model_hash, dataset_hash, plan_hash, seed, "
            "engine_version, "
            "git_revision, device, cpu_features, threads, seconds, peak_memory_bytes, origin) "
            "VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            model, planId, freeName(database, plan.name), provenance.modelHash, provenance.datasetHash,
            provenance.planHash, provenance.seed, provenance.engineVersion, provenance.gitRevision, provenance.device,
            provenance.cpuFeatures, provenance.threads, provenance.seconds, provenance.peakMemoryBytes,
            originText(origin));
        return database.getLastInsertRowid();
    });
}

Result<std::optional<RowId>> Workspace::findResumable(
    RowId model, const std::string& name, const Provenance& provenance) const
{
    return m_impl->read([&]() -> Result<std::optional<RowId>> {
        SQLite::Statement select = query(*m_impl->database,
            "SELECT run.id FROM run JOIN plan ON plan.id = plan_id WHERE run.model_id = ?1 AND plan_hash = ?2 AND "
            "dataset_hash = ?3 AND seed = ?4 AND engine_version = ?5 AND deleted = 0 AND origin = '' AND "
            "((state IN ('running', 'stopped') AND plan.name = ?6) OR (state = 'done' AND run.name = ?6)) "
            "ORDER BY state = 'done', run.id DESC LIMIT 1",
            model, provenance.planHash, provenance.datasetHash, provenance.seed, provenance.engineVersion, name);
        if (!select.executeStep())
            return std::nullopt;
        return select.getColumn(0).getInt64();
    });
}

Status Workspace::setRunState(RowId run, RunState state, const std::string& error, const Provenance& provenance)
{
    return m_impl->write([&]() -> Status {
        const int changed = execute(*m_impl->database,
            "UPDATE run SET state = ?1, error = ?2, device = ?3, cpu_features = ?4, threads = ?5, seconds = ?6, "
            "peak_memory_bytes = ?7, git_revision = ?8, "
            "finished = CASE WHEN ?1 IN ('done', 'failed') THEN strftime('%Y-%m-%dT%H:%M:%SZ', 'now') END WHERE id = "
            "?9",
            runStateName(state), error, provenance.device, provenance.cpuFeatures, provenance.threads,
            provenance.seconds, provenance.peakMemoryBytes, provenance.gitRevision, run);
        return needOneRun(changed, run);
    });
}

Status Workspace::setOrigin(RowId run, const RunOrigin& origin)
{
    return m_impl->write([&]() -> Status {
        return needOneRun(
            execute(*m_impl->database, "UPDATE run SET origin = ? WHERE id = ?", originText(origin), run), run);
    });
}

Status Workspace::addMetric(RowId run, const Metric& metric, const std::vector<std::string>& answers)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database, "DELETE FROM metric WHERE run_id = ? AND name = ? AND dataset_hash = ?", run,
            metric.name, metric.datasetHash);
        SQLite::Statement insert = query(*m_impl->database,
            "INSERT INTO metric (run_id, name, value, unit, dataset, dataset_hash, settings, stderr, "
            "draws, clusters, answers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            run, metric.name, metric.value, metric.unit, metric.dataset, metric.datasetHash,
            (metric.settings.is_null() ? Json::object() : metric.settings).dump());
        if (metric.standardError)
            insert.bind(8, *metric.standardError);
        bindNumbers(insert, 9, metric.draws);
        bindNumbers(insert, 10, metric.clusters);
        if (!answers.empty())
            insert.bind(11, Json(answers).dump(-1, ' ', false, Json::error_handler_t::replace));
        insert.exec();
        return {};
    });
}

Result<std::vector<RunRow>> Workspace::runs(std::optional<RowId> model) const
{
    return m_impl->read([&] { return readRuns(*m_impl->database, m_impl->file.string(), false, model); });
}

Result<std::vector<RunRow>> Workspace::deletedRuns(std::optional<RowId> model) const
{
    return m_impl->read([&] { return readRuns(*m_impl->database, m_impl->file.string(), true, model); });
}

Status Workspace::updateRuns(RowId model, std::vector<RunRow>& known) const
{
    return m_impl->read([&]() -> Status {
        std::map<RowId, RunRow*> byId;
        for (RunRow& run : known)
            byId.emplace(run.id, &run);
        const std::string sql = std::string(kRunColumns) + "WHERE deleted = 0 AND model_id = ? ORDER BY id";
        SQLite::Statement select = query(*m_impl->database, sql.c_str(), model);
        std::vector<RunRow> rows;
        while (select.executeStep()) {
            const bool isNew = !byId.contains(select.getColumn(0).getInt64());
            KERF_TRY(RunRow row,
                isNew ? readRun(*m_impl->database, select, m_impl->file.string())
                      : readRunHead(*m_impl->database, select, m_impl->file.string()));
            rows.push_back(std::move(row));
        }
        for (RunRow& row : rows) {
            const auto earlier = byId.find(row.id);
            if (earlier == byId.end())
                continue;
            row.plan = std::move(earlier->second->plan);
            row.layersTotal = earlier->second->layersTotal;
        }
        known = std::move(rows);
        return {};
    });
}

std::int64_t Workspace::dataVersion() const
{
    const auto version = m_impl->read([&]() -> Result<std::int64_t> {
        SQLite::Statement select(*m_impl->database, "PRAGMA data_version");
        select.executeStep();
        return select.getColumn(0).getInt64();
    });
    return version.value_or(-1);
}

Result<RunRow> Workspace::run(const std::string& numberOrName) const
{
    return m_impl->read([&]() -> Result<RunRow> {
        SQLite::Database& database = *m_impl->database;
        const std::optional<RowId> id = findRun(database, numberOrName);
        if (!id)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("There is no run \"{}\" in {}. There are: {}.", numberOrName, m_impl->file.string(),
                    listRuns(database)));
        const std::string sql = std::string(kRunColumns) + "WHERE id = ?";
        SQLite::Statement select = query(database, sql.c_str(), *id);
        select.executeStep();
        return readRun(database, select, m_impl->file.string());
    });
}

} // namespace kerf::core
