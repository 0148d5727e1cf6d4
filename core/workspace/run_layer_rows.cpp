// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Layers and caches of a workspace's runs: rows to structs and back.

#include "core/workspace/workspace_impl.h"

namespace kerf::core {
namespace {

Json fallbacksJson(const std::vector<Fallback>& fallbacks)
{
    Json list = Json::array();
    for (const Fallback& fallback : fallbacks)
        list.push_back({ { "kind", fallback.kind }, { "detail", fallback.detail } });
    return list;
}

Result<std::vector<Fallback>> readFallbacks(const std::string& text, const std::string& what)
{
    KERF_TRY(const Json list, parseJson(text, what + ": fallbacks of a layer"));
    std::vector<Fallback> fallbacks;
    for (const Json& item : list)
        if (item.is_object())
            fallbacks.push_back({ item.value("kind", std::string()), item.value("detail", std::string()) });
    return fallbacks;
}

constexpr const char* kRunLayerColumns
    = "SELECT run_layer.layer, run_layer.format, run_layer.method, bits_per_weight, relative_error, "
      "rtn_relative_error, weight_mse, damping, run_layer.seconds, fallbacks, artifact_key, tensor_hash, "
      "activation_step, activation_zero "
      "FROM run_layer JOIN run ON run.id = run_id "
      "LEFT JOIN plan_layer ON plan_layer.plan_id = run.plan_id AND plan_layer.layer = run_layer.layer "
      "WHERE run_id = ? ";

Result<RunLayerRow> readRunLayer(SQLite::Statement& select, const std::string& what)
{
    RunLayerRow row;
    LayerReport& report = row.report;
    report.layer = select.getColumn(0).getString();
    report.format = select.getColumn(1).getString();
    report.method = select.getColumn(2).getString();
    report.bitsPerWeight = select.getColumn(3).getDouble();
    report.relativeError = select.getColumn(4).getDouble();
    report.rtnRelativeError = select.getColumn(5).getDouble();
    report.weightMse = select.getColumn(6).getDouble();
    report.damping = select.getColumn(7).getDouble();
    report.seconds = select.getColumn(8).getDouble();
    KERF_TRY(report.fallbacks, readFallbacks(select.getColumn(9).getString(), what));
    row.artifactKey = select.getColumn(10).getString();
    row.tensorHash = select.getColumn(11).getString();
    row.activationStep = static_cast<float>(select.getColumn(12).getDouble());
    row.activationZero = select.getColumn(13).getInt();
    return row;
}

} // namespace

Status Workspace::addRunLayer(RowId run, const RunLayerRow& layer)
{
    return m_impl->write([&]() -> Status {
        const LayerReport& report = layer.report;
        execute(*m_impl->database,
            "INSERT OR REPLACE INTO run_layer (run_id, layer, format, method, bits_per_weight, relative_error, "
            "rtn_relative_error, weight_mse, damping, seconds, fallbacks, artifact_key, tensor_hash, activation_step, "
            "activation_zero) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            run, report.layer, report.format, report.method, report.bitsPerWeight, report.relativeError,
            report.rtnRelativeError, report.weightMse, report.damping, report.seconds,
            fallbacksJson(report.fallbacks).dump(), layer.artifactKey, layer.tensorHash,
            static_cast<double>(layer.activationStep), layer.activationZero);
        return {};
    });
}

Status Workspace::setCacheSteps(RowId run, int block, float keyStep, float valueStep)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database,
            "INSERT OR REPLACE INTO run_kv (run_id, block, key_step, value_step) VALUES (?, ?, ?, ?)", run, block,
            static_cast<double>(keyStep), static_cast<double>(valueStep));
        return {};
    });
}

Result<std::map<int, std::pair<float, float>>> Workspace::cacheSteps(RowId run) const
{
    return m_impl->read([&]() -> Result<std::map<int, std::pair<float, float>>> {
        std::map<int, std::pair<float, float>> steps;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT block, key_step, value_step FROM run_kv WHERE run_id = ?", run);
        while (select.executeStep())
            steps[select.getColumn(0).getInt()] = { static_cast<float>(select.getColumn(1).getDouble()),
                static_cast<float>(select.getColumn(2).getDouble()) };
        return steps;
    });
}

Status Workspace::setValueQuantizers(RowId run, const NamedQuantizers& quantizers)
{
    return m_impl->write([&]() -> Status {
        execute(*m_impl->database, "DELETE FROM run_value WHERE run_id = ?", run);
        for (const auto& [value, quantizer] : quantizers)
            execute(*m_impl->database, "INSERT INTO run_value (run_id, value, scale, zero_point) VALUES (?, ?, ?, ?)",
                run, value, static_cast<double>(quantizer.scale), quantizer.zeroPoint);
        return {};
    });
}

Result<NamedQuantizers> Workspace::valueQuantizers(RowId run) const
{
    return m_impl->read([&]() -> Result<NamedQuantizers> {
        NamedQuantizers quantizers;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT value, scale, zero_point FROM run_value WHERE run_id = ?", run);
        while (select.executeStep())
            quantizers[select.getColumn(0).getString()]
                = { static_cast<float>(select.getColumn(1).getDouble()), select.getColumn(2).getInt() };
        return quantizers;
    });
}

Result<std::vector<RunLayerRow>> Workspace::runLayers(RowId run) const
{
    return m_impl->read([&]() -> Result<std::vector<RunLayerRow>> {
        std::vector<RunLayerRow> rows;
        const std::string sql = std::string(kRunLayerColumns) + "ORDER BY plan_layer.position";
        SQLite::Statement select = query(*m_impl->database, sql.c_str(), run);
        while (select.executeStep()) {
            KERF_TRY(RunLayerRow row, readRunLayer(select, m_impl->file.string()));
            rows.push_back(std::move(row));
        }
        return rows;
    });
}

Result<std::optional<RunLayerRow>> Workspace::runLayer(RowId run, const std::string& layer) const
{
    return m_impl->read([&]() -> Result<std::optional<RunLayerRow>> {
        const std::string sql = std::string(kRunLayerColumns) + "AND run_layer.layer = ?";
        SQLite::Statement select = query(*m_impl->database, sql.c_str(), run, layer);
        if (!select.executeStep())
            return std::nullopt;
        KERF_TRY(RunLayerRow row, readRunLayer(select, m_impl->file.string()));
        return row;
    });
}

} // namespace kerf::core
