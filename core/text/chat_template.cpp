// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/chat_template.h"

#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/unicode.h"
#include "core/text/companion_tokens.h"

namespace kerf::core {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxFile = 64u * 1024 * 1024;
constexpr std::string_view kDefault = "default";
constexpr std::string_view kGgufKey = "tokenizer.chat_template";

tl::unexpected<Error> noTemplate(const std::string& place)
{
    return fail(ErrorCode::BadFile,
        fmt::format("{}: has no chat template (chat_template.jinja, or \"chat_template\" in tokenizer_config.json), so "
                    "conversations cannot be written as this model reads them. Put the model's own there, or use a "
                    "text that is not made of conversations.",
            place));
}

Status checkDefault(const ChatTemplate& chat)
{
    if (chat.templates.contains(std::string(kDefault)))
        return {};
    std::string names;
    for (const auto& [name, text] : chat.templates)
        names += (names.empty() ? "" : ", ") + name;
    return fail(ErrorCode::BadFile,
        fmt::format("{}: has several chat templates ({}), and none is called \"default\".", chat.file, names));
}

Status addFile(const fs::path& file, const std::string& name, ChatTemplate& chat)
{
    KERF_TRY(std::string text, readTextFile(file, kMaxFile));
    if (findInvalidUtf8(text))
        return fail(ErrorCode::BadFile, fmt::format("{}: is not UTF-8.", file.string()));
    chat.file = chat.file.empty() ? file.string() : chat.file;
    chat.templates[name] = std::move(text);
    return {};
}

/// The files that transformers writes templates to by itself.
Status addFiles(const fs::path& folder, ChatTemplate& chat)
{
    std::error_code ignored;
    if (fs::exists(folder / "chat_template.jinja", ignored))
        KERF_CHECK(addFile(folder / "chat_template.jinja", std::string(kDefault), chat));
    for (fs::directory_iterator entry(folder / "additional_chat_templates", ignored), end; entry != end;
         entry.increment(ignored))
        if (entry->path().extension() == ".jinja")
            KERF_CHECK(addFile(entry->path(), entry->path().stem().string(), chat));
    return {};
}

/// "chat_template": a text, or a list of {name, template}.
Status addValue(const Json& value, const std::string& file, ChatTemplate& chat)
{
    chat.file = file;
    if (value.is_string()) {
        chat.templates[std::string(kDefault)] = value.get<std::string>();
        return {};
    }
    for (const Json& item : value.is_array() ? value : Json::array({ nullptr })) {
        const auto text = [&](const char* key) -> const Json& {
            static const Json null;
            const auto found = item.is_object() ? item.find(key) : item.end();
            return found == item.end() ? null : *found;
        };
        if (!text("name").is_string() || !text("template").is_string())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: \"chat_template\" is neither a text nor a list of {{name, template}}.", file));
        chat.templates[text("name").get<std::string>()] = text("template").get<std::string>();
    }
    return {};
}

} // namespace

Result<ChatTemplate> readChatTemplate(const fs::path& folder)
{
    ChatTemplate chat;
    KERF_CHECK(addFiles(folder, chat));
    const fs::path config = folder / "tokenizer_config.json";
    std::error_code ignored;
    if (chat.templates.empty() && fs::exists(config, ignored)) {
        KERF_TRY(const std::string text, readTextFile(config, kMaxFile));
        KERF_TRY(const Json json, parseJson(text, config.string()));
        const auto value = json.is_object() ? json.find("chat_template") : json.end();
        if (value != json.end() && !value->is_null())
            KERF_CHECK(addValue(*value, config.string(), chat));
    }
    if (chat.templates.empty())
        return noTemplate(folder.string());
    for (const auto& [name, token] : readSpecialTokens(folder))
        chat.variables[name] = token;
    return checkDefault(chat).map([&] { return std::move(chat); });
}

Result<ChatTemplate> ggufChatTemplate(const Json& metadata, const std::string& file)
{
    ChatTemplate chat;
    chat.file = file;
    for (const auto& [key, value] : metadata.items()) {
        const std::string_view name = std::string_view(key).substr(std::min(key.size(), kGgufKey.size()));
        if (key.starts_with(kGgufKey) && value.is_string() && (name.empty() || name.starts_with('.')))
            chat.templates[std::string(name.empty() ? kDefault : name.substr(1))] = value.get<std::string>();
    }
    if (chat.templates.empty())
        return noTemplate(file);
    const auto tokens = metadata.find("tokenizer.ggml.tokens");
    for (const auto& [theirs, ours] : { std::pair { "bos", "bos" }, { "eos", "eos" }, { "unknown", "unk" },
             { "padding", "pad" }, { "seperator", "sep" }, { "cls", "cls" }, { "mask", "mask" } }) {
        const auto found = metadata.find(fmt::format("tokenizer.ggml.{}_token_id", theirs));
        const auto id = found == metadata.end() ? std::nullopt : asCount(*found);
        if (id && tokens != metadata.end() && *id < static_cast<std::int64_t>(tokens->size()))
            chat.variables[fmt::format("{}_token", ours)] = (*tokens)[static_cast<std::size_t>(*id)];
    }
    return checkDefault(chat).map([&] { return std::move(chat); });
}

} // namespace kerf::core
