// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/vocabulary.h"

namespace kerf::core {

/// The "model" of a tokenizer.json: how a word becomes the ids of pieces. Immutable, thread-safe.
class TokenModel {
public:
    virtual ~TokenModel() = default;
    /// BPE, Unigram, WordPiece or WordLevel, by its "type"; files of the first releases have none, and are known by
    /// their keys. Errors: BadFile, naming the piece or setting that is wrong, or the type that is not supported.
    static Result<std::shared_ptr<const TokenModel>> load(const Json& json, const std::string& place);

    const Vocabulary& vocabulary() const { return m_vocabulary; }
    /// Ids whose piece has a later id too: they are decoded, but no text gets them.
    const std::vector<std::pair<TokenId, std::string>>& shadowed() const { return m_shadowed; }

    /// Appends the ids of one word. @pre valid UTF-8, not empty. Errors: InvalidArgument (the word is unknown, and the
    /// vocabulary has no piece for what is).
    virtual Status encode(std::string_view word, std::vector<TokenId>& out) const = 0;
    /// Whether the ids of a word are those of its two parts, whatever stands further away. @pre neither side is empty
    virtual bool isSeparable(std::string_view before, std::string_view behind) const;

protected:
    TokenModel() = default;
    TokenModel(const TokenModel&) = default;
    TokenModel& operator=(const TokenModel&) = default;
    TokenModel(TokenModel&&) = default;
    TokenModel& operator=(TokenModel&&) = default;

    Vocabulary m_vocabulary;
    std::vector<std::pair<TokenId, std::string>> m_shadowed;
};

using TokenModelPtr = std::shared_ptr<const TokenModel>;

/// What encode() says of a word that no piece stands for.
tl::unexpected<Error> unknownWord(std::string_view word);

} // namespace kerf::core
