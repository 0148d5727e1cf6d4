// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/gguf_tokenizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/unicode.h"
#include "core/text/base64.h"
#include "core/text/gguf_splits.h"

namespace kerf::core {
namespace {

class GgufTokenizerReader {
public:
    GgufTokenizerReader(const Json& metadata, std::string file)
        : m_metadata(metadata)
        , m_file(std::move(file))
    {
    }

    Result<GgufTokenizer> make()
    {
        const std::string model = text("model");
        if (model.empty())
            return error("has no tokenizer (tokenizer.ggml.model), so texts cannot be used");
        if (model != "llama" && model != "gpt2" && model != "t5")
            return error(
                fmt::format("has a tokenizer of the kind \"{}\"; gpt2, llama and t5 can be read", model.substr(0, 40)));
        KERF_CHECK(readTokens());
        Json json { { "version", "1.0" }, { "added_tokens", addedTokens() } };
        KERF_TRY(json["post_processor"], postProcessor(model));
        if (model == "llama")
            KERF_CHECK(addSentencePiece(json));
        else if (model == "t5")
            KERF_CHECK(addUnigram(json));
        else
            KERF_CHECK(addByteLevel(json));
        return GgufTokenizer { std::move(json), std::move(m_notes) };
    }

private:
    tl::unexpected<Error> error(const std::string& text) const
    {
        return fail(ErrorCode::BadFile, m_file + ": " + text);
    }

    const Json* find(std::string_view key) const
    {
        const auto found = m_metadata.find(fmt::format("tokenizer.ggml.{}", key));
        return found == m_metadata.end() ? nullptr : &*found;
    }
    std::string text(std::string_view key) const
    {
        const Json* value = find(key);
        return value && value->is_string() ? value->get<std::string>() : std::string();
    }
    bool flag(std::string_view key, bool fallback) const
    {
        const Json* value = find(key);
        return value && value->is_boolean() ? value->get<bool>() : fallback;
    }
    /// A special token by the key of its id.
    std::optional<std::size_t> token(std::string_view key) const
    {
        const Json* value = find(key);
        const auto id = value ? asCount(*value) : std::nullopt;
        return id && *id < static_cast<std::int64_t>(m_tokens.size()) ? std::optional(static_cast<std::size_t>(*id))
                                                                      : std::nullopt;
    }

    Status readTokens()
    {
        const Json* tokens = find("tokens");
        if (!tokens || !tokens->is_array() || tokens->empty() || !tokens->front().is_string())
            return error("tokenizer.ggml.tokens is no list of texts");
        for (const Json& token : *tokens) {
            m_tokens.push_back(token.get<std::string>());
            if (!m_ids.emplace(m_tokens.back(), m_tokens.size() - 1).second)
                return error(fmt::format("the token \"{}\" is there twice, as {} and {}",
                    m_tokens.back().substr(0, 100), m_ids.at(m_tokens.back()), m_tokens.size() - 1));
        }
        m_types.assign(m_tokens.size(), kNormal);
        const Json* types = find("token_type");
        if (!types)
            return {};
        if (!types->is_array() || types->size() != m_tokens.size())
            return error("tokenizer.ggml.token_type is no list of one number for each token");
        for (std::size_t i = 0; i < m_types.size(); ++i)
            m_types[i] = static_cast<int>(asCount((*types)[i]).value_or(kNormal));
        return {};
    }

    Json addedTokens() const
    {
        Json added = Json::array();
        for (std::size_t id = 0; id < m_tokens.size(); ++id)
            if (const int type = m_types[id]; type == kControl || type == kUserDefined || type == kUnknown)
                added.push_back(
                    { { "id", id }, { "content", m_tokens[id] }, { "single_word", false }, { "lstrip", false },
                        { "rstrip", false }, { "normalized", false }, { "special", type != kUserDefined } });
        return added;
    }

    Result<Json> postProcessor(const std::string& model) const
    {
        const bool begins = flag("add_bos_token", model == "llama"), ends = flag("add_eos_token", model == "t5");
        Json single = Json::array(), special = Json::object();
        const auto add = [&](std::string_view key) -> Status {
            const std::optional<std::size_t> id = token(key);
            if (!id)
                return error(fmt::format("tokenizer.ggml.{} is missing or no token, but every text gets it", key));
            const std::string& content = m_tokens[*id];
            single.push_back({ { "SpecialToken", { { "id", content }, { "type_id", 0 } } } });
            special[content] = { { "id", content }, { "ids", { *id } }, { "tokens", { content } } };
            return {};
        };
        if (begins)
            KERF_CHECK(add("bos_token_id"));
        single.push_back({ { "Sequence", { { "id", "A" }, { "type_id", 0 } } } });
        if (ends)
            KERF_CHECK(add("eos_token_id"));
        return Json { { "type", "TemplateProcessing" }, { "single", single }, { "pair", single },
            { "special_tokens", special } };
    }

