// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/gguf_vocabulary.h"
#include "core/text/chat_template.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/json.h"
#include "core/text/gguf_splits.h"
#include "core/text/tokenizer.h"

namespace kerf::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFile = std::size_t { 256 } << 20;

const Json& member(const Json& object, const char* key)
{
    static const Json null;
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() ? *found : null;
}

std::string textOf(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : std::string();
}

/// The JSON of a small file that need not be there.
Json optionalJson(const fs::path& path)
{
    std::error_code ignored;
    if (!fs::exists(path, ignored))
        return nullptr;
    const auto text = readTextFile(path, kMaxFile);
    auto json = text ? parseJson(*text, path.string()) : Result<Json>(tl::unexpected(text.error()));
    return json ? std::move(*json) : Json();
}

/// The steps of a pre-tokenizer, sequences laid open.
void collectSteps(const Json& step, std::vector<const Json*>& steps)
{
    if (textOf(member(step, "type")) == "Sequence")
        for (const Json& inner : member(step, "pretokenizers"))
            collectSteps(inner, steps);
    else if (!step.is_null())
        steps.push_back(&step);
}

class Builder {
public:
    Builder(fs::path folder, std::int64_t tokens)
        : m_folder(std::move(folder))
        , m_count(static_cast<std::size_t>(tokens))
    {
    }

    Result<GgufVocabulary> build()
    {
        const fs::path path = m_folder / "tokenizer.json";
        KERF_TRY(const std::string text, readTextFile(path, kMaxFile));
        KERF_TRY(m_json, parseJson(text, path.string()));
        m_settings = optionalJson(m_folder / "tokenizer_config.json");
        m_model = &member(m_json, "model");
        KERF_TRY(const Tokenizer tokenizer, Tokenizer::open(m_folder)); // whose errors say what is wrong with the file
        KERF_CHECK(addTokens(tokenizer));
        std::vector<const Json*> steps;
        collectSteps(member(m_json, "pre_tokenizer"), steps);
        const bool isByteLevel
            = std::ranges::any_of(steps, [](const Json* step) { return textOf(member(*step, "type")) == "ByteLevel"; });
        if (isByteLevel)
            KERF_CHECK(addByteLevel(steps));
        else
            KERF_CHECK(addSentencePiece(steps));
        KERF_CHECK(addSpecials(tokenizer));
        if (const auto chat = readChatTemplate(m_folder))
            m_made.chatTemplate = chat->templates.at("default");
        return std::move(m_made);
    }

private:
    tl::unexpected<Error> cannot(const std::string& what) const
    {
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {}, which llama.cpp has no tokenizer for.", (m_folder / "tokenizer.json").string(), what));
    }

    Status addTokens(const Tokenizer& tokenizer)
    {
        if (static_cast<std::size_t>(tokenizer.vocabularySize()) > m_count)
            return cannot(fmt::format("{} tokens for a model of {}", tokenizer.vocabularySize(), m_count));
        const bool hasBytes = member(*m_model, "byte_fallback") == true;
        m_made.tokens.resize(m_count);
        m_made.types.assign(m_count, kUnused);
        for (std::size_t id = 0; id < m_count; ++id) {
            const std::string& piece = tokenizer.piece(static_cast<TokenId>(id));
            const bool isByte = hasBytes && piece.size() == 6 && piece.starts_with("<0x") && piece.ends_with(">");
            if (!piece.empty())
                m_made.types[id] = isByte ? kByte : kNormal;
            m_made.tokens[id] = piece.empty() ? fmt::format("[PAD{}]", id) : piece;
            m_ids.emplace(m_made.tokens[id], id);
        }
        for (const Json& added : member(m_json, "added_tokens"))
            markAdded(textOf(member(added, "content")), member(added, "special") == true);
        for (const auto& [id, added] : member(m_settings, "added_tokens_decoder").items())
            markAdded(textOf(member(added, "content")), member(added, "special") == true);
        m_made.unknown = idOf(textOf(member(*m_model, "unk_token")));
        if (m_made.unknown)
            m_made.types[*m_made.unknown] = kUnknown;
        return {};
    }

    void markAdded(const std::string& content, bool special)
    {
        if (const auto id = idOf(content))
            m_made.types[*id] = special ? kControl : kUserDefined;
    }

    std::optional<std::uint32_t> idOf(const std::string& token) const
    {
        const auto found = m_ids.find(token);
        return found == m_ids.end() ? std::nullopt : std::optional(static_cast<std::uint32_t>(found->second));
    }

    Status addByteLevel(const std::vector<const Json*>& steps)
    {
        std::string pattern;
        bool singleDigits = false;
        for (const Json* step : steps) {
            const std::string type = textOf(member(*step, "type"));
            if (type == "Digits" && member(*step, "individual_digits") == true)
                singleDigits = true;
            else if (type == "Split" && textOf(member(*step, "behavior")) == "Isolated" && pattern.empty())
                pattern = textOf(member(member(*step, "pattern"), "Regex"));
            else if (type != "ByteLevel" || member(*step, "add_prefix_space") == true)
                return cannot(fmt::format("texts are cut by {} with settings of its own", type));
        }
        const bool takesWhole = member(*m_model, "ignore_merges") == true;
        const auto cutsAlike
            = [&](const GgufSplit& known) { return known.pattern == pattern && known.singleDigits == singleDigits; };
        auto split = std::ranges::find_if(
            kGgufSplits, [&](const GgufSplit& known) { return cutsAlike(known) && known.ignoreMerges == takesWhole; });
        if (split == kGgufSplits.end())
            split = std::ranges::find_if(kGgufSplits, cutsAlike);
        if (split == kGgufSplits.end())
            return cannot("texts are cut by a pattern of its own");
        if (!member(m_json, "normalizer").is_null())
            m_made.notes.push_back(
                "The tokenizer normalizes texts first, which llama.cpp does not: accented letters that "
                "are written as two characters are cut otherwise.");
        if (takesWhole != split->ignoreMerges)
            m_made.notes.push_back(fmt::format("llama.cpp takes words that are tokens {}, this tokenizer {}: few texts "
                                               "are cut otherwise.",
                split->ignoreMerges ? "whole" : "by their merges", split->ignoreMerges ? "merges them" : "whole"));
        m_made.model = "gpt2";
        m_made.pre = split->pre;
        for (const Json& merge : member(*m_model, "merges"))
            m_made.merges.push_back(merge.is_string()
                    ? merge.get<std::string>()
                    : fmt::format("{} {}", merge.at(0).get<std::string>(), merge.at(1).get<std::string>()));
        return {};
    }

