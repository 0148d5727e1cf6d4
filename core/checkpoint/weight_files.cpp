// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/weight_files.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::size_t kMaxIndexBytes = 64 << 20;
const std::string kSingle = "model.safetensors";
const std::string kIndex = "model.safetensors.index.json";
const std::string kTorchSingle = "pytorch_model.bin";
const std::string kTorchIndex = "pytorch_model.bin.index.json";
const std::string kTorchEnding = ".bin";

/// "model-00002-of-00003.safetensors": 2 of 3.
struct ShardName {
    int number = 0;
    int count = 0;
};

std::optional<ShardName> parseShardName(std::string_view name)
{
    constexpr std::string_view kPattern = "model-00000-of-00000.safetensors";
    if (name.size() != kPattern.size())
        return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (kPattern[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != kPattern[i])
            return std::nullopt;
    ShardName shard;
    std::from_chars(name.data() + 6, name.data() + 11, shard.number);
    std::from_chars(name.data() + 15, name.data() + 20, shard.count);
    return shard;
}

/// Shards by their names, when no index names them. Empty when there are none. Errors: BadFile (one is missing, or they
/// are of two sets).
Result<std::vector<std::string>> shardsByName(const SourceFolder& folder, const std::vector<std::string>& names)
{
    std::vector<std::string> shards;
    int count = 0;
    for (const std::string& name : names) {
        const auto shard = parseShardName(name);
        if (!shard)
            continue;
        if (count != 0 && shard->count != count)
            return fail(ErrorCode::BadFile,
                fmt::format("{}: holds shards of two checkpoints, {} and {}, and no {}. Remove what does not belong to "
                            "this checkpoint.",
                    folder.path().string(), shards.front(), name, kIndex));
        count = shard->count;
        shards.push_back(name); // in order: the names are sorted
    }
    for (int number = 1; number <= count; ++number) {
        const std::string wanted = fmt::format("model-{:05}-of-{:05}.safetensors", number, count);
        if (!std::binary_search(shards.begin(), shards.end(), wanted))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: is missing; {} of {} shards are here. Download it.", (folder.path() / wanted).string(),
                    shards.size(), count));
    }
    return shards;
}

/// Why there are no weights that can be read, and what to do: a folder often holds those of another library.
std::string noWeights(const SourceFolder& folder, const std::vector<std::string>& names)
{
    const std::string path = folder.path().string();
    const auto first = [&](auto... endings) {
        const auto found = std::find_if(
            names.begin(), names.end(), [&](const std::string& name) { return (name.ends_with(endings) || ...); });
        return found == names.end() ? std::string() : *found;
    };
    if (const std::string name = first("adapter_model.safetensors", "adapter_model.bin"); !name.empty())
        return fmt::format("{}: holds an adapter ({}), which is no model by itself. Merge it into its base model "
                           "(peft: merge_and_unload, then save_pretrained) and open that folder.",
            path, name);
    if (const std::string name = first(".bin"); name.starts_with("pytorch_model-"))
        return fmt::format(
            "{}: holds shards of a PyTorch checkpoint ({}), but not {}, which says what they are. Download "
            "it too.",
            path, name, kTorchIndex);
    if (const std::string name = first(".bin", ".pt", ".pth"); !name.empty())
        return fmt::format(
            "{}: holds neither {} nor {}, only {}. Rename it to {} when it is the whole model and was saved "
            "by PyTorch.",
            path, kSingle, kTorchSingle, name, kTorchSingle);
    if (const std::string name = first(".gguf"); !name.empty())
        return fmt::format("{}: holds neither {} nor {}, but {}. Open that file itself.", path, kSingle, kIndex, name);
    if (const std::string name = first(".onnx"); !name.empty())
        return fmt::format("{}: holds neither {} nor {}, but {}. Open that file itself.", path, kSingle, kIndex, name);
    if (const std::string name = first(".safetensors"); !name.empty())
        return fmt::format(
            "{}: holds neither {} nor {}, only {}. Rename it when it is the whole model.", path, kSingle, kIndex, name);
    return fmt::format(
        "{}: holds neither {} nor {}. Kerf reads safetensors only; convert other files first.", path, kSingle, kIndex);
}

Result<WeightFiles> withIndex(const SourceFolder& folder, const std::string& index, std::string_view ending)
{
    KERF_TRY(const std::string text, folder.readText(index, kMaxIndexBytes));
    WeightFiles files;
    KERF_TRY(files.index, parseShardIndex(text, (folder.path() / index).string(), ending));
    files.indexName = index;
    files.names = files.index->shards;
    return files;
}

/// What PyTorch saved; no names when it did not.
Result<WeightFiles> torchFiles(const SourceFolder& folder)
{
    WeightFiles files;
    if (folder.contains(kTorchSingle))
        files.names = { kTorchSingle };
    else if (folder.contains(kTorchIndex)) {
        KERF_TRY(files, withIndex(folder, kTorchIndex, kTorchEnding));
    }
    return files;
}

Result<WeightFiles> withoutIndex(const SourceFolder& folder)
{
    WeightFiles files;
    if (folder.contains(kSingle)) {
        files.names = { kSingle };
        return files;
    }
    KERF_TRY(const std::vector<std::string> names, folder.fileNames());
    KERF_TRY(files.names, shardsByName(folder, names));
    if (files.names.empty()) {
        KERF_TRY(files, torchFiles(folder));
        if (files.names.empty())
            return fail(ErrorCode::BadFile, noWeights(folder, names));
        return files;
    }
    files.notes.push_back({ NoteKind::NoIndex,
        fmt::format("There is no {}: the {} shards were put together by their headers. Most loaders refuse the folder; "
                    "exports get an index.",
            kIndex, files.names.size()),
        files.names });
    return files;
}

} // namespace

Result<WeightFiles> findWeightFiles(const SourceFolder& folder)
{
    if (!folder.contains(kIndex))
        return withoutIndex(folder);
    KERF_TRY(WeightFiles files, withIndex(folder, kIndex, ".safetensors"));
    // Loaders disagree about which of the two counts, so neither is right.
    if (folder.contains(kSingle) && (files.names.size() != 1 || files.names[0] != kSingle))
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: holds {} and also {}, which names other files. Remove what does not belong to this checkpoint.",
                folder.path().string(), kSingle, kIndex));
    return files;
}

} // namespace kerf::core
