// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/companion_tokens.h"
#include "core/text/normalizer.h"
#include "core/text/vocabulary.h"

namespace kerf::core {

/// A text that becomes one token wherever it stands, before the model sees the rest.
struct AddedToken {
    TokenId id = 0;
    std::string content;
    bool special = false; ///< left out by decode(skipSpecialTokens)
    bool singleWord = false; ///< only when no word character touches it
    bool leftStrip = false; ///< takes the white space before it
    bool rightStrip = false; ///< takes the white space behind it
    bool normalized = false; ///< looked for in the normalized text

    bool operator==(const AddedToken&) const = default;
};

/// Finds added tokens in texts.
class AddedTokens {
public:
    /// A part of the text: an added token, or what lies between.
    struct Span {
        std::size_t begin;
        std::size_t end;
        std::optional<TokenId> id;
    };

    /// Reads "added_tokens", and adds the companions as the tokenizers library does: a known text keeps its id, others
    /// get the next one. An entry that stands there twice is taken once. Errors: BadFile (two that differ with one id
    /// or text; an id that the vocabulary gives to another).
    static Result<AddedTokens> load(const Json& file, const std::string& place, const Vocabulary& vocabulary,
        const Normalizer& normalizer, const std::vector<CompanionToken>& companions);

    const std::map<TokenId, AddedToken>& tokens() const { return m_tokens; }
    /// What the companions changed, one sentence a file; and ids that are others than a companion says.
    const std::vector<std::string>& notes() const { return m_notes; }
    /// Cuts a text at the tokens that are looked for in raw (or, when `normalized`, in normalized) text: leftmost,
    /// then longest match.
    std::vector<Span> split(std::string_view text, bool normalized) const;

private:
    /// Texts by their bytes.
    struct Trie {
        struct Node {
            std::map<char, std::size_t> children;
            const AddedToken* token = nullptr;
        };
        std::vector<Node> nodes { 1 };

        void insert(std::string_view text, const AddedToken* token);
        /// The longest text that starts at a place: its token and length.
        std::pair<const AddedToken*, std::size_t> longest(std::string_view text) const;
    };

    Status add(const TokenizerPart& part, const Vocabulary& vocabulary);
    Status addCompanions(
        const std::vector<CompanionToken>& companions, const TokenizerPart& whole, const Vocabulary& vocabulary);
    Status buildTries(const TokenizerPart& whole, const Vocabulary& vocabulary, const Normalizer& normalizer);

    std::map<TokenId, AddedToken> m_tokens; ///< nodes stay where they are, also when the object is moved
    std::array<Trie, 2> m_tries; ///< raw, normalized
    std::vector<std::string> m_notes;
};

} // namespace kerf::core
