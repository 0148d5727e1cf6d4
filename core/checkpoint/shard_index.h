// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// model.safetensors.index.json, pytorch_model.bin.index.json: which tensor lies in which shard.
struct ShardIndex {
    std::map<std::string, std::string> shardOf; ///< tensor -> file name
    std::vector<std::string> shards; ///< file names, sorted, each once
};

/// Parses an index strictly: weight_map is a non-empty object of tensor -> plain file name with that ending.
/// `what` (a file name) starts every message. Errors: BadFile.
Result<ShardIndex> parseShardIndex(
    std::string_view text, std::string_view what, std::string_view ending = ".safetensors");

} // namespace kerf::core
