// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/companion_tokens.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxFile = 64u * 1024 * 1024;
constexpr const char* kConfig = "tokenizer_config.json";
constexpr const char* kAdded = "added_tokens.json";
constexpr const char* kSpecial = "special_tokens_map.json";
constexpr const char* kListed = "additional_special_tokens";
constexpr std::string_view kNamedTokens[]
    = { "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token" };
/// Classes whose constructor writes the post-processor anew from add_bos_token.
constexpr std::string_view kRebuilders[] = { "LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer",
    "CodeLlamaTokenizerFast", "GemmaTokenizer", "GemmaTokenizerFast", "CohereTokenizerFast" };

bool flag(const Json& object, const char* key, bool fallback)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : fallback;
}

/// A token written as a string or as an object with a "content".
std::optional<CompanionToken> tokenOf(const Json& value, bool special, const char* file)
{
    CompanionToken token;
    token.file = file;
    token.special = special;
    if (value.is_string()) {
        token.content = value.get<std::string>();
    } else {
        const auto content = value.is_object() ? value.find("content") : value.end();
        if (!value.is_object() || content == value.end() || !content->is_string())
            return std::nullopt;
        token.content = content->get<std::string>();
        token.special = special || flag(value, "special", false);
        token.singleWord = flag(value, "single_word", false);
        token.leftStrip = flag(value, "lstrip", false);
        token.rightStrip = flag(value, "rstrip", false);
    }
    token.normalized = value.is_object() ? flag(value, "normalized", !token.special) : !token.special;
    return token.content.empty() ? std::nullopt : std::optional(token);
}

class Companions {
public:
    explicit Companions(const std::filesystem::path& folder)
        : m_folder(folder)
    {
    }

    CompanionTokens read() &&
    {
        const Json config = object(kConfig);
        if (nameSpecials(config))
            addDecoder(config["added_tokens_decoder"]);
        else
            addLegacy(object(kAdded));
        addSpecials();
        const std::string type = config.value("tokenizer_class", Json()).is_string() ? config["tokenizer_class"] : "";
        if (std::ranges::find(kRebuilders, type) != std::end(kRebuilders))
            if (const auto first = config.find("add_bos_token"); first != config.end() && first->is_boolean())
                m_result.startsWithSpecial = first->get<bool>();
        return std::move(m_result);
    }

    std::map<std::string, std::string> specials() &&
    {
        nameSpecials(object(kConfig));
        std::map<std::string, std::string> named;
        for (const std::string_view key : kNamedTokens)
            if (const auto found = m_specials.find(std::string(key)); found != m_specials.end())
                named[found->first] = found->second.front().content;
        return named;
    }

private:
    /// Those of tokenizer_config.json and, where that lists no tokens by id, special_tokens_map.json; gives whether it
    /// lists them.
    bool nameSpecials(const Json& config)
    {
        const auto listed = config.find("added_tokens_decoder");
        const bool decoder = listed != config.end() && listed->is_object();
        nameSpecials(config, kConfig);
        if (!decoder)
            nameSpecials(object(kSpecial), kSpecial);
        return decoder;
    }

    Json object(const char* name)
    {
        std::error_code ignored;
        const std::filesystem::path path = m_folder / name;
        if (!std::filesystem::exists(path, ignored))
            return Json::object();
        const auto text = readTextFile(path, kMaxFile);
        const auto json = text ? parseJson(*text, path.string()) : tl::unexpected(text.error());
        if (json && json->is_object())
            return *json;
        m_result.notes.push_back(fmt::format("{}; tokens that it may add are not known.",
            json ? path.string() + ": is not a JSON object" : json.error().message));
        return Json::object();
    }

    void nameSpecials(const Json& file, const char* name)
    {
        const auto take = [&](std::string_view key, const Json& value) {
            if (const auto token = tokenOf(value, true, name))
                m_specials.emplace(key, std::vector<CompanionToken>()).first->second.push_back(*token);
        };
        for (const std::string_view key : kNamedTokens) {
            const auto found = file.find(key);
            if (found == file.end() || found->is_null())
                continue;
            m_specials.erase(std::string(key)); // special_tokens_map.json has the last word
            take(key, *found);
        }
        if (const auto list = file.find(kListed); list != file.end() && list->is_array())
            for (const Json& item : *list)
                take(kListed, item);
    }

    void addDecoder(const Json& decoder)
    {
        std::map<std::int64_t, const Json*> byId;
        for (const auto& [key, value] : decoder.items()) {
            std::int64_t id = 0;
            const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
            if (error == std::errc() && end == key.data() + key.size() && id >= 0)
                byId[id] = &value;
            else
                note(fmt::format("{}: added_tokens_decoder has the key \"{}\", which is not an id", kConfig, key));
        }
        for (const auto& [id, value] : byId)
            add(tokenOf(*value, false, kConfig), id, kConfig);
    }

    void addLegacy(const Json& added)
    {
        std::map<std::int64_t, std::string> byId;
        for (const auto& [content, value] : added.items()) {
            const std::optional<std::int64_t> id = asCount(value);
            if (id)
                byId[*id] = content;
            else
                note(fmt::format("{}: the id of \"{}\" is not a whole number", kAdded, content));
        }
        const auto isSpecial = [&](const std::string& content) {
            return std::ranges::any_of(m_specials, [&](const auto& entry) {
                return std::ranges::any_of(
                    entry.second, [&](const CompanionToken& token) { return token.content == content; });
            });
        };
        for (const auto& [id, content] : byId)
            add(tokenOf(Json(content), isSpecial(content), kAdded), id, kAdded);
    }

    void add(std::optional<CompanionToken> token, std::int64_t id, const char* file)
    {
        if (!token)
            return note(fmt::format("{}: the added token {} has no \"content\"", file, id));
        token->id = id;
        m_result.tokens.push_back(std::move(*token));
    }

    void addSpecials()
    {
        std::set<std::string> named;
        for (const CompanionToken& token : m_result.tokens)
            named.insert(token.content);
        const auto take = [&](std::string_view key) {
            const auto found = m_specials.find(std::string(key));
            if (found == m_specials.end())
                return;
            for (CompanionToken& token : found->second)
                if (named.insert(token.content).second) {
                    token.onlyWhenMissing = true;
                    m_result.tokens.push_back(token);
                }
        };
        std::ranges::for_each(kNamedTokens, take);
        take(kListed);
    }

    void note(const std::string& problem)
    {
        m_result.notes.push_back(fmt::format("{}/{}; it is ignored.", m_folder.string(), problem));
    }

    std::filesystem::path m_folder;
    std::map<std::string, std::vector<CompanionToken>> m_specials; ///< by the attribute that names them
    CompanionTokens m_result;
};

} // namespace

CompanionTokens readCompanionTokens(const std::filesystem::path& folder)
{
    return Companions(folder).read();
}

std::map<std::string, std::string> readSpecialTokens(const std::filesystem::path& folder)
{
    return Companions(folder).specials();
}

} // namespace kerf::core
