// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/pre_tokenizer.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/byte_level.h"
#include "core/text/character_class.h"
#include "core/text/metaspace.h"
#include "core/text/text_split.h"

namespace kerf::core {
namespace {

using Step = PreTokenizer::Step;
using Steps = std::vector<Step>;

/// A step that needs no settings and cannot fail.
Step plainStep(void (*split)(const TextPiece&, std::vector<TextPiece>&))
{
    return [split](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
        split(piece, out);
        return {};
    };
}

Step characterStep(bool (*isMatch)(std::uint32_t), SplitBehavior behavior)
{
    return [isMatch, behavior](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
        splitAtCharacters(piece, isMatch, behavior, out);
        return {};
    };
}

Step patternStep(Regex pattern, SplitBehavior behavior, bool invert)
{
    return [pattern = std::move(pattern), behavior, invert](const TextPiece& piece, std::vector<TextPiece>& out) {
        return splitAtPattern(piece, pattern, behavior, invert, out);
    };
}

/// The split of GPT-2, which ByteLevel applies by itself unless use_regex is false.
Result<Regex> gpt2Pattern()
{
    return Regex::compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
}

void prefixSpace(const TextPiece& piece, std::vector<TextPiece>& out)
{
    const bool wanted = !piece.continued && !piece.text.starts_with(' ');
    out.push_back({ (wanted ? " " : "") + piece.text, piece.first, piece.continued });
}

void toAlphabet(const TextPiece& piece, std::vector<TextPiece>& out)
{
    out.push_back({ bytesToAlphabet(piece.text), piece.first, piece.continued });
}

Result<Steps> byteLevel(const TokenizerPart& part)
{
    KERF_TRY(const bool wantsSpace, part.flag("add_prefix_space", true));
    KERF_TRY(const bool useRegex, part.flag("use_regex", true));
    Steps steps;
    if (wantsSpace)
        steps.push_back(plainStep(prefixSpace));
    if (useRegex) {
        KERF_TRY(Regex pattern, gpt2Pattern());
        steps.push_back(patternStep(std::move(pattern), SplitBehavior::Isolated, false));
    }
    steps.push_back(plainStep(toAlphabet));
    return steps;
}

Result<Steps> metaspace(const TokenizerPart& part)
{
    KERF_TRY(const Metaspace settings, Metaspace::load(part));
    return Steps { [settings](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
        settings.apply(piece, out);
        return {};
    } };
}

Result<Steps> split(const TokenizerPart& part)
{
    KERF_TRY(const SplitBehavior behavior, splitBehavior(part));
    KERF_TRY(const bool invert, part.flag("invert", false));
    KERF_TRY(Regex pattern, part.pattern("pattern"));
    return Steps { patternStep(std::move(pattern), behavior, invert) };
}

Result<Steps> digits(const TokenizerPart& part)
{
    KERF_TRY(const bool individual, part.flag("individual_digits", false));
    return Steps { characterStep(isNumeric, individual ? SplitBehavior::Isolated : SplitBehavior::Contiguous) };
}

Result<Steps> punctuation(const TokenizerPart& part)
{
    SplitBehavior behavior = SplitBehavior::Isolated;
    if (part.find("behavior")) {
        KERF_TRY(behavior, splitBehavior(part));
    }
    return Steps { characterStep(isPunctuation, behavior) };
}

Result<Steps> bert(const TokenizerPart&)
{
    return Steps { characterStep(isSpace, SplitBehavior::Removed),
        characterStep(isPunctuation, SplitBehavior::Isolated) };
}

Result<Steps> whitespaceSplit(const TokenizerPart&)
{
    return Steps { characterStep(isSpace, SplitBehavior::Removed) };
}

Result<Steps> whitespace(const TokenizerPart&)
{
    return Steps { plainStep(splitWords) };
}

Result<Steps> unicodeScripts(const TokenizerPart&)
{
    return Steps { plainStep(splitScripts) };
}

Result<Steps> charDelimiter(const TokenizerPart& part)
{
    KERF_TRY(const std::string delimiter, part.text("delimiter"));
    if (characters(delimiter).size() != 1)
        return part.error(fmt::format("the delimiter \"{}\" is not one character", delimiter.substr(0, 100)));
    KERF_TRY(Regex pattern, Regex::compile(escapePattern(delimiter)));
    return Steps { patternStep(std::move(pattern), SplitBehavior::Removed, false) };
}

Result<Steps> fixedLength(const TokenizerPart& part)
{
    constexpr std::int64_t usual = 5;
    std::int64_t length = usual;
    if (part.find("length")) {
        KERF_TRY(length, part.count("length"));
    }
    if (length == 0)
        return part.error("\"length\" is 0; pieces need at least one character");
    return Steps { [length](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
        splitLengths(piece, length, out);
        return {};
    } };
}

using Loader = Result<Steps> (*)(const TokenizerPart&);
const std::map<std::string, Loader>& loaders()
{
    static const std::map<std::string, Loader> known { { "ByteLevel", byteLevel }, { "Metaspace", metaspace },
        { "Split", split }, { "Digits", digits }, { "Punctuation", punctuation }, { "BertPreTokenizer", bert },
        { "Whitespace", whitespace }, { "WhitespaceSplit", whitespaceSplit }, { "UnicodeScripts", unicodeScripts },
        { "CharDelimiterSplit", charDelimiter }, { "FixedLength", fixedLength } };
    return known;
}

} // namespace

Result<PreTokenizer> PreTokenizer::load(const Json& json, const std::string& place)
{
    PreTokenizer preTokenizer;
    if (!json.is_null())
        KERF_CHECK(preTokenizer.add(TokenizerPart(json, place)));
    return preTokenizer;
}

Status PreTokenizer::add(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    if (type == "Sequence") {
        KERF_TRY(const Json* list, part.list("pretokenizers"));
        for (const Json& item : *list)
            KERF_CHECK(add(TokenizerPart(item, part.place())));
        return {};
    }
    const auto loader = loaders().find(type);
    if (loader == loaders().end())
        return part.error(fmt::format("the pre-tokenizer \"{}\" is not supported", type));
    KERF_TRY(Steps steps, loader->second(part));
    m_steps.insert(m_steps.end(), steps.begin(), steps.end());
    return {};
}

Result<std::vector<TextPiece>> PreTokenizer::apply(TextPiece piece) const
{
    std::vector<TextPiece> pieces;
    if (!piece.text.empty())
        pieces.push_back(std::move(piece));
    for (const Step& step : m_steps) {
        std::vector<TextPiece> next;
        next.reserve(pieces.size());
        for (const TextPiece& item : pieces)
            KERF_CHECK(step(item, next));
        pieces = std::move(next);
    }
    return pieces;
}

} // namespace kerf::core
