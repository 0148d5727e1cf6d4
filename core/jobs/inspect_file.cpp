// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/inspect_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/checkpoint/safetensors_file.h"
#include "core/checkpoint/shard_index.h"
#include "core/model/decoder_config.h"
#include "core/model/model.h"
#include "core/text/tokenizer.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxJsonBytes = 256 << 20; ///< the largest JSON file of a checkpoint: tokenizer.json

fs::path folderOf(const fs::path& path)
{
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool liesBeside(const fs::path& path, const std::string& name)
{
    std::error_code ignored;
    return fs::exists(folderOf(path) / name, ignored);
}

bool weightsLieBeside(const fs::path& path)
{
    std::error_code error;
    for (fs::directory_iterator entry(folderOf(path), error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".safetensors")
            return true;
    return false;
}

Result<FileFinding> inspectSafetensors(const fs::path& path)
{
    KERF_TRY(const SafetensorsFile file, SafetensorsFile::open(path));
    std::uint64_t bytes = 0;
    for (const auto& [name, info] : file.tensors())
        bytes += info.bytes;
    return FileFinding { fmt::format("{}: a safetensors file with {} tensors, {} bytes of data", path.string(),
                             file.tensors().size(), bytes),
        {} };
}

Result<FileFinding> inspectConfig(const fs::path& path, const std::string& text)
{
    KERF_TRY(DecoderConfig config, parseDecoderConfig(text, path.string()));
    FileFinding finding;
    const std::string model
        = fmt::format("{}: the configuration of a {} model with {} blocks of {} channels, {} tokens", path.string(),
            config.architecture->type, config.blocks, config.hidden, config.vocabulary);
    if (!weightsLieBeside(path))
        return FileFinding { model + "; its weights do not lie beside it", std::move(config.notes) };
    KERF_TRY(Model opened, openModel(folderOf(path), Opening::AsOriginal));
    return FileFinding { fmt::format("{}; the {} tensors beside it fit", model, opened.checkpoint.tensors().size()),
        std::move(opened.notes) };
}

Result<FileFinding> inspectIndex(const fs::path& path, const std::string& text)
{
    KERF_TRY(const ShardIndex index, parseShardIndex(text, path.string()));
    const std::string holds = fmt::format(
        "{}: an index of {} tensors in {} shards", path.string(), index.shardOf.size(), index.shards.size());
    if (std::ranges::none_of(index.shards, [&](const std::string& shard) { return liesBeside(path, shard); }))
        return FileFinding { holds + ", none of which lies beside it", {} };
    if (path.filename() != "model.safetensors.index.json")
        return FileFinding { holds, {} };
    KERF_CHECK(Checkpoint::checkWeightFiles(folderOf(path)));
    return FileFinding { holds + ", which hold what it says", {} };
}

/// By what the tokenizers library writes, whatever the file is called.
bool looksLikeTokenizer(const Json& json)
{
    return json.is_object() && json.contains("added_tokens") && json.contains("pre_tokenizer");
}

Result<FileFinding> inspectJson(const fs::path& path)
{
    KERF_TRY(const std::string text, readTextFile(path, kMaxJsonBytes));
    KERF_TRY(const Json json, parseJson(text, path.string()));
    const std::string name = path.filename().string();
    if (name.ends_with(".index.json"))
        return inspectIndex(path, text);
    if (name == "config.json")
        return inspectConfig(path, text);
    if (name == "tokenizer.json" || looksLikeTokenizer(json)) {
        KERF_TRY(const Tokenizer tokenizer, Tokenizer::load(path));
        return FileFinding { fmt::format("{}: a tokenizer of {} tokens", path.string(), tokenizer.vocabularySize()),
            {} };
    }
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a JSON object", path.string()));
    return FileFinding { fmt::format("{}: a JSON object with {} keys", path.string(), json.size()), {} };
}

Result<FileFinding> inspectModelFile(const fs::path& path)
{
    KERF_TRY(const Checkpoint checkpoint, Checkpoint::open(path));
    if (checkpoint.onnx())
        return FileFinding { fmt::format(
                                 "{}: an ONNX file with {} tensors", path.string(), checkpoint.tensors().size()),
            checkpoint.notes() };
    return FileFinding { fmt::format("{}: a GGUF file of the architecture {} with {} tensors", path.string(),
                             checkpoint.metadata()->at("general.architecture").get<std::string>(),
                             checkpoint.tensors().size()),
        checkpoint.notes() };
}

} // namespace

Result<FileFinding> inspectFile(const fs::path& path)
{
    if (path.extension() == ".safetensors")
        return inspectSafetensors(path);
    if (path.extension() == ".json")
        return inspectJson(path);
    if (Checkpoint::isModelFile(path))
        return inspectModelFile(path);
    return fail(ErrorCode::BadFile,
        fmt::format("{}: is no .safetensors, .gguf, .onnx or .json file. Give one of these or a checkpoint's folder.",
            path.string()));
}

} // namespace kerf::core