    Json vocabulary() const
    {
        Json pieces = Json::object();
        for (std::size_t id = 0; id < m_tokens.size(); ++id)
            pieces.emplace(m_tokens[id], id);
        return pieces;
    }

    Status addByteLevel(Json& json) const
    {
        const std::string pre = text("pre");
        const auto split = std::ranges::find(kGgufSplits, pre, &GgufSplit::pre);
        if (split == kGgufSplits.end()) {
            std::vector<std::string_view> known;
            known.reserve(kGgufSplits.size());
            for (const GgufSplit& other : kGgufSplits)
                known.push_back(other.pre);
            return error(fmt::format("cuts texts as \"{}\" (tokenizer.ggml.pre); {} can be read", pre.substr(0, 40),
                fmt::join(known, ", ")));
        }
        const Json* merges = find("merges");
        if (!merges || !merges->is_array())
            return error("tokenizer.ggml.merges is missing");
        const bool ownSplit = !split->pattern.empty();
        Json steps = Json::array();
        if (split->singleDigits)
            steps.push_back({ { "type", "Digits" }, { "individual_digits", true } });
        if (ownSplit)
            steps.push_back({ { "type", "Split" }, { "pattern", { { "Regex", split->pattern } } },
                { "behavior", "Isolated" }, { "invert", false } });
        steps.push_back({ { "type", "ByteLevel" }, { "add_prefix_space", false }, { "trim_offsets", true },
            { "use_regex", !ownSplit } });
        json["pre_tokenizer"] = { { "type", "Sequence" }, { "pretokenizers", steps } };
        json["decoder"] = { { "type", "ByteLevel" }, { "add_prefix_space", true }, { "trim_offsets", true },
            { "use_regex", true } };
        json["model"] = { { "type", "BPE" }, { "vocab", vocabulary() }, { "merges", *merges },
            { "ignore_merges", split->ignoreMerges } };
        return {};
    }

    struct ScoredMerge {
        float score;
        std::size_t piece, left, right;
    };

    /// Of every piece all pairs of pieces that it can be made of: those of the highest score are joined first, leftmost
    /// first among equals (llama-vocab.cpp, llm_tokenizer_spm).
    std::vector<ScoredMerge> mergesOf(const std::vector<float>& scores) const
    {
        std::vector<ScoredMerge> merges;
        for (std::size_t id = 0; id < m_tokens.size(); ++id) {
            if (m_types[id] != kNormal && m_types[id] != kUserDefined)
                continue;
            const std::string_view piece = m_tokens[id];
            for (std::size_t at = characterLength(piece.empty() ? 'a' : piece[0]); at < piece.size();
                 at += characterLength(piece[at])) {
                const auto left = m_ids.find(std::string(piece.substr(0, at)));
                const auto right = m_ids.find(std::string(piece.substr(at)));
                if (left != m_ids.end() && right != m_ids.end())
                    merges.push_back({ scores[id], id, left->second, right->second });
            }
        }
        std::ranges::stable_sort(merges, std::ranges::greater(), &ScoredMerge::score);
        return merges;
    }

    Status addSentencePiece(Json& json)
    {
        KERF_TRY(const std::vector<float> scores, this->scores());
        Json merges = Json::array(), ranks = Json::array();
        std::optional<float> last;
        std::uint64_t rank = 0;
        for (const ScoredMerge& merge : mergesOf(scores)) {
            rank += !last || *last == merge.score ? 0 : 1;
            last = merge.score;
            merges.push_back({ m_tokens[merge.left], m_tokens[merge.right] });
            ranks.push_back(rank);
        }
        if (merges.size() > 1 && rank == 0)
            m_notes.push_back(
                "All pieces of the tokenizer have one score, so the file does not say in which order they "
                "are joined. Texts are cut as llama.cpp cuts them with this file, which may not be how "
                "the model was trained.");
        KERF_TRY(json["normalizer"], normalizer());
        json["decoder"] = spaceDecoder();
        json["model"] = { { "type", "BPE" }, { "vocab", vocabulary() }, { "merges", merges }, { "merge_ranks", ranks },
            { "byte_fallback", hasBytes() }, { "fuse_unk", true } };
        if (const std::optional<std::size_t> unknown = token("unknown_token_id"))
            json["model"]["unk_token"] = m_tokens[*unknown];
        return {};
    }

