// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/inspect_file.h"

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/shard_index.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxJsonBytes = 256 << 20; ///< the largest JSON file of a checkpoint: tokenizer.json

Result<std::string> inspectSafetensors(const std::filesystem::path& path)
{
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    std::uint64_t bytes = 0;
    for (const auto& [name, info] : file.tensors())
        bytes += info.bytes;
    return fmt::format(
        "{}: a safetensors file with {} tensors, {} bytes of data", path.string(), file.tensors().size(), bytes);
}

Result<std::string> inspectJson(const std::filesystem::path& path)
{
    KERF_TRY(const std::string text, readTextFile(path, kMaxJsonBytes));
    if (path.filename().string().ends_with(".index.json")) {
        KERF_TRY(const ShardIndex index, parseShardIndex(text, path.string()));
        return fmt::format(
            "{}: an index of {} tensors in {} shards", path.string(), index.shardOf.size(), index.shards.size());
    }
    KERF_TRY(const Json json, parseJson(text, path.string()));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a JSON object", path.string()));
    return fmt::format("{}: a JSON object with {} keys", path.string(), json.size());
}

} // namespace

Result<std::string> inspectFile(const std::filesystem::path& path)
{
    if (path.extension() == ".safetensors")
        return inspectSafetensors(path);
    if (path.extension() == ".json")
        return inspectJson(path);
    return fail(ErrorCode::BadFile,
        fmt::format("{}: is neither a .safetensors nor a .json file. Give one of these or a checkpoint's folder.",
            path.string()));
}

} // namespace kerf::core
