// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/token_text.h"

#include <array>

#include <fmt/format.h>
#include <utf8proc.h>

#include "core/base/unicode.h"
#include "core/text/byte_level.h"

namespace kerf::core {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
/// Tokens that are waited for: a character has four bytes at most, and some tokens add nothing.
constexpr std::size_t kMostParts = 8;

bool isDigit(std::string_view text)
{
    return utf8proc_category(static_cast<utf8proc_int32_t>(firstCodePoint(text))) == UTF8PROC_CATEGORY_ND;
}

/// The bytes of a piece that decodes to no text of its own; those that are no character written as <0xE2>.
std::string spelledBytes(const std::string& piece)
{
    const std::string bytes = alphabetToBytes(piece);
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t bad = findInvalidUtf8(std::string_view(bytes).substr(at)).value_or(bytes.size() - at);
        out += bytes.substr(at, bad);
        at += bad;
        if (at < bytes.size())
            out += fmt::format("<0x{:02X}>", static_cast<unsigned char>(bytes[at++]));
    }
    return out;
}

TokenClass classOf(std::string_view text, bool behindWord)
{
    const std::size_t space = leadingSpace(text);
    if (space == text.size())
        return TokenClass::Space;
    const std::string_view rest = text.substr(space);
    if (isDigit(rest))
        return TokenClass::Number;
    if (!startsWithWord(rest))
        return TokenClass::Punctuation;
    return space == 0 && behindWord ? TokenClass::WordPart : TokenClass::WordStart;
}

} // namespace

std::string TokenSpeller::added() const
{
    const std::string before = m_tokenizer.decode(std::span(m_recent).first(m_before));
    std::string all = m_tokenizer.decode(m_recent);
    return all.size() > before.size() ? all.substr(before.size()) : std::string();
}

std::string TokenSpeller::add(TokenId id)
{
    m_recent.push_back(id);
    std::string text = added();
    const bool isUnfinished = text.empty() || text.ends_with(kReplacement);
    if (isUnfinished && m_recent.size() - m_before < kMostParts)
        return {}; // the next token may finish the character
    m_recent.erase(m_recent.begin(), m_recent.begin() + static_cast<std::ptrdiff_t>(m_before));
    m_before = m_recent.size();
    return text;
}

std::string TokenSpeller::finish()
{
    std::string text = added();
    m_before = m_recent.size();
    return text;
}

std::vector<std::string> tokenTexts(const Tokenizer& tokenizer, std::span<const TokenId> ids)
{
    TokenSpeller speller(tokenizer);
    std::vector<std::string> texts;
    texts.reserve(ids.size());
    for (const TokenId id : ids)
        texts.push_back(speller.add(id));
    if (!texts.empty())
        texts.back() += speller.finish();
    return texts;
}

std::string tokenText(const Tokenizer& tokenizer, TokenId id)
{
    // Behind itself a token is not at the start of a text, where some decoders drop its space.
    const std::array<TokenId, 2> twice { id, id };
    const std::string once = tokenizer.decode(std::span(twice).first(1));
    const std::string both = tokenizer.decode(twice);
    std::string text = both.size() > once.size() ? both.substr(once.size()) : once;
    if (text.find(kReplacement) == std::string::npos)
        return text;
    return spelledBytes(tokenizer.piece(id));
}

std::string visibleText(std::string_view text)
{
    const std::size_t leading = leadingSpace(text);
    const std::size_t trailing = text.size() - trailingSpace(text);
    std::string out;
    std::size_t at = 0;
    for (const std::string_view character : characters(text)) {
        const bool outside = at < leading || at >= trailing;
        if (character == "\n" || character == "\r")
            out += "↵";
        else if (character == "\t")
            out += "⇥";
        else if (character == " " && outside)
            out += "␣";
        else
            out += character;
        at += character.size();
    }
    return out;
}

const char* tokenClassName(TokenClass kind)
{
    static constexpr std::array<const char*, kTokenClasses> kNames { "word start", "word part", "number", "punctuation",
        "space", "other" };
    return kNames[static_cast<std::size_t>(kind)];
}

std::vector<TokenClass> tokenClasses(
    const Tokenizer& tokenizer, std::span<const TokenId> ids, const std::vector<std::string>& texts)
{
    std::vector<TokenClass> classes;
    classes.reserve(ids.size());
    bool behindWord = false;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const bool isText = !texts[i].empty() && !isSpecialToken(tokenizer, ids[i]);
        classes.push_back(isText ? classOf(texts[i], behindWord) : TokenClass::Other);
        if (!texts[i].empty())
            behindWord = isText && endsWithWord(texts[i]);
    }
    return classes;
}

bool isSpecialToken(const Tokenizer& tokenizer, TokenId id)
{
    const std::span<const TokenId> one(&id, 1);
    return tokenizer.decode(one, true).empty() && !tokenizer.decode(one, false).empty();
}

} // namespace kerf::core
