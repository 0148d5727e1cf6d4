// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/tiktoken_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "core/text/base64.h"
#include "core/text/byte_level.h"
#include "core/text/gguf_splits.h"
#include "core/text/vocabulary.h"

namespace kerf::core {
namespace {

/// The published ones have at most 128 bytes. Each cut of each token is looked up, which bounds the work for a file.
constexpr std::size_t kMaxTokenBytes = 512;
constexpr std::size_t kMaxFile = 32u * 1024 * 1024;
constexpr std::size_t kMaxGap = 65536; ///< ids between the last token and a special one

/// "$" is the end of the text alone: \z here.
constexpr std::string_view kCl100kPattern
    = "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++\\z|"
      "\\s*[\\r\\n]|\\s+(?!\\S)|\\s";
constexpr std::string_view kO200kPattern
    = "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
      "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
/// Kimi's "&&[^\p{Han}]" in a class is a look ahead here: PCRE2 10.42 has no intersection of classes.
constexpr std::string_view kKimiPattern = "\\p{Han}+|"
                                          "[^\\r\\n\\p{L}\\p{N}]?(?:(?!\\p{Han})[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}])*"
                                          "(?:(?!\\p{Han})[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}])+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
                                          "[^\\r\\n\\p{L}\\p{N}]?(?:(?!\\p{Han})[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}])+"
                                          "(?:(?!\\p{Han})[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}])*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
                                          "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

using Specials = std::map<std::size_t, std::string>; ///< by id

Specials llama3Specials(std::size_t first)
{
    return { { first, "<|begin_of_text|>" }, { first + 1, "<|end_of_text|>" }, { first + 6, "<|start_header_id|>" },
        { first + 7, "<|end_header_id|>" }, { first + 9, "<|eot_id|>" } };
}

Specials qwenSpecials(std::size_t first)
{
    Specials specials { { first, "<|endoftext|>" }, { first + 1, "<|im_start|>" }, { first + 2, "<|im_end|>" } };
    for (std::size_t extra = 0; extra < 205; ++extra)
        specials[first + 3 + extra] = fmt::format("<|extra_{}|>", extra);
    return specials;
}

/// A published vocabulary, known by its number of tokens.
struct Published {
    std::size_t tokens;
    std::string_view pattern; ///< empty: GPT-2's, which ByteLevel has itself
    Specials (*specials)(std::size_t first) = nullptr; ///< those that it has without tokenizer_config.json
    std::string_view begin {}; ///< what its own class puts before a text
    bool composes = false; ///< texts are taken in normal form C
};
constexpr std::array kPublished { Published { 50256, "" }, Published { 100256, kCl100kPattern },
    Published { 128000, kLlama3Pattern, &llama3Specials, "<|begin_of_text|>" },
    Published { 151643, kQwen2Pattern, &qwenSpecials, "", true }, Published { 163584, kKimiPattern },
    Published { 199998, kO200kPattern } };
constexpr Published kUsual { 0, kLlama3Pattern };

using Ranks = std::unordered_map<std::string, std::size_t>;

std::string_view withoutReturn(std::string_view line)
{
    return line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0));
}

/// "aGk= 42": the bytes and the rank; nullopt where a line is something else.
std::optional<std::pair<std::string, std::size_t>> parseLine(std::string_view line)
{
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space == 0)
        return std::nullopt;
    auto token = decodeBase64(line.substr(0, space));
    const std::string_view digits = line.substr(space + 1);
    std::size_t rank = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rank);
    if (!token || token->empty() || error != std::errc() || end != digits.data() + digits.size() || rank >= kMaxPieces)
        return std::nullopt;
    return std::pair(std::move(*token), rank);
}

class TiktokenReader {
public:
    TiktokenReader(std::string file, const Json& settings)
        : m_file(std::move(file))
        , m_settings(settings)
    {
    }

    Result<TiktokenFile> read(std::string_view bytes)
    {
        if (bytes.size() > kMaxFile)
            return error(fmt::format("has {} bytes; a vocabulary of at most {} can be read", bytes.size(), kMaxFile));
        KERF_CHECK(readRanks(bytes));
        const auto found = std::ranges::find(kPublished, m_ranks.size(), &Published::tokens);
        const Published& published = found == kPublished.end() ? kUsual : *found;
        if (found == kPublished.end())
            note(fmt::format("holds {} tokens, a number that no known vocabulary has, and no rule for cutting a text: "
                             "it is cut as transformers does, like Llama 3's",
                m_ranks.size()));
        KERF_TRY(Json added, addedTokens(published));
        Json json { { "version", "1.0" }, { "added_tokens", std::move(added) }, { "model", model() },
            { "pre_tokenizer", preTokenizer(published) }, { "decoder", { { "type", "ByteLevel" } } } };
        if (published.composes)
            json["normalizer"] = { { "type", "NFC" } };
        if (!published.begin.empty())
            json["post_processor"] = beginsWith(std::string(published.begin));
        return TiktokenFile { std::move(json), std::move(m_notes) };
    }

private:
    tl::unexpected<Error> error(const std::string& text) const
    {
        return fail(ErrorCode::BadFile, m_file + ": " + text);
    }
    void note(const std::string& text) { m_notes.push_back(fmt::format("{}: {}.", m_file, text)); }

