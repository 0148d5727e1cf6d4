// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/pre_tokenizer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/byte_level.h"
#include "core/text/metaspace.h"

namespace kerf::core {
namespace {

/// Where the text that a pattern matched goes.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

struct Part {
    std::size_t begin;
    std::size_t end;
    bool matched;
};

/// The text cut into matched parts and those between them.
std::vector<Part> allParts(std::string_view text, const std::vector<Regex::Match>& matches, bool invert)
{
    std::vector<Part> parts;
    std::size_t done = 0;
    for (const Regex::Match& match : matches) {
        if (match.begin > done)
            parts.push_back({ done, match.begin, invert });
        parts.push_back({ match.begin, match.end, !invert });
        done = match.end;
    }
    if (done < text.size())
        parts.push_back({ done, text.size(), invert });
    return parts;
}

/// Joins neighbours as the behaviour says; `Removed` drops matched parts.
std::vector<Part> joined(const std::vector<Part>& parts, SplitBehavior behavior)
{
    std::vector<Part> result;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Part& part = parts[i];
        const bool previousMatched = i > 0 && parts[i - 1].matched;
        bool join = false;
        if (behavior == SplitBehavior::Removed && part.matched)
            continue;
        if (behavior == SplitBehavior::MergedWithPrevious)
            join = part.matched && !previousMatched;
        else if (behavior == SplitBehavior::Contiguous)
            join = part.matched == previousMatched;
        else if (behavior == SplitBehavior::MergedWithNext)
            join = previousMatched && !part.matched;
        if (join && !result.empty())
            result.back().end = part.end;
        else
            result.push_back(part);
    }
    return result;
}

Status splitInto(
    const TextPiece& piece, const Regex& pattern, SplitBehavior behavior, bool invert, std::vector<TextPiece>& out)
{
    KERF_TRY(const std::vector<Regex::Match> matches, pattern.findAll(piece.text));
    for (const Part& part : joined(allParts(piece.text, matches, invert), behavior)) {
        if (part.end > part.begin)
            out.push_back({ piece.text.substr(part.begin, part.end - part.begin), piece.first && part.begin == 0 });
    }
    return {};
}

Result<SplitBehavior> splitBehavior(const TokenizerPart& part)
{
    static const std::map<std::string, SplitBehavior> names { { "Removed", SplitBehavior::Removed },
        { "Isolated", SplitBehavior::Isolated }, { "MergedWithPrevious", SplitBehavior::MergedWithPrevious },
        { "MergedWithNext", SplitBehavior::MergedWithNext }, { "Contiguous", SplitBehavior::Contiguous } };
    KERF_TRY(const std::string name, part.text("behavior"));
    const auto found = names.find(name);
    if (found == names.end())
        return part.error(fmt::format("the Split behavior \"{}\" is unknown", name));
    return found->second;
}

/// The split of GPT-2, which ByteLevel applies by itself unless use_regex is false.
Result<Regex> gpt2Pattern()
{
    return Regex::compile("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");
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
    if (type == "ByteLevel")
        return addByteLevel(part);
    if (type == "Metaspace")
        return addMetaspace(part);
    if (type == "Split" || type == "Digits")
        return addSplit(part);
    if (type != "Sequence")
        return part.error(fmt::format("the pre-tokenizer \"{}\" is not supported", type));
    KERF_TRY(const Json* list, part.list("pretokenizers"));
    for (const Json& item : *list)
        KERF_CHECK(add(TokenizerPart(item, part.place())));
    return {};
}

Status PreTokenizer::addByteLevel(const TokenizerPart& part)
{
    KERF_TRY(const bool prefixSpace, part.flag("add_prefix_space", true));
    KERF_TRY(const bool useRegex, part.flag("use_regex", true));
    if (prefixSpace) {
        m_steps.emplace_back([](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
            const bool wanted = !piece.continued && !piece.text.starts_with(' ');
            out.push_back({ (wanted ? " " : "") + piece.text, piece.first, piece.continued });
            return {};
        });
    }
    if (useRegex) {
        KERF_TRY(const Regex pattern, gpt2Pattern());
        m_steps.emplace_back([pattern](const TextPiece& piece, std::vector<TextPiece>& out) {
            return splitInto(piece, pattern, SplitBehavior::Isolated, false, out);
        });
    }
    m_steps.emplace_back([](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
        out.push_back({ bytesToAlphabet(piece.text), piece.first, piece.continued });
        return {};
    });
    return {};
}

Status PreTokenizer::addMetaspace(const TokenizerPart& part)
{
    KERF_TRY(const Metaspace settings, Metaspace::load(part));
    KERF_TRY(const Regex space, Regex::compile(" "));
    KERF_TRY(const Regex replacement, Regex::compile(escapePattern(settings.replacement)));
    m_steps.emplace_back([settings, space, replacement](const TextPiece& piece, std::vector<TextPiece>& out) -> Status {
        KERF_TRY(std::string text, space.replaceAll(piece.text, settings.replacement));
        const bool wanted = settings.prepend == Metaspace::Prepend::Always
            || (settings.prepend == Metaspace::Prepend::First && piece.first);
        if (wanted && !piece.continued && !text.starts_with(settings.replacement))
            text = settings.replacement + text;
        const TextPiece marked { std::move(text), piece.first, piece.continued };
        if (settings.split)
            return splitInto(marked, replacement, SplitBehavior::MergedWithNext, false, out);
        out.push_back(marked);
        return {};
    });
    return {};
}

Status PreTokenizer::addSplit(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    SplitBehavior behavior = SplitBehavior::Isolated;
    bool invert = false;
    std::optional<Regex> pattern;
    if (type == "Digits") {
        KERF_TRY(const bool individual, part.flag("individual_digits", false));
        behavior = individual ? SplitBehavior::Isolated : SplitBehavior::Contiguous;
        KERF_TRY(pattern, Regex::compile("\\p{N}"));
    } else {
        KERF_TRY(behavior, splitBehavior(part));
        KERF_TRY(invert, part.flag("invert", false));
        KERF_TRY(pattern, part.pattern("pattern"));
    }
    m_steps.emplace_back([behavior, invert, regex = *pattern](const TextPiece& piece, std::vector<TextPiece>& out) {
        return splitInto(piece, regex, behavior, invert, out);
    });
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
