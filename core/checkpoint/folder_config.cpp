// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/folder_config.h"

#include <array>

#include <fmt/format.h>

#include "core/base/json.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = 16 << 20;
/// Where older tools put what config.json does not say.
constexpr std::array kOldSettings { "quantize_config.json", "hf_quant_config.json" };

/// A file of that kind in a folder; empty: there is none.
std::string fileIn(const fs::path& folder, const std::string& ending)
{
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ending)
            return entry->path().filename().string();
    return {};
}

} // namespace

Result<std::string> readFolderConfig(const SourceFolder& folder)
{
    const std::string what = (folder.path() / kConfigFile).string();
    if (!folder.contains(kConfigFile)) {
        const std::string onnx = fileIn(folder.path(), ".onnx"), gguf = fileIn(folder.path(), ".gguf");
        const std::string hint = !gguf.empty() ? fmt::format("Give the GGUF file {} there.", gguf)
            : onnx.empty()                     ? "Give the folder of a Hugging Face checkpoint."
                                               : fmt::format("Give the ONNX file {} there.", onnx);
        return fail(ErrorCode::BadFile, fmt::format("{}: is missing. {}", what, hint));
    }
    KERF_TRY(std::string text, folder.readText(kConfigFile, kMaxConfigBytes));
    KERF_TRY(const Json json, parseJson(text, what));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is not a JSON object", what));
    return text;
}

Result<OldSettings> readOldSettings(const SourceFolder& folder, const std::string& configText)
{
    const Json config = Json::parse(configText, nullptr, false); // parsed strictly before
    for (const char* key : { "quantization_config", "compression_config" })
        if (const auto found = config.find(key); found != config.end() && !found->is_null())
            return OldSettings {};
    for (const char* name : kOldSettings) {
        if (!folder.contains(name))
            continue;
        KERF_TRY(std::string text, folder.readText(name, kMaxConfigBytes));
        KERF_TRY(const Json json, parseJson(text, (folder.path() / name).string()));
        return OldSettings { name, std::move(text) };
    }
    return OldSettings {};
}

} // namespace kerf::core
