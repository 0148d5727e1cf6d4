// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "core/base/unicode.h"
#include "core/workspace/workspace_impl.h"

namespace kerf::core {

Result<std::vector<std::string>> Workspace::answers(
    RowId run, const std::string& metric, const std::string& datasetHash) const
{
    return m_impl->read([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement select = query(*m_impl->database,
            "SELECT answers FROM metric WHERE run_id = ? AND name = ? AND dataset_hash = ?", run, metric, datasetHash);
        if (!select.executeStep() || select.getColumn(0).isNull())
            return std::vector<std::string>();
        const std::string what = m_impl->file.string() + ": answers of a metric";
        KERF_TRY(const Json list, parseJson(select.getColumn(0).getString(), what));
        if (!list.is_array() || !std::ranges::all_of(list, [](const Json& each) { return each.is_string(); }))
            return fail(ErrorCode::BadFile, what + " are no JSON list of texts");
        return list.get<std::vector<std::string>>();
    });
}

Status Workspace::addItems(const std::string& datasetHash, const std::vector<ItemRow>& items)
{
    return m_impl->write([&]() -> Status {
        SQLite::Statement insert(*m_impl->database,
            "INSERT OR IGNORE INTO item (dataset_hash, position, text, expected) VALUES (?, ?, ?, ?)");
        for (std::size_t position = 0; position < items.size(); ++position) {
            bindAll(insert, datasetHash, static_cast<std::int64_t>(position), replaceInvalidUtf8(items[position].text),
                replaceInvalidUtf8(items[position].expected));
            insert.exec();
            insert.reset();
        }
        return {};
    });
}

Result<std::vector<ItemRow>> Workspace::items(const std::string& datasetHash) const
{
    return m_impl->read([&]() -> Result<std::vector<ItemRow>> {
        SQLite::Statement select = query(
            *m_impl->database, "SELECT text, expected FROM item WHERE dataset_hash = ? ORDER BY position", datasetHash);
        std::vector<ItemRow> items;
        while (select.executeStep())
            items.push_back({ select.getColumn(0).getString(), select.getColumn(1).getString() });
        return items;
    });
}

} // namespace kerf::core
