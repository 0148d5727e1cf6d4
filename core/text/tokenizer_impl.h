// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/text/added_tokens.h"
#include "core/text/normalizer.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_decoder.h"
#include "core/text/token_model.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// What a text is cut into before the model: an added token, or a word that the model cuts.
struct TextItem {
    std::string word;
    std::optional<TokenId> id {};

    bool operator==(const TextItem&) const = default;
};

/// Where a stretch of text stands: at the start of the whole, or right behind what was tokenized before.
enum class TextPlace { Start, Continued };

/// Ids of words that the model was asked for already: natural text repeats itself.
using WordCache = TextMap<std::vector<TokenId>>;

/// The parts of a tokenizer.json.
struct Tokenizer::Impl {
    std::string file;
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    TokenModelPtr model;
    AddedTokens added;
    PostProcessor postProcessor;
    TokenDecoder decoder;
    std::unordered_map<TokenId, std::string> pieces; ///< by id, added tokens too
    std::int64_t vocabularySize = 0;
    std::vector<std::string> notes;
    Result<ChatTemplate> chat;

    Status load(const Json& json, CompanionTokens companions);
    /// The items of a text, in order. @pre valid UTF-8. Errors: BadFile (a pattern exceeded its step limit).
    Result<std::vector<TextItem>> split(std::string_view text, TextPlace place) const;
    /// Appends the ids of an item. Errors: BadFile (a word that the vocabulary has no piece for).
    Status encode(const TextItem& item, WordCache& cache, std::vector<TokenId>& out) const;

private:
    tl::unexpected<Error> cannot(const Error& error) const;
    Status indexPieces();
    /// Appends the items of a text without added tokens of the raw kind.
    Status splitPart(TextPiece piece, std::vector<TextItem>& out) const;
    Status encodeWord(std::string_view word, WordCache& cache, std::vector<TokenId>& out) const;
};

} // namespace kerf::core
