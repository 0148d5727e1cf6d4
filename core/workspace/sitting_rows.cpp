// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Sittings of kernel times: rows to structs and back.

#include "core/workspace/workspace_impl.h"

namespace kerf::core {

Status Workspace::addSitting(RowId model, const Sitting& sitting)
{
    return m_impl->write([&]() -> Status {
        SQLite::Database& database = *m_impl->database;
        execute(database,
            "INSERT INTO sitting (model_id, machine, created, rounds) "
            "VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', ?, 'unixepoch'), ?)",
            model, sitting.machine, sitting.time, sitting.rounds);
        const RowId id = database.getLastInsertRowid();
        for (const auto& [name, time] : sitting.kernels) {
            SQLite::Statement insert = query(database,
                "INSERT INTO kernel_time (sitting_id, kernel, seconds, seconds_stderr, bytes, instructions) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                id, name, time.seconds, time.standardError, time.bytes);
            if (time.instructions)
                insert.bind(6, *time.instructions);
            insert.exec();
        }
        return {};
    });
}

Result<std::vector<Sitting>> Workspace::sittings(RowId model) const
{
    return m_impl->read([&]() -> Result<std::vector<Sitting>> {
        std::vector<Sitting> rows;
        SQLite::Statement select = query(*m_impl->database,
            "SELECT id, machine, CAST(strftime('%s', created) AS INTEGER), rounds, kernel, seconds, seconds_stderr, "
            "bytes, instructions FROM sitting JOIN kernel_time ON sitting_id = id WHERE model_id = ? "
            "ORDER BY created, id",
            model);
        RowId last = 0;
        while (select.executeStep()) {
            const RowId id = select.getColumn(0).getInt64();
            if (id != last)
                rows.push_back({ select.getColumn(1).getString(), select.getColumn(2).getInt64(),
                    select.getColumn(3).getInt(), {} });
            last = id;
            KernelTime& time = rows.back().kernels[select.getColumn(4).getString()];
            time.seconds = select.getColumn(5).getDouble();
            time.standardError = select.getColumn(6).getDouble();
            time.bytes = select.getColumn(7).getInt64();
            if (!select.getColumn(8).isNull())
                time.instructions = select.getColumn(8).getDouble();
        }
        return rows;
    });
}

Result<LayerShapes> Workspace::layerShapes(RowId model) const
{
    return m_impl->read([&]() -> Result<LayerShapes> {
        LayerShapes shapes;
        SQLite::Statement select
            = query(*m_impl->database, "SELECT name, rows, cols FROM layer WHERE model_id = ?", model);
        while (select.executeStep())
            shapes[select.getColumn(0).getString()]
                = { select.getColumn(1).getInt64(), select.getColumn(2).getInt64() };
        return shapes;
    });
}

} // namespace kerf::core
