// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/module_folders.h"

#include <array>

#include <fmt/format.h>

#include "core/base/json.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr std::size_t kMostModules = 64;
const std::string kModules = "modules.json";
/// What sentence-transformers calls the settings of the transformer, which lie beside config.json.
constexpr std::array kTransformerSettings { "sentence_bert_config.json", "sentence_roberta_config.json",
    "sentence_distilbert_config.json", "sentence_xlm-roberta_config.json" };

Result<std::string> readSettings(const SourceFolder& folder, const std::string& path)
{
    if (path.empty()) {
        for (const char* name : kTransformerSettings)
            if (folder.contains(name))
                return folder.readText(name, kMaxBytes);
        return std::string();
    }
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder.path() / path, ignored)) // Normalize has nothing to keep
        return std::string();
    KERF_TRY(const SourceFolder inner, SourceFolder::open(folder.path() / path));
    return inner.contains("config.json") ? inner.readText("config.json", kMaxBytes) : std::string();
}

} // namespace

Result<std::vector<ModuleFolder>> readModuleFolders(const SourceFolder& folder)
{
    std::vector<ModuleFolder> modules;
    if (!folder.contains(kModules))
        return modules;
    const std::string what = (folder.path() / kModules).string();
    KERF_TRY(const std::string text, folder.readText(kModules, kMaxBytes));
    KERF_TRY(const Json json, parseJson(text, what));
    if (!json.is_array() || json.empty() || json.size() > kMostModules)
        return fail(ErrorCode::BadFile, fmt::format("{}: is no list of 1 to {} modules.", what, kMostModules));
    for (const Json& entry : json) {
        const auto isText
            = [&](const char* key) { return entry.is_object() && entry.contains(key) && entry[key].is_string(); };
        if (!isText("path") || !isText("type"))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: every module must have a \"path\" and a \"type\" in words.", what));
        ModuleFolder module { entry["path"].get<std::string>(), entry["type"].get<std::string>(), {} };
        module.type = module.type.substr(module.type.rfind('.') + 1);
        if (!module.path.empty() && !isPlainFileName(module.path))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the path of the {} module is no folder inside the model's.", what, module.type));
        KERF_TRY(module.configText, readSettings(folder, module.path));
        modules.push_back(std::move(module));
    }
    return modules;
}

bool isModuleFile(const std::filesystem::path& folder, const std::filesystem::path& file)
{
    return file.parent_path() != (folder / kModules).parent_path();
}

} // namespace kerf::core
