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
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// Hash that lets a map of strings be searched by a view.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <class Value> using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

/// Ids below this are accepted: four times the largest vocabulary that is allowed, so tables by id stay small.
inline constexpr std::int64_t kMaxTokenId = 16'777'215;

/// Byte-pair encoding (Sennrich et al. 2016): the pair of neighbours with the earliest merge is joined, leftmost first,
/// until no merge applies.
class BytePairModel {
public:
    /// Reads the "model" of a tokenizer.json. A key of Kerf's own, "merge_ranks", lets merges share a rank: pieces of
    /// SentencePiece whose scores are equal. Errors: BadFile, naming the piece or merge that is wrong.
    static Result<BytePairModel> load(const Json& json, const std::string& place);

    const TextMap<TokenId>& vocabulary() const { return m_vocabulary; }
    /// Appends the ids of one piece. Time O(n log n) in its length.
    void encode(std::string_view piece, std::vector<TokenId>& out) const;
    /// Whether no merge can ever join what stands on both sides of a place inside a piece, so that the ids of the
    /// piece are those of its two parts: both characters are in the vocabulary, and no merge joins a left part that
    /// ends with the one to a right part that starts with the other. @pre neither side is empty
    bool isSeparable(std::string_view before, std::string_view behind) const;

private:
    struct Merge {
        std::int32_t rank;
        TokenId id;
    };
    struct PairHash {
        std::size_t operator()(std::uint64_t key) const;
    };

    Status loadVocabulary(const TokenizerPart& part);
    Status loadMerges(const TokenizerPart& part);
    Status loadFallbacks(const TokenizerPart& part);
    std::vector<TokenId> initialSymbols(std::string_view piece) const;
    const Merge* findMerge(TokenId left, TokenId right) const;
    void mergeAll(std::vector<TokenId>& symbols) const;

    TextMap<TokenId> m_vocabulary;
    std::unordered_map<std::uint64_t, Merge, PairHash> m_merges;
    /// The characters on both sides of the joint of every merge.
    std::unordered_set<std::uint64_t, PairHash> m_joints;
    std::vector<std::optional<TokenId>> m_byteIds; ///< of <0x00> … <0xFF>; empty without byte fallback
    std::optional<TokenId> m_unknown;
    bool m_fuseUnknown = false;
    bool m_ignoreMerges = false;
    std::string m_subwordPrefix;
    std::string m_wordSuffix;
};

} // namespace kerf::core
