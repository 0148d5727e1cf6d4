// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/unigram.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"
#include "core/text/byte_pieces.h"
#include "core/text/piece_trie.h"

namespace kerf::core {
namespace {

/// The longest piece: each place of a word is looked at for as many bytes at most.
constexpr std::size_t kMaxPieceBytes = 4096;
constexpr double kUnknownPenalty = 10;

class UnigramModel final : public TokenModel {
public:
    Status load(const TokenizerPart& part)
    {
        KERF_CHECK(loadPieces(part));
        if (part.find("unk_id")) {
            KERF_TRY(const std::int64_t id, part.count("unk_id"));
            if (id >= static_cast<std::int64_t>(m_scores.size()))
                return part.error(fmt::format("unk_id is {}, but there are {} pieces", id, m_scores.size()));
            m_unknown = static_cast<TokenId>(id);
        }
        KERF_TRY(const bool byteFallback, part.flag("byte_fallback", false));
        if (byteFallback)
            m_bytes = BytePieces(m_vocabulary);
        return buildTrie(part);
    }

    Status encode(std::string_view word, std::vector<TokenId>& out) const override
    {
        std::vector<Node> ends(word.size() + 1);
        for (std::size_t at = 0; at < word.size(); at += characterLength(word[at]))
            KERF_CHECK(extend(word, at, ends));
        std::vector<Segment> path;
        for (std::size_t end = word.size(); end > 0;) {
            const Node& node = ends[end];
            const auto begin = static_cast<std::size_t>(node.begin);
            // Unknown neighbours are one, and so is the piece for unknown text where it is spelled out.
            if (!path.empty() && node.id == m_unknown && path.back().id == m_unknown)
                path.back().begin = begin;
            else
                path.push_back({ begin, end, node.id });
            end = begin;
        }
        for (auto segment = path.rbegin(); segment != path.rend(); ++segment)
            appendSegment(word.substr(segment->begin, segment->end - segment->begin), segment->id, out);
        return {};
    }

private:
    /// The best way to cut a word up to a byte.
    struct Node {
        double score = 0;
        std::int64_t begin = -1; ///< of the last piece; -1 when no way is known yet
        TokenId id = PieceTrie::kNone; ///< of the last piece
    };
    struct Segment {
        std::size_t begin;
        std::size_t end;
        TokenId id;
    };

    Status loadPieces(const TokenizerPart& part)
    {
        KERF_TRY(const Json* pieces, part.list("vocab"));
        if (pieces->size() > kMaxPieces)
            return part.error(
                fmt::format("\"vocab\" has {} pieces; at most {} are allowed", pieces->size(), kMaxPieces));
        m_lowest = std::numeric_limits<double>::infinity();
        for (const Json& entry : *pieces) {
            const std::size_t id = m_scores.size();
            if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
                return part.error(fmt::format("entry {} of \"vocab\" is not a piece and its score", id));
            const auto& piece = entry[0].get_ref<const std::string&>();
            if (piece.size() > kMaxPieceBytes)
                return part.error(
                    fmt::format("piece {} has {} bytes; at most {} are allowed", id, piece.size(), kMaxPieceBytes));
            m_scores.push_back(entry[1].get<double>());
            m_lowest = std::min(m_lowest, m_scores.back());
            const auto [known, isNew] = m_vocabulary.emplace(piece, static_cast<TokenId>(id));
            if (!isNew)
                m_shadowed.emplace_back(std::exchange(known->second, static_cast<TokenId>(id)), piece);
        }
        return {};
    }

    /// The pieces that texts are cut into: all but those of the ids in "unused", a key of Kerf's own.
    Status buildTrie(const TokenizerPart& part)
    {
        Vocabulary pieces = m_vocabulary;
        if (part.find("unused")) {
            KERF_TRY(const Json* unused, part.list("unused"));
            std::unordered_set<std::int64_t> ids;
            for (const Json& id : *unused)
                ids.insert(asCount(id).value_or(-1));
            std::erase_if(pieces, [&](const auto& piece) { return ids.contains(piece.second); });
        }
        m_trie = PieceTrie(pieces);
        return {};
    }

    /// Tries every piece that starts at a place.
    Status extend(std::string_view word, std::size_t at, std::vector<Node>& ends) const
    {
        const double before = ends[at].score;
        const auto offer = [&](std::size_t end, double score, TokenId id) {
            Node& node = ends[end];
            if (node.begin < 0 || score > node.score)
                node = { score, static_cast<std::int64_t>(at), id };
        };
        const std::size_t single = at + characterLength(word[at]);
        bool hasSingle = false;
        std::int32_t trieNode = PieceTrie::kRoot;
        for (std::size_t end = at; end < word.size();) {
            trieNode = m_trie.step(trieNode, word[end++]);
            if (trieNode == PieceTrie::kNone)
                break;
            const TokenId id = m_trie.id(trieNode);
            if (id == PieceTrie::kNone)
                continue;
            offer(end, m_scores[static_cast<std::size_t>(id)] + before, id);
            hasSingle = hasSingle || end == single;
        }
        if (hasSingle)
            return {};
        if (!m_unknown && ends[single].begin < 0)
            return unknownWord(word.substr(at));
        if (m_unknown)
            offer(single, m_lowest - kUnknownPenalty + before, *m_unknown);
        return {};
    }

    void appendSegment(std::string_view text, TokenId id, std::vector<TokenId>& out) const
    {
        if (id != m_unknown)
            return out.push_back(id);
        // Several unknown characters may be a piece together, which scores less than they do.
        if (const auto known = m_vocabulary.find(text); known != m_vocabulary.end())
            return out.push_back(known->second);
        if (!m_bytes.append(text, out))
            out.push_back(id);
    }

    std::vector<double> m_scores; ///< by id
    double m_lowest = 0;
    PieceTrie m_trie;
    BytePieces m_bytes;
    std::optional<TokenId> m_unknown;
};

} // namespace

Result<TokenModelPtr> loadUnigramModel(const TokenizerPart& part)
{
    const auto model = std::make_shared<UnigramModel>();
    KERF_CHECK(model->load(part));
    return model;
}

} // namespace kerf::core
