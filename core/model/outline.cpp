// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/outline.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/folder_config.h"
#include "core/checkpoint/source_folder.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_graph.h"
#include "core/model/encoder_graph.h"
#include "core/model/model_type.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = 16 << 20;

bool isWeightFile(const fs::path& path)
{
    constexpr std::array kEndings { ".safetensors", ".bin", ".gguf", ".onnx", ".pt", ".pth" };
    return std::ranges::find(kEndings, path.extension().string()) != kEndings.end();
}

} // namespace

bool isOutline(const fs::path& path)
{
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        return path.extension() == ".json" && fs::is_regular_file(path, ignored);
    if (!fs::is_regular_file(path / kConfigFile, ignored))
        return false;
    return std::none_of(fs::directory_iterator(path, ignored), fs::directory_iterator(),
        [](const fs::directory_entry& entry) { return isWeightFile(entry.path()); });
}

Result<OpenedNetwork> openOutline(const fs::path& path)
{
    std::error_code ignored;
    const fs::path file = fs::is_directory(path, ignored) ? path / kConfigFile : path;
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    KERF_TRY(const SourceFolder source, SourceFolder::open(folder));
    KERF_TRY(const std::string text, source.readText(file.filename().string(), kMaxConfigBytes));
    KERF_TRY(const Json json, parseJson(text, file.string()));
    if (!json.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: a JSON object is expected.", file.string()));
    KERF_TRY(const ModelType type, readModelType(ConfigReader(json, file.string())));
    const Checkpoint outline = Checkpoint::outline(text, file);
    return isEncoder(type.type, type.className) ? buildEncoder(outline, std::nullopt)
                                                : buildDecoder(outline, std::nullopt);
}

} // namespace kerf::core
