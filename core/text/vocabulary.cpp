// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/vocabulary.h"

#include <optional>
#include <unordered_set>

#include <fmt/format.h>

namespace kerf::core {

Result<Vocabulary> loadVocabulary(const TokenizerPart& part, std::size_t maxBytes)
{
    const Json* pieces = part.find("vocab");
    if (!pieces || !pieces->is_object())
        return part.error("\"vocab\" is missing or not an object of pieces and ids");
    if (pieces->size() > kMaxPieces)
        return part.error(fmt::format("\"vocab\" has {} pieces; at most {} are allowed", pieces->size(), kMaxPieces));
    Vocabulary vocabulary;
    std::unordered_set<TokenId> ids;
    vocabulary.reserve(pieces->size());
    ids.reserve(pieces->size());
    for (const auto& [piece, value] : pieces->items()) {
        const std::optional<std::int64_t> id = asCount(value);
        if (!id || *id > kMaxTokenId)
            return part.error(
                fmt::format("the id of \"{}\" is not a whole number from 0 to {}", piece.substr(0, 100), kMaxTokenId));
        if (piece.size() > maxBytes)
            return part.error(fmt::format("a piece has {} bytes; at most {} are allowed", piece.size(), maxBytes));
        if (!ids.insert(static_cast<TokenId>(*id)).second)
            return part.error(fmt::format("the id {} belongs to two pieces, one is \"{}\"", *id, piece.substr(0, 100)));
        vocabulary.emplace(piece, static_cast<TokenId>(*id));
    }
    return vocabulary;
}

} // namespace kerf::core