    Status readRanks(std::string_view bytes)
    {
        std::vector<bool> taken;
        for (std::size_t begin = 0, number = 1; begin < bytes.size(); ++number) {
            const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
            const std::string_view line = withoutReturn(bytes.substr(begin, end - begin));
            begin = end + 1;
            if (line.empty())
                continue;
            auto parsed = parseLine(line);
            if (!parsed)
                return error(fmt::format("line {} is not a token in base64 and its rank", number));
            auto& [token, rank] = *parsed;
            if (token.size() > kMaxTokenBytes)
                return error(fmt::format(
                    "the token of line {} has {} bytes; at most {} can be read", number, token.size(), kMaxTokenBytes));
            if (rank >= taken.size())
                taken.resize(rank + 1);
            if (taken[rank] || !m_ranks.emplace(std::move(token), rank).second)
                return error(fmt::format("line {} has a token or a rank for the second time", number));
            taken[rank] = true;
        }
        for (int byte = 0; byte < 256; ++byte)
            if (!m_ranks.contains(std::string(1, static_cast<char>(byte))))
                return error(fmt::format("has no token for the byte {:#04x}, so not every text can be cut", byte));
        m_end = taken.size();
        return {};
    }

    /// Every way to make a token of two, with the rank of what they make: tiktoken joins the neighbours that make the
    /// token of the lowest rank, whichever two they are.
    Json model() const
    {
        struct Joint {
            std::size_t rank;
            std::string_view left, right;
        };
        std::vector<Joint> joints;
        Json vocabulary = Json::object();
        for (const auto& [token, rank] : m_ranks) {
            vocabulary[bytesToAlphabet(token)] = rank;
            const std::string_view whole = token;
            for (std::size_t cut = 1; cut < whole.size(); ++cut)
                if (m_ranks.contains(token.substr(0, cut)) && m_ranks.contains(token.substr(cut)))
                    joints.push_back({ rank, whole.substr(0, cut), whole.substr(cut) });
        }
        std::ranges::sort(joints,
            [](const Joint& a, const Joint& b) { return std::pair(a.rank, a.left) < std::pair(b.rank, b.left); });
        Json merges = Json::array(), ranks = Json::array();
        for (const Joint& joint : joints) {
            merges.push_back({ bytesToAlphabet(joint.left), bytesToAlphabet(joint.right) });
            ranks.push_back(joint.rank);
        }
        return { { "type", "BPE" }, { "vocab", std::move(vocabulary) }, { "merges", std::move(merges) },
            { "merge_ranks", std::move(ranks) }, { "ignore_merges", true } };
    }

    static Json preTokenizer(const Published& published)
    {
        const bool ownRule = !published.pattern.empty();
        const Json bytes { { "type", "ByteLevel" }, { "add_prefix_space", false }, { "use_regex", !ownRule } };
        if (!ownRule)
            return bytes;
        return { { "type", "Sequence" },
            { "pretokenizers",
                { Json { { "type", "Split" }, { "pattern", { { "Regex", published.pattern } } },
                      { "behavior", "Isolated" } },
                    bytes } } };
    }

    Specials namedSpecials(const Published& published)
    {
        Specials named = published.specials ? published.specials(m_end) : Specials();
        const auto decoder = m_settings.find("added_tokens_decoder");
        if (decoder == m_settings.end() || !decoder->is_object() || decoder->empty()) {
            if (named.empty())
                note("its special tokens are not known: tokenizer_config.json has no added_tokens_decoder");
            return named;
        }
        named.clear();
        for (const auto& [key, value] : decoder->items()) {
            std::size_t id = 0;
            const auto [end, problem] = std::from_chars(key.data(), key.data() + key.size(), id);
            const auto content = value.is_object() ? value.find("content") : value.end();
            if (problem == std::errc() && end == key.data() + key.size() && id >= m_end && value.is_object()
                && content != value.end() && content->is_string())
                named[id] = content->get<std::string>();
        }
        return named;
    }

    /// Those behind the vocabulary; ids between them get the name that transformers gives them.
    Result<Json> addedTokens(const Published& published)
    {
        const Specials named = namedSpecials(published);
        m_specials.clear();
        if (named.empty())
            return Json::array();
        if (named.rbegin()->first >= m_end + kMaxGap)
            return error(fmt::format("has {} tokens, but tokenizer_config.json has a special one with the id {}",
                m_ranks.size(), named.rbegin()->first));
        Json added = Json::array();
        for (std::size_t id = m_end; id <= named.rbegin()->first; ++id) {
            const auto found = named.find(id);
            const std::string content = found != named.end() ? found->second : fmt::format("<|reserved_token_{}|>", id);
            m_specials.emplace(content, id);
            added.push_back({ { "id", id }, { "content", content }, { "special", true }, { "normalized", false } });
        }
        return added;
    }

    Json beginsWith(const std::string& token) const
    {
        const auto found = m_specials.find(token);
        if (found == m_specials.end())
            return nullptr;
        const Json single { { { "SpecialToken", { { "id", token }, { "type_id", 0 } } } },
            { { "Sequence", { { "id", "A" }, { "type_id", 0 } } } } };
        return { { "type", "TemplateProcessing" }, { "single", single }, { "pair", single },
            { "special_tokens",
                { { token,
                    { { "id", token }, { "ids", Json::array({ found->second }) },
                        { "tokens", Json::array({ token }) } } } } } };
    }

    std::string m_file;
    const Json& m_settings;
    Ranks m_ranks;
    std::size_t m_end = 0; ///< the first id behind all ranks
    std::map<std::string, std::size_t> m_specials; ///< ids by text
    std::vector<std::string> m_notes;
};

} // namespace

bool isTiktoken(std::string_view bytes)
{
    return parseLine(withoutReturn(bytes.substr(0, std::min(bytes.find('\n'), kMaxTokenBytes * 2)))).has_value();
}

Result<TiktokenFile> readTiktoken(std::string_view bytes, const std::string& file, const Json& settings)
{
    return TiktokenReader(file, settings).read(bytes);
}

} // namespace kerf::core
