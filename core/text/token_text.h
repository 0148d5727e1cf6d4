// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/tokenizer.h"

namespace kerf::core {

/// What each token adds to a text, as tokens come: together the parts are what decoding all of them at once gives. A
/// character that several tokens spell (byte-level vocabularies) is added by the last of them; those before add
/// nothing. Each token costs the decoding of the few since the last whole character.
class TokenSpeller {
public:
    explicit TokenSpeller(const Tokenizer& tokenizer)
        : m_tokenizer(tokenizer)
    {
    }

    std::string add(TokenId id);
    /// What the last tokens left unfinished: U+FFFD where their bytes spell no character.
    std::string finish();

private:
    std::string added() const;

    Tokenizer m_tokenizer;
    /// The last tokens that were spelled together, and the unfinished ones behind them: some decoders drop the space
    /// at a text's start, others take bytes side by side as one run, so that none is decoded alone.
    std::vector<TokenId> m_recent;
    std::size_t m_before = 0; ///< of them, that are spelled
};

/// The text of every token of one window. What is unfinished at its end stands with the last.
std::vector<std::string> tokenTexts(const Tokenizer& tokenizer, std::span<const TokenId> ids);

/// The text of a token by itself, as it stands inside a text: " the" with its space. Bytes that are no whole character
/// are written as <0xE2>.
std::string tokenText(const Tokenizer& tokenizer, TokenId id);

/// For a person, in one line: spaces at the start and end as "␣", line ends as "↵", tabs as "⇥".
std::string visibleText(std::string_view text);

/// What kind of text a token stands for, by its first character that is no white space, and by what is before it.
enum class TokenClass {
    WordStart, ///< a letter, behind a space or anything else that is no word
    WordPart, ///< a letter, right behind a word: "ions" of "rations"
    Number, ///< a digit
    Punctuation, ///< any other character
    Space, ///< nothing but white space
    Other, ///< special tokens, and parts of a character
};
inline constexpr int kTokenClasses = 6;
const char* tokenClassName(TokenClass kind); ///< "word start", "word part", "number", "punctuation", "space", "other"

/// The class of every token of a window, whose texts tokenTexts() gave.
std::vector<TokenClass> tokenClasses(
    const Tokenizer& tokenizer, std::span<const TokenId> ids, const std::vector<std::string>& texts);

/// Whether a token is no text but a sign to the model, as the end of a text is.
bool isSpecialToken(const Tokenizer& tokenizer, TokenId id);

} // namespace kerf::core
