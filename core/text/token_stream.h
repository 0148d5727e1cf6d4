// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_impl.h"

namespace kerf::core {

/// Tokenizes a text that comes in parts, with the ids of the whole text and memory that does not grow with it.
///
/// A stretch of text is cut into words, and again from a place some kilobytes before its end. Where both agree to the
/// last word, the tokenizer has the same state at that place whether it comes from before or starts there, so what
/// stands before the place is final: splitting, normalizing and looking for added tokens go from left to right, and no
/// rule looks further ahead than those kilobytes. A place inside a word must also be one that no merge reaches across.
/// A text that has no such place (one word of megabytes) is kept until it has.
class TokenStream {
public:
    /// `addSpecialTokens`: as Tokenizer::encode, once for the whole text.
    TokenStream(Tokenizer tokenizer, bool addSpecialTokens);

    /// Takes the next bytes, which may end inside a character, and appends the ids that are final. Errors: as
    /// Tokenizer::encode; a byte that is not UTF-8 is named by its place in the whole text.
    Status push(std::string_view text, std::vector<TokenId>& ids);
    /// The end of the text: appends the rest of its ids.
    Status finish(std::vector<TokenId>& ids);
    /// Behind finish(): another text follows, without special tokens before and behind it.
    void restart();

    /// Of the text since its start, those whose ids were given.
    std::int64_t finalBytes() const { return m_before; }

    /// What a tokenizer puts around texts.
    static const PostProcessor& postProcessorOf(const Tokenizer& tokenizer) { return tokenizer.m_impl->postProcessor; }

private:
    void start(std::vector<TokenId>& ids);
    Status takeUtf8(std::string_view text);
    Status drain(std::vector<TokenId>& ids);
    /// Encodes what stands before a place that it finds; gives whether there was one.
    Result<bool> cut(std::vector<TokenId>& ids);
    /// Whether `items`, the items of the pending text, are final before a place; then they are encoded.
    Result<bool> cutAt(std::size_t place, const std::vector<TextItem>& items, std::vector<TokenId>& ids);

    Tokenizer m_tokenizer;
    bool m_addSpecial;
    bool m_started = false;
    TextPlace m_place = TextPlace::Start;
    std::string m_pending; ///< text whose ids are not known yet, and perhaps the start of a character
    std::size_t m_valid = 0; ///< bytes of it that are known to be whole characters
    std::size_t m_wanted; ///< bytes that are worth another try to cut
    std::int64_t m_before = 0; ///< bytes of the text before m_pending
    WordCache m_cache;
};

} // namespace kerf::core
