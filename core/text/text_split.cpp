// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/text_split.h"

#include <map>
#include <string_view>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/character_class.h"

namespace kerf::core {
namespace {

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

void append(const TextPiece& piece, std::size_t begin, std::size_t end, std::vector<TextPiece>& out)
{
    if (end > begin)
        out.push_back({ piece.text.substr(begin, end - begin), piece.first && begin == 0 });
}

void appendParts(
    const TextPiece& piece, const std::vector<Part>& parts, SplitBehavior behavior, std::vector<TextPiece>& out)
{
    for (const Part& part : joined(parts, behavior))
        append(piece, part.begin, part.end, out);
}

/// Calls take(codePoint, begin, end) for every character.
template <class Take> void forEachCharacter(std::string_view text, const Take& take)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = characterLength(text[at]);
        take(length == 1 ? static_cast<unsigned char>(text[at]) : firstCodePoint(text.substr(at, length)), at,
            at + length);
        at += length;
    }
}

} // namespace

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

Status splitAtPattern(
    const TextPiece& piece, const Regex& pattern, SplitBehavior behavior, bool invert, std::vector<TextPiece>& out)
{
    KERF_TRY(const std::vector<Regex::Match> matches, pattern.findAll(piece.text));
    appendParts(piece, allParts(piece.text, matches, invert), behavior, out);
    return {};
}

void splitAtCharacters(const TextPiece& piece, const std::function<bool(std::uint32_t)>& isMatch,
    SplitBehavior behavior, std::vector<TextPiece>& out)
{
    std::vector<Part> parts;
    forEachCharacter(piece.text, [&](std::uint32_t codePoint, std::size_t begin, std::size_t end) {
        const bool matched = isMatch(codePoint);
        if (!matched && !parts.empty() && !parts.back().matched)
            parts.back().end = end;
        else
            parts.push_back({ begin, end, matched });
    });
    appendParts(piece, parts, behavior, out);
}

void splitWords(const TextPiece& piece, std::vector<TextPiece>& out)
{
    enum class Kind { Space, Word, Sign };
    Kind last = Kind::Space;
    std::size_t start = 0;
    const std::string_view text = piece.text;
    forEachCharacter(text, [&](std::uint32_t codePoint, std::size_t begin, std::size_t end) {
        const Kind kind = isSpace(codePoint)                  ? Kind::Space
            : startsWithWord(text.substr(begin, end - begin)) ? Kind::Word
                                                              : Kind::Sign;
        if (kind != last) {
            if (last != Kind::Space)
                append(piece, start, begin, out);
            start = begin;
        }
        last = kind;
    });
    if (last != Kind::Space)
        append(piece, start, text.size(), out);
}

void splitScripts(const TextPiece& piece, std::vector<TextPiece>& out)
{
    ScriptId last = kAnyScript;
    std::size_t start = piece.text.size();
    forEachCharacter(piece.text, [&](std::uint32_t codePoint, std::size_t begin, std::size_t) {
        const ScriptId script = scriptOf(codePoint);
        if (script == kAnyScript || script == last)
            return;
        append(piece, start, begin, out);
        start = begin;
        last = script;
    });
    append(piece, start, piece.text.size(), out);
}

void splitLengths(const TextPiece& piece, std::int64_t length, std::vector<TextPiece>& out)
{
    std::int64_t count = 0;
    std::size_t start = 0;
    forEachCharacter(piece.text, [&](std::uint32_t, std::size_t, std::size_t end) {
        if (++count < length)
            return;
        append(piece, start, end, out);
        start = end;
        count = 0;
    });
    append(piece, start, piece.text.size(), out);
}

} // namespace kerf::core