    /// SentencePiece's Unigram. Words are cut at spaces first, unless a piece reaches across one.
    Status addUnigram(Json& json) const
    {
        KERF_TRY(const std::vector<float> scores, this->scores());
        Json pieces = Json::array(), unused = Json::array();
        bool isCut = true;
        for (std::size_t id = 0; id < m_tokens.size(); ++id) {
            const bool isText = m_types[id] == kNormal || m_types[id] == kUserDefined;
            pieces.push_back({ m_tokens[id], isText ? scores[id] : 0.0F });
            if (!isText)
                unused.push_back(id);
            isCut = isCut && (!isText || m_tokens[id].find(kPieceSpace, 1) == std::string::npos);
        }
        KERF_TRY(json["normalizer"], normalizer());
        json["decoder"] = spaceDecoder();
        if (isCut)
            json["pre_tokenizer"] = { { "type", "Metaspace" }, { "replacement", kPieceSpace },
                { "prepend_scheme", "never" }, { "split", true } };
        json["model"]
            = { { "type", "Unigram" }, { "vocab", pieces }, { "unused", unused }, { "byte_fallback", hasBytes() } };
        if (const std::optional<std::size_t> unknown = token("unknown_token_id"))
            json["model"]["unk_id"] = *unknown;
        return {};
    }

    bool hasBytes() const { return std::ranges::find(m_types, kByte) != m_types.end(); }

    Result<std::vector<float>> scores() const
    {
        const Json* list = find("scores");
        if (!list || !list->is_array() || list->size() != m_tokens.size()
            || !std::ranges::all_of(*list, [](const Json& score) { return score.is_number(); }))
            return error("tokenizer.ggml.scores is no list of one number for each token");
        return list->get<std::vector<float>>();
    }

    /// What SentencePiece does with a text first: its map of characters, then spaces.
    Result<Json> normalizer() const
    {
        Json steps = Json::array();
        if (const Json* map = find("precompiled_charsmap"); map && !map->empty()) {
            std::string bytes;
            for (const Json& byte : *map) {
                const std::optional<std::int64_t> value = asCount(byte);
                if (!value || *value > 255)
                    return error("tokenizer.ggml.precompiled_charsmap is no list of bytes");
                bytes += static_cast<char>(*value);
            }
            steps.push_back({ { "type", "Precompiled" }, { "precompiled_charsmap", encodeBase64(bytes) },
                { "longest_match", true } });
        }
        const auto replace = [&](const char* kind, std::string_view pattern, std::string_view content) {
            steps.push_back({ { "type", "Replace" }, { "pattern", { { kind, pattern } } }, { "content", content } });
        };
        if (flag("remove_extra_whitespaces", false)) {
            replace("Regex", " {2,}", " ");
            steps.push_back({ { "type", "Strip" }, { "spaces_only", true } });
        }
        if (flag("add_space_prefix", true))
            steps.push_back({ { "type", "Prepend" }, { "prepend", kPieceSpace } });
        replace("String", " ", kPieceSpace);
        return Json { { "type", "Sequence" }, { "normalizers", steps } };
    }

    static Json spaceDecoder()
    {
        return { { "type", "Sequence" },
            { "decoders",
                { { { "type", "Replace" }, { "pattern", { { "String", kPieceSpace } } }, { "content", " " } },
                    { { "type", "ByteFallback" } }, { { "type", "Fuse" } },
                    { { "type", "Strip" }, { "content", " " }, { "start", 1U }, { "stop", 0U } } } } };
    }

    const Json& m_metadata;
    std::string m_file;
    std::vector<std::string> m_tokens;
    std::unordered_map<std::string, std::size_t> m_ids;
    std::vector<int> m_types;
    std::vector<std::string> m_notes;
};

} // namespace

Result<GgufTokenizer> ggufTokenizer(const Json& metadata, const std::string& file)
{
    return GgufTokenizerReader(metadata, file).make();
}

} // namespace kerf::core
