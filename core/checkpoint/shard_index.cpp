// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/shard_index.h"

#include <set>

#include <fmt/format.h>

#include "core/base/json.h"
#include "core/checkpoint/source_folder.h"

namespace kerf::core {

Result<ShardIndex> parseShardIndex(std::string_view text, std::string_view what, std::string_view ending)
{
    KERF_TRY(const Json json, parseJson(text, what));
    const auto map = json.is_object() ? json.find("weight_map") : json.end();
    if (!json.is_object() || map == json.end() || !map->is_object() || map->empty())
        return fail(ErrorCode::BadFile,
            fmt::format("{}: has no \"weight_map\" that names a shard for each tensor. Download it again.", what));
    ShardIndex index;
    std::set<std::string> shards;
    for (const auto& [tensor, value] : map->items()) {
        if (!value.is_string())
            return fail(ErrorCode::BadFile, fmt::format("{}: the shard of tensor {} is not a text", what, tensor));
        const auto& shard = value.get_ref<const std::string&>();
        if (!isPlainFileName(shard) || !shard.ends_with(ending))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the shard of tensor {} is \"{}\", which is not the plain name of a {} file in this "
                            "folder",
                    what, tensor, shard.substr(0, 100), ending));
        index.shardOf.emplace(tensor, shard);
        shards.insert(shard);
    }
    index.shards.assign(shards.begin(), shards.end());
    return index;
}

} // namespace kerf::core
