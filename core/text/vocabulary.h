// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// Hash that lets a map of strings be searched by a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <class Value> using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// The pieces that a model cuts words into, and their ids.
using Vocabulary = TextMap<TokenId>;

/// Ids below this are accepted: four times the largest vocabulary that is allowed, so tables by id stay small.
inline constexpr std::int64_t kMaxTokenId = 16'777'215;
inline constexpr std::size_t kMaxPieces = 4'000'000;

/// The "vocab" of a model: an object of pieces and ids. Errors: BadFile, naming the piece that is wrong: an id that is
/// no number or belongs to two, a piece of more than `maxBytes` bytes.
Result<Vocabulary> loadVocabulary(const TokenizerPart& part, std::size_t maxBytes);

} // namespace kerf::core
