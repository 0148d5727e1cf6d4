// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/exporters/carried_files.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/checkpoint/module_folders.h"
#include "core/checkpoint/source_folder.h"
#include "core/text/gguf_tokenizer.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxBytes = 256 << 20; ///< the largest tokenizers have some tens of millions

/// Written by the export, or about weights as they were before it.
constexpr std::array kReplaced { "config.json", "quantize_config.json", "quant_config.json", "hf_quant_config.json",
    "kerf-manifest.json", "kerf-plan.json", "SHA256SUMS" };
/// Weights and caches of any library, and archives.
constexpr std::array kOtherKinds { ".safetensors", ".index.json", ".bin", ".pt", ".pth", ".ckpt", ".gguf", ".ggml",
    ".onnx", ".onnx_data", ".h5", ".keras", ".msgpack", ".npz", ".npy", ".tflite", ".pb", ".mlmodel", ".pkl", ".zip",
    ".tar", ".gz", ".xz", ".zst", ".7z", ".parquet", ".arrow", ".lock", ".tmp", ".part", ".incomplete", ".kerf" };

bool isCarried(const std::string& name)
{
    const auto endsName = [&](std::string_view end) { return name.ends_with(end); };
    return !name.starts_with('.') && std::find(kReplaced.begin(), kReplaced.end(), name) == kReplaced.end()
        && std::none_of(kOtherKinds.begin(), kOtherKinds.end(), endsName);
}

/// The manifest names every file; other names cannot be told apart in it.
bool isPrintable(const std::string& name)
{
    return std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Copies files of a folder. Gives a sentence for each that could not be.
Status copyFiles(const SourceFolder& folder, const std::filesystem::path& target,
    const std::function<bool(const std::string& name)>& isWanted, std::vector<std::string>& left)
{
    KERF_TRY(const std::vector<std::string> names, folder.fileNames());
    for (const std::string& name : names) {
        if (!isWanted(name))
            continue;
        if (!isPrintable(name)) {
            left.push_back(fmt::format("{} was not copied: its name is not plain ASCII.", name));
            continue;
        }
        const Result<std::string> text = folder.readText(name, kMaxBytes);
        if (text)
            KERF_CHECK(writeFileAtomically(target / name, *text));
        else
            left.push_back(fmt::format("Not copied: {}", text.error().message));
    }
    return {};
}

/// What stands behind the network is no part of its weights: it goes along as it is.
Status copyModules(const SourceFolder& folder, const std::filesystem::path& target, std::vector<std::string>& left)
{
    const auto modules = readModuleFolders(folder);
    if (!modules)
        return {};
    for (const ModuleFolder& module : *modules) {
        std::error_code error;
        if (module.path.empty() || !std::filesystem::is_directory(folder.path() / module.path, error))
            continue;
        KERF_TRY(const SourceFolder inner, SourceFolder::open(folder.path() / module.path));
        std::filesystem::create_directory(target / module.path, error);
        if (error)
            return fail(
                ErrorCode::Io, fmt::format("{}: cannot be made: {}", (target / module.path).string(), error.message()));
        KERF_CHECK(copyFiles(
            inner, target / module.path, [](const std::string& name) { return !name.starts_with('.'); }, left));
    }
    return {};
}

} // namespace

Result<std::vector<std::string>> carryFiles(const std::filesystem::path& source, const std::filesystem::path& target)
{
    KERF_TRY(const SourceFolder folder, SourceFolder::open(source));
    std::vector<std::string> left;
    KERF_CHECK(copyFiles(folder, target, &isCarried, left));
    KERF_CHECK(copyModules(folder, target, left));
    return left;
}

Result<std::vector<std::string>> writeGgufCompanions(
    const Json& metadata, const std::string& file, const std::filesystem::path& target)
{
    const Result<GgufTokenizer> tokenizer = ggufTokenizer(metadata, file);
    if (!tokenizer)
        return std::vector { fmt::format("Without a tokenizer: {}.", tokenizer.error().message) };
    KERF_CHECK(writeFileAtomically(target / "tokenizer.json", tokenizer->json.dump(2) + "\n"));
    Json settings { { "tokenizer_class", "PreTrainedTokenizerFast" } }, generation = Json::object();
    for (const auto& [theirs, ours] :
        { std::pair { "bos", "bos" }, { "eos", "eos" }, { "unknown", "unk" }, { "padding", "pad" } }) {
        const auto id = metadata.find(fmt::format("tokenizer.ggml.{}_token_id", theirs));
        const auto number = id == metadata.end() ? std::nullopt : asCount(*id);
        const Json& tokens = metadata.at("tokenizer.ggml.tokens");
        if (!number || *number >= static_cast<std::int64_t>(tokens.size()))
            continue;
        settings[fmt::format("{}_token", ours)] = tokens[static_cast<std::size_t>(*number)];
        if (std::string_view(ours) != "unk")
            generation[fmt::format("{}_token_id", ours)] = *number;
    }
    if (const auto chat = metadata.find("tokenizer.chat_template"); chat != metadata.end() && chat->is_string())
        settings["chat_template"] = *chat;
    KERF_CHECK(writeFileAtomically(target / "tokenizer_config.json", settings.dump(2) + "\n"));
    KERF_CHECK(writeFileAtomically(target / "generation_config.json", generation.dump(2) + "\n"));
    return std::vector { std::string(
        "tokenizer.json and the settings beside it were made from what the GGUF file says.") };
}

Result<std::vector<std::string>> writeOnnxCompanions(const Checkpoint& checkpoint, const std::filesystem::path& target)
{
    if (!checkpoint.configText().empty())
        KERF_CHECK(writeFileAtomically(target / "model.onnx.kerf.json", checkpoint.configText()));
    const std::filesystem::path parent = checkpoint.folder().parent_path();
    KERF_TRY(const SourceFolder folder, SourceFolder::open(parent.empty() ? "." : parent));
    std::vector<std::string> left;
    KERF_CHECK(copyFiles(
        folder, target,
        [](const std::string& name) {
            return name == "preprocess.json" || name == "preprocessor_config.json" || name == "recording.json";
        },
        left));
    return left;
}

} // namespace kerf::core
