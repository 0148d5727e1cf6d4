// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/byte_pieces.h"
#include "core/text/token_model.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// Byte-pair encoding (Sennrich et al. 2016): the pair of neighbours with the earliest merge is joined, leftmost first,
/// until no merge applies.
class BytePairModel final : public TokenModel {
public:
    /// Reads the "model" of a tokenizer.json. A key of Kerf's own, "merge_ranks", lets merges share a rank: pieces of
    /// SentencePiece whose scores are equal. Errors: BadFile, naming the piece or merge that is wrong.
    static Result<BytePairModel> load(const TokenizerPart& part);

    /// Time O(n log n) in the length of the word.
    Status encode(std::string_view word, std::vector<TokenId>& out) const override;
    /// No merge joins a left part that ends with the one character to a right part that starts with the other, and
    /// both characters are in the vocabulary.
    bool isSeparable(std::string_view before, std::string_view behind) const override;

private:
    struct Merge {
        std::int32_t rank;
        TokenId id;
    };
    struct PairHash {
        std::size_t operator()(std::uint64_t key) const;
    };

    Status loadMerges(const TokenizerPart& part);
    Status loadFallbacks(const TokenizerPart& part);
    /// No merge joins the last character of the one to the first of the other.
    bool isJointFree(std::string_view before, std::string_view behind) const;
    void appendMerged(std::string_view part, std::vector<TokenId>& out) const;
    std::vector<TokenId> initialSymbols(std::string_view piece) const;
    const Merge* findMerge(TokenId left, TokenId right) const;
    void mergeAll(std::vector<TokenId>& symbols) const;

    std::unordered_map<std::uint64_t, Merge, PairHash> m_merges;
    /// The characters on both sides of the joint of every merge.
    std::unordered_set<std::uint64_t, PairHash> m_joints;
    BytePieces m_bytes; ///< none without byte fallback
    std::optional<TokenId> m_unknown;
    bool m_fuseUnknown = false;
    bool m_ignoreMerges = false;
    std::string m_subwordPrefix;
    std::string m_wordSuffix;
};

Result<TokenModelPtr> loadBytePairModel(const TokenizerPart& part);

} // namespace kerf::core
