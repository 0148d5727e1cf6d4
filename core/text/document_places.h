// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/text/tokenizer.h"

namespace kerf::core {

/// Which document each token of a text begins in that several documents were joined to. A document is a file of plain
/// text, or one record of any other file. Its first byte is known, and how many bytes the tokens so far were made of;
/// between two such places each token counts as many bytes as it adds to the decoded text. Where decoding gives the
/// text back (byte-level and SentencePiece vocabularies) that is exact, elsewhere (lower case, accents taken off) the
/// tokens share the bytes of their stretch in proportion, which may be a few tokens off.
class DocumentPlaces {
public:
    explicit DocumentPlaces(const Tokenizer& tokenizer)
        : m_tokenizer(tokenizer)
    {
    }

    /// Another document begins behind the bytes that were added.
    void begin() { m_starts.push_back(m_bytes); }
    void addBytes(std::int64_t count) { m_bytes += count; }
    /// Appends the document of each token of the next stretch, from 0 in the order of begin(). `bytes`: of the text,
    /// that the tokens so far were made of. @pre begin() was called
    void addTokens(std::span<const TokenId> ids, std::int64_t bytes, std::vector<std::int32_t>& documents);
    /// The same of tokens that stand for no text, as the special ones before and behind it.
    void addSpecial(std::size_t count, std::vector<std::int32_t>& documents) const;
    std::int64_t bytes() const { return m_bytes; } ///< of the text, so far

private:
    /// Bytes of text before each of the ids, from the first of them, and behind the last. `before`: the token before.
    std::vector<std::int64_t> offsetsOf(std::span<const TokenId> ids, std::optional<TokenId> before) const;

    Tokenizer m_tokenizer;
    std::vector<std::int64_t> m_starts; ///< first byte of each document
    std::int64_t m_bytes = 0;
    std::int64_t m_done = 0; ///< bytes whose tokens are known
    std::size_t m_document = 0; ///< of the last token
    std::optional<TokenId> m_last; ///< of the stretch before: some decoders drop a space at a text's start
};

} // namespace kerf::core