    /// Whether a space is put before a text: by the normalizer's Prepend or Metaspace.
    Result<bool> findSpacePrefix(const std::vector<const Json*>& steps) const
    {
        bool replaces = false, prepends = false;
        const Json& normalizer = member(m_json, "normalizer");
        Json inner = textOf(member(normalizer, "type")) == "Sequence" ? member(normalizer, "normalizers")
            : normalizer.is_null()                                    ? Json::array()
                                                                      : Json::array({ normalizer });
        for (const Json& step : inner) {
            const std::string type = textOf(member(step, "type"));
            if (type == "Prepend" && textOf(member(step, "prepend")) == kPieceSpace)
                prepends = true;
            else if (type == "Replace" && textOf(member(member(step, "pattern"), "String")) == " "
                && textOf(member(step, "content")) == kPieceSpace)
                replaces = true;
            else
                return cannot(fmt::format("texts are normalized by {}", type));
        }
        for (const Json* step : steps) {
            // Where the normalizer has left no space, nothing is cut at one (Gemma).
            if (replaces && textOf(member(*step, "type")) == "Split"
                && textOf(member(member(*step, "pattern"), "String")) == " ")
                continue;
            if (textOf(member(*step, "type")) != "Metaspace" || member(*step, "split") == true)
                return cannot(fmt::format("texts are cut by {}", textOf(member(*step, "type"))));
            replaces = true;
            prepends = prepends || textOf(member(*step, "prepend_scheme")) != "never";
        }
        if (!replaces)
            return cannot("spaces are kept as they are");
        return prepends;
    }

    Status addSentencePiece(const std::vector<const Json*>& steps)
    {
        if (member(*m_model, "byte_fallback") != true)
            return cannot("its BPE is neither byte-level nor falls back to bytes");
        KERF_TRY(m_made.addSpacePrefix, findSpacePrefix(steps));
        m_made.model = "llama";
        m_made.pre = "default";
        if (std::ranges::count(m_made.types, static_cast<std::int32_t>(kByte)) < 256)
            m_made.notes.push_back(
                "The vocabulary has no token for every byte: llama.cpp fails on texts with characters that "
                "it does not hold, where this tokenizer gives its unknown token.");
        m_made.scores.assign(m_count, 0.0F);
        std::set<std::size_t> scored;
        std::size_t several = 0;
        float rank = 0;
        for (const Json& merge : member(*m_model, "merges")) {
            const std::string whole = merge.is_string()
                ? merge.get<std::string>()
                : merge.at(0).get<std::string>() + " " + merge.at(1).get<std::string>();
            std::string joined = whole;
            joined.erase(joined.find(' '), 1);
            const auto id = idOf(joined);
            rank -= 1;
            if (!id)
                continue;
            if (scored.insert(*id).second)
                m_made.scores[*id] = rank;
            else
                ++several;
        }
        if (several > 0)
            m_made.notes.push_back(
                fmt::format("{} tokens can be joined from different parts, at different times in "
                            "tokenizer.json and at one time in llama.cpp: few texts are cut otherwise.",
                    several));
        return {};
    }

    /// A special token by its name in tokenizer_config.json, which writes it as a text or as an object.
    std::optional<std::uint32_t> named(const char* key) const
    {
        const Json& value = member(m_settings, key);
        return idOf(value.is_object() ? textOf(member(value, "content")) : textOf(value));
    }

    /// What every text gets before and behind it, asked of the tokenizer itself.
    Status addSpecials(const Tokenizer& tokenizer)
    {
        KERF_TRY(const std::vector<TokenId> with, tokenizer.encode("a", true));
        KERF_TRY(const std::vector<TokenId> without, tokenizer.encode("a", false));
        const auto at = std::search(with.begin(), with.end(), without.begin(), without.end()) - with.begin();
        const auto behind = static_cast<std::ptrdiff_t>(with.size() - without.size()) - at;
        m_made.begin = named("bos_token");
        m_made.end = named("eos_token");
        m_made.padding = named("pad_token");
        if (const auto unknown = named("unk_token"); unknown && !m_made.unknown)
            m_made.unknown = unknown;
        if (at > 1 || behind > 1)
            return cannot("several tokens are put before or behind a text");
        m_made.addBegin = at == 1;
        m_made.addEnd = behind == 1;
        if (m_made.addBegin)
            m_made.begin = static_cast<std::uint32_t>(with.front());
        if (m_made.addEnd)
            m_made.end = static_cast<std::uint32_t>(with.back());
        return {};
    }

    fs::path m_folder;
    std::size_t m_count;
    Json m_json, m_settings;
    const Json* m_model = nullptr;
    std::map<std::string, std::size_t> m_ids;
    GgufVocabulary m_made;
};

} // namespace

Result<GgufVocabulary> ggufVocabulary(const fs::path& folder, std::int64_t tokens)
{
    return Builder(folder, tokens).build();
}

} // namespace kerf::core
