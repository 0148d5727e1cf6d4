// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Profiles and plans of a workspace: rows to structs and back.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/workspace/plan_rows.h"
#include "core/workspace/workspace_impl.h"

namespace kerf::core {
namespace {

void bindOptional(SQLite::Statement& statement, int index, const double* value)
{
    if (value && std::isfinite(*value))
        statement.bind(index, *value);
    else
        statement.bind(index);
}

void insertCell(SQLite::Statement& insert, RowId profile, const LayerProfile& layer, const std::string& format)
{
    const auto error = layer.relativeError.find(format);
    const auto measured = layer.swapIn.find(format);
    insert.reset();
    bindAll(insert, profile, layer.layer, format);
    bindOptional(insert, 4, error == layer.relativeError.end() ? nullptr : &error->second);
    bindOptional(insert, 5, measured == layer.swapIn.end() ? nullptr : &measured->second.kld);
    bindOptional(insert, 6, measured == layer.swapIn.end() ? nullptr : &measured->second.stderr_);
    insert.exec();
}

void insertProfileLayers(SQLite::Database& database, RowId profile, const std::vector<LayerProfile>& layers)
{
    SQLite::Statement insertLayer(database,
        "INSERT INTO profile_layer (profile_id, position, layer, hessian_trace, slope, slope_stderr, tokens, passed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    SQLite::Statement insertCells(database,
        "INSERT INTO profile_cell (profile_id, layer, format, relative_error, swap_in_kld, swap_in_kld_stderr) "
        "VALUES (?, ?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerProfile& layer = layers[i];
        insertLayer.reset();
        bindAll(insertLayer, profile, static_cast<std::int64_t>(i), layer.layer, layer.hessianTrace, layer.slope,
            layer.slopeStderr, layer.tokens, layer.passed);
        insertLayer.exec();
        for (const auto& [format, error] : layer.relativeError)
            insertCell(insertCells, profile, layer, format);
        for (const auto& [format, measured] : layer.swapIn)
            if (!layer.relativeError.contains(format))
                insertCell(insertCells, profile, layer, format);
    }
}

LayerProfile readProfileLayer(SQLite::Database& database, RowId profile, SQLite::Statement& row)
{
    LayerProfile layer;
    layer.layer = row.getColumn(0).getString();
    layer.hessianTrace = row.getColumn(1).getDouble();
    layer.slope = row.getColumn(2).getDouble();
    layer.slopeStderr = row.getColumn(3).getDouble();
    layer.tokens = row.getColumn(4).getInt64();
    layer.passed = row.getColumn(5).getInt64();
    SQLite::Statement cells = query(database,
        "SELECT format, relative_error, swap_in_kld, swap_in_kld_stderr FROM profile_cell WHERE profile_id = ? AND "
        "layer = ?",
        profile, layer.layer);
    while (cells.executeStep()) {
        const std::string format = cells.getColumn(0).getString();
        if (!cells.getColumn(1).isNull())
            layer.relativeError[format] = cells.getColumn(1).getDouble();
        if (!cells.getColumn(2).isNull())
            layer.swapIn[format] = { cells.getColumn(2).getDouble(), cells.getColumn(3).getDouble() };
    }
    return layer;
}

void insertProfileMethods(SQLite::Database& database, RowId profile, const std::vector<MethodProfile>& methods)
{
    SQLite::Statement insert(database,
        "INSERT INTO profile_method_cell (profile_id, method, settings, layer, format, relative_error, swap_in_kld, "
        "swap_in_kld_stderr) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    for (const MethodProfile& method : methods)
        for (const auto& [layer, cells] : method.layers)
            for (const auto& [format, error] : cells.relativeError) {
                const auto measured = cells.swapIn.find(format);
                const bool known = measured != cells.swapIn.end();
                insert.reset();
                bindAll(insert, profile, method.method, toJson(method.settings).dump(), layer, format);
                bindOptional(insert, 6, &error);
                bindOptional(insert, 7, known ? &measured->second.kld : nullptr);
                bindOptional(insert, 8, known ? &measured->second.stderr_ : nullptr);
                insert.exec();
            }
}

Result<std::vector<MethodProfile>> readProfileMethods(
    SQLite::Database& database, RowId profile, const std::string& what)
{
    std::vector<MethodProfile> methods;
    SQLite::Statement rows = query(database,
        "SELECT method, settings, layer, format, relative_error, swap_in_kld, swap_in_kld_stderr FROM "
        "profile_method_cell WHERE profile_id = ? ORDER BY method, settings",
        profile);
    std::string settings;
    while (rows.executeStep()) {
        const std::string method = rows.getColumn(0).getString(), text = rows.getColumn(1).getString();
        if (methods.empty() || methods.back().method != method || text != settings) {
            settings = text;
            KERF_TRY(const Json json, parseJson(text, what + ": settings of a compared method"));
            KERF_TRY(const MethodSettings parsed, methodSettingsFromJson(json));
            methods.push_back({ method, parsed, {} });
        }
        MethodProfile::Cells& cells = methods.back().layers[rows.getColumn(2).getString()];
        const std::string format = rows.getColumn(3).getString();
        if (!rows.getColumn(4).isNull())
            cells.relativeError[format] = rows.getColumn(4).getDouble();
        if (!rows.getColumn(5).isNull())
            cells.swapIn[format] = { rows.getColumn(5).getDouble(), rows.getColumn(6).getDouble() };
    }
    return methods;
}

void insertProfileCaches(SQLite::Database& database, RowId profile, const std::vector<CacheProfile>& caches)
{
    SQLite::Statement insert(
        database, "INSERT INTO profile_kv (profile_id, block, format, kld, kld_stderr) VALUES (?, ?, ?, ?, ?)");
    for (std::size_t block = 0; block < caches.size(); ++block)
        for (const auto& [format, measured] : caches[block]) {
            insert.reset();
            bindAll(insert, profile, static_cast<std::int64_t>(block), format, measured.kld, measured.stderr_);
            insert.exec();
        }
}

std::vector<CacheProfile> readProfileCaches(SQLite::Database& database, RowId profile)
{
    std::vector<CacheProfile> caches;
    SQLite::Statement rows = query(
        database, "SELECT block, format, kld, kld_stderr FROM profile_kv WHERE profile_id = ? ORDER BY block", profile);
    while (rows.executeStep()) {
        const auto block = static_cast<std::size_t>(rows.getColumn(0).getInt64());
        caches.resize(std::max(caches.size(), block + 1));
        caches[block][rows.getColumn(1).getString()] = { rows.getColumn(2).getDouble(), rows.getColumn(3).getDouble() };
    }
    return caches;
}

} // namespace

Result<RowId> Workspace::saveProfile(RowId model, const Profile& profile)
{
    return m_impl->write([&]() -> Result<RowId> {
        SQLite::Database& database = *m_impl->database;
        execute(database,
            "INSERT INTO profile (model_id, name, dataset_hash, method, settings, formats, probe_windows) VALUES (?, "
            "?, "
            "?, ?, ?, ?, ?)",
            model, profile.name, profile.datasetHash, profile.method, toJson(profile.settings).dump(),
            Json(profile.formats).dump(), profile.probeWindows);
        const RowId id = database.getLastInsertRowid();
        insertProfileLayers(database, id, profile.layers);
        insertProfileMethods(database, id, profile.methods);
        insertProfileCaches(database, id, profile.caches);
        return id;
    });
}

Result<std::optional<Profile>> Workspace::latestProfile(RowId model) const
{
    return m_impl->read([&]() -> Result<std::optional<Profile>> {
        SQLite::Database& database = *m_impl->database;
        SQLite::Statement select = query(database,
            "SELECT profile.id, profile.name, model.hash, dataset_hash, method, formats, probe_windows, settings FROM "
            "profile "
            "JOIN model ON model.id = model_id WHERE model_id = ? ORDER BY profile.id DESC LIMIT 1",
            model);
        if (!select.executeStep())
            return std::nullopt;
        Profile profile;
        const RowId id = select.getColumn(0).getInt64();
        profile.name = select.getColumn(1).getString();
        profile.modelHash = select.getColumn(2).getString();
        profile.datasetHash = select.getColumn(3).getString();
        profile.method = select.getColumn(4).getString();
        KERF_TRY(const Json formats,
            parseJson(select.getColumn(5).getString(), m_impl->file.string() + ": profile formats"));
        for (const Json& format : formats)
            if (format.is_string())
                profile.formats.push_back(format.get<std::string>());
        profile.probeWindows = select.getColumn(6).getInt64();
        KERF_TRY(const Json settings,
            parseJson(select.getColumn(7).getString(), m_impl->file.string() + ": profile settings"));
        KERF_TRY(profile.settings, methodSettingsFromJson(settings));
        SQLite::Statement layers = query(database,
            "SELECT layer, hessian_trace, slope, slope_stderr, tokens, passed FROM profile_layer WHERE profile_id = ? "
            "ORDER BY position",
            id);
        while (layers.executeStep())
            profile.layers.push_back(readProfileLayer(database, id, layers));
        KERF_TRY(profile.methods, readProfileMethods(database, id, m_impl->file.string()));
        profile.caches = readProfileCaches(database, id);
        return profile;
    });
}

Status Workspace::savePrediction(RowId model, const PredictionRow& row)
{
    return m_impl->write([&]() -> Status {
        SQLite::Database& database = *m_impl->database;
        execute(database,
            "INSERT INTO prediction_check (model_id, name, plan_hash, dataset, dataset_hash, predicted, "
            "predicted_stderr, measured, measured_stderr, window) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (model_id, plan_hash, dataset_hash) DO UPDATE SET name = excluded.name, predicted = "
            "excluded.predicted, predicted_stderr = excluded.predicted_stderr, measured = excluded.measured, "
            "measured_stderr = excluded.measured_stderr, window = excluded.window",
            model, row.name, row.planHash, row.dataset, row.datasetHash, row.predicted, row.predictedStderr,
            row.measured, row.measuredStderr, row.window);
        if (row.plan)
            execute(database,
                "UPDATE prediction_check SET plan_id = ? WHERE model_id = ? AND plan_hash = ? AND dataset_hash = ?",
                findOrInsertPlan(database, model, *row.plan), model, row.planHash, row.datasetHash);
        return {};
    });
}

Result<std::vector<PredictionRow>> Workspace::predictionRows(RowId model) const
{
    return m_impl->read([&]() -> Result<std::vector<PredictionRow>> {
        std::vector<PredictionRow> rows;
        SQLite::Statement select = query(*m_impl->database,
            "SELECT name, plan_hash, dataset, dataset_hash, predicted, predicted_stderr, measured, measured_stderr, "
            "window, plan_id FROM prediction_check WHERE model_id = ? ORDER BY id",
            model);
        while (select.executeStep()) {
            PredictionRow row { select.getColumn(0).getString(), select.getColumn(1).getString(),
                select.getColumn(2).getString(), select.getColumn(3).getString(), select.getColumn(4).getDouble(),
                select.getColumn(5).getDouble(), select.getColumn(6).getDouble(), select.getColumn(7).getDouble(),
                select.getColumn(8).getInt64(), std::nullopt };
            if (!select.getColumn(9).isNull()) {
                KERF_TRY(
                    row.plan, readPlanRow(*m_impl->database, select.getColumn(9).getInt64(), m_impl->file.string()));
            }
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

RowId insertPlan(SQLite::Database& database, RowId model, const Plan& plan, bool saved)
{
    execute(database,
        "INSERT INTO plan (model_id, name, hash, mode, settings, saved, kv, transforms, locked) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        model, plan.name, planHash(plan), plan.mode == QuantizeMode::Sequential ? "sequential" : "independent",
        toJson(plan.settings).dump(), saved ? 1 : 0, Json(plan.kv).dump(), toJson(plan.transforms).dump(),
        Json(plan.locked).dump());
    const RowId id = database.getLastInsertRowid();
    SQLite::Statement insert(
        database, "INSERT INTO plan_layer (plan_id, position, layer, format, method) VALUES (?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlanLayer& layer = plan.layers[i];
        insert.reset();
        bindAll(insert, id, static_cast<std::int64_t>(i), layer.layer, layer.format, layer.method);
        insert.exec();
    }
    return id;
}

RowId findOrInsertPlan(SQLite::Database& database, RowId model, const Plan& plan)
{
    SQLite::Statement found
        = query(database, "SELECT id FROM plan WHERE model_id = ? AND name = ? AND hash = ? ORDER BY id DESC LIMIT 1",
            model, plan.name, planHash(plan));
    return found.executeStep() ? found.getColumn(0).getInt64() : insertPlan(database, model, plan, false);
}

Result<Plan> readPlanRow(SQLite::Database& database, RowId id, const std::string& what)
{
    SQLite::Statement select
        = query(database, "SELECT name, mode, settings, kv, transforms, locked FROM plan WHERE id = ?", id);
    if (!select.executeStep())
        return fail(ErrorCode::BadFile, fmt::format("{}: plan {} is missing.", what, id));
    Plan plan;
    plan.name = select.getColumn(0).getString();
    plan.mode = select.getColumn(1).getString() == "sequential" ? QuantizeMode::Sequential : QuantizeMode::Independent;
    KERF_TRY(const Json settings, parseJson(select.getColumn(2).getString(), what + ": plan settings"));
    KERF_TRY(plan.settings, methodSettingsFromJson(settings));
    KERF_TRY(const Json kv, parseJson(select.getColumn(3).getString(), what + ": cache formats of a plan"));
    for (const Json& name : kv)
        if (name.is_string())
            plan.kv.push_back(name.get<std::string>());
    KERF_TRY(const Json transforms, parseJson(select.getColumn(4).getString(), what + ": plan transforms"));
    KERF_TRY(plan.transforms, transformsFromJson(transforms));
    KERF_TRY(const Json locked, parseJson(select.getColumn(5).getString(), what + ": locked layers of a plan"));
    for (const Json& name : locked)
        if (name.is_string())
            plan.locked.push_back(name.get<std::string>());
    SQLite::Statement layers
        = query(database, "SELECT layer, format, method FROM plan_layer WHERE plan_id = ? ORDER BY position", id);
    while (layers.executeStep())
        plan.layers.push_back(
            { layers.getColumn(0).getString(), layers.getColumn(1).getString(), layers.getColumn(2).getString() });
    return plan;
}

Result<RowId> Workspace::savePlan(RowId model, const Plan& plan)
{
    return m_impl->write([&]() -> Result<RowId> {
        SQLite::Database& database = *m_impl->database;
        // A plan that runs were made from stays as they used it, only no longer listed.
        execute(database, "UPDATE plan SET saved = 0 WHERE model_id = ? AND name = ? AND saved = 1", model, plan.name);
        execute(database,
            "DELETE FROM plan WHERE saved = 0 AND model_id = ? AND name = ? AND id NOT IN (SELECT plan_id FROM run) "
            "AND id NOT IN (SELECT plan_id FROM prediction_check WHERE plan_id IS NOT NULL) "
            "AND id NOT IN (SELECT plan_id FROM draft)",
            model, plan.name);
        return insertPlan(database, model, plan, true);
    });
}

Result<std::vector<Plan>> Workspace::plans(RowId model) const
{
    return m_impl->read([&]() -> Result<std::vector<Plan>> {
        std::vector<Plan> plans;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT id FROM plan WHERE model_id = ? AND saved = 1 ORDER BY id", model);
        while (select.executeStep()) {
            KERF_TRY(Plan plan, readPlanRow(*m_impl->database, select.getColumn(0).getInt64(), m_impl->file.string()));
            plans.push_back(std::move(plan));
        }
        return plans;
    });
}

Status Workspace::saveDraft(RowId model, const Plan& plan)
{
    return m_impl->write([&]() -> Status {
        SQLite::Database& database = *m_impl->database;
        RowId before = 0;
        if (SQLite::Statement old = query(database, "SELECT plan_id FROM draft WHERE model_id = ?", model);
            old.executeStep())
            before = old.getColumn(0).getInt64();
        execute(database,
            "INSERT INTO draft (model_id, plan_id) VALUES (?, ?) ON CONFLICT (model_id) DO UPDATE SET "
            "plan_id = excluded.plan_id, changed = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')",
            model, insertPlan(database, model, plan, false));
        execute(database,
            "DELETE FROM plan WHERE id = ? AND saved = 0 AND id NOT IN (SELECT plan_id FROM run) "
            "AND id NOT IN (SELECT plan_id FROM prediction_check WHERE plan_id IS NOT NULL)",
            before);
        return {};
    });
}

Result<std::optional<Plan>> Workspace::draft(RowId model) const
{
    return m_impl->read([&]() -> Result<std::optional<Plan>> {
        SQLite::Database& database = *m_impl->database;
        SQLite::Statement select = query(database, "SELECT plan_id FROM draft WHERE model_id = ?", model);
        if (!select.executeStep())
            return std::nullopt;
        KERF_TRY(Plan plan, readPlanRow(database, select.getColumn(0).getInt64(), m_impl->file.string()));
        return plan;
    });
}

} // namespace kerf::core
