// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/bpe.h"

#include <algorithm>
#include <queue>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMaxPieceBytes = 1024 * 1024;
constexpr std::size_t kLongWord = 256; ///< bytes
constexpr std::size_t kShortPart = 64; ///< likewise: shorter parts are not worth their own merging

std::uint64_t pairKey(TokenId left, TokenId right)
{
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) | static_cast<std::uint32_t>(right);
}

std::uint64_t jointKey(std::string_view before, std::string_view behind)
{
    return pairKey(static_cast<TokenId>(lastCodePoint(before)), static_cast<TokenId>(firstCodePoint(behind)));
}

/// The two pieces of a merge, written as "a b" or as ["a", "b"]; nullopt when it is neither.
std::optional<std::pair<std::string, std::string>> mergePieces(const Json& merge)
{
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
        return std::pair(merge[0].get<std::string>(), merge[1].get<std::string>());
    if (!merge.is_string())
        return std::nullopt;
    const auto& text = merge.get_ref<const std::string&>();
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
        return std::nullopt;
    return std::pair(text.substr(0, space), text.substr(space + 1));
}

} // namespace

std::size_t BytePairModel::PairHash::operator()(std::uint64_t key) const
{
    key = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15ull;
    return static_cast<std::size_t>(key ^ (key >> 29));
}

Result<BytePairModel> BytePairModel::load(const TokenizerPart& part)
{
    BytePairModel model;
    if (const Json* dropout = part.find("dropout"); dropout && *dropout != 0)
        return part.error("BPE with dropout gives random ids and is not supported; set \"dropout\" to null");
    KERF_TRY(model.m_ignoreMerges, part.flag("ignore_merges", false));
    KERF_TRY(model.m_fuseUnknown, part.flag("fuse_unk", false));
    if (part.find("continuing_subword_prefix")) {
        KERF_TRY(model.m_subwordPrefix, part.text("continuing_subword_prefix"));
    }
    if (part.find("end_of_word_suffix")) {
        KERF_TRY(model.m_wordSuffix, part.text("end_of_word_suffix"));
    }
    KERF_TRY(model.m_vocabulary, loadVocabulary(part, kMaxPieceBytes));
    KERF_CHECK(model.loadMerges(part));
    KERF_CHECK(model.loadFallbacks(part));
    return model;
}

Status BytePairModel::loadMerges(const TokenizerPart& part)
{
    KERF_TRY(const Json* merges, part.list("merges"));
    const Json* ranks = part.find("merge_ranks");
    if (ranks && (!ranks->is_array() || ranks->size() != merges->size()))
        return part.error("\"merge_ranks\" is not a list of one number for each merge");
    if (merges->size() > kMaxPieces)
        return part.error(fmt::format("\"merges\" has {} rows; at most {} are allowed", merges->size(), kMaxPieces));
    m_merges.reserve(merges->size());
    for (std::size_t i = 0; i < merges->size(); ++i) {
        const auto pieces = mergePieces((*merges)[i]);
        if (!pieces)
            return part.error(fmt::format("merge {} does not consist of two pieces", i));
        const std::string& left = pieces->first;
        const std::string& right = pieces->second;
        const auto leftId = m_vocabulary.find(left);
        const auto rightId = m_vocabulary.find(right);
        const bool continues = !m_subwordPrefix.empty() && right.starts_with(m_subwordPrefix);
        const auto joint = m_vocabulary.find(left + right.substr(continues ? m_subwordPrefix.size() : 0));
        const auto missing = [&](const std::string& piece) {
            return part.error(fmt::format("merge {} (\"{}\" and \"{}\") needs the piece \"{}\", which is not in the "
                                          "vocabulary",
                i, left.substr(0, 100), right.substr(0, 100), piece.substr(0, 200)));
        };
        if (leftId == m_vocabulary.end() || rightId == m_vocabulary.end())
            return missing(leftId == m_vocabulary.end() ? left : right);
        if (joint == m_vocabulary.end())
            return missing(left + right);
        const std::optional<std::int64_t> rank = ranks ? asCount((*ranks)[i]) : static_cast<std::int64_t>(i);
        if (!rank || *rank > static_cast<std::int64_t>(kMaxPieces))
            return part.error(fmt::format("the rank of merge {} is not a whole number", i));
        m_merges.insert_or_assign(
            pairKey(leftId->second, rightId->second), Merge { static_cast<std::int32_t>(*rank), joint->second });
        if (!left.empty() && !right.empty())
            m_joints.insert(jointKey(left, right));
    }
    return {};
}

Status BytePairModel::loadFallbacks(const TokenizerPart& part)
{
    KERF_TRY(const bool byteFallback, part.flag("byte_fallback", false));
    if (byteFallback)
        m_bytes = BytePieces(m_vocabulary);
    if (part.find("unk_token")) {
        KERF_TRY(const std::string unknown, part.text("unk_token"));
        const auto found = m_vocabulary.find(unknown);
        if (found == m_vocabulary.end())
            return part.error(fmt::format("the unk_token \"{}\" is not in the vocabulary", unknown.substr(0, 100)));
        m_unknown = found->second;
    }
    return {};
}

std::vector<TokenId> BytePairModel::initialSymbols(std::string_view piece) const
{
    std::vector<TokenId> symbols;
    symbols.reserve(piece.size());
    bool unknownPending = false; // comes out when the next known character does, after its byte fallbacks
    const auto flush = [&] {
        if (std::exchange(unknownPending, false))
            symbols.push_back(*m_unknown);
    };
    std::string decorated;
    for (std::size_t at = 0; at < piece.size();) {
        const std::string_view character = piece.substr(at, characterLength(piece[at]));
        std::string_view symbol = character;
        const bool last = at + character.size() == piece.size();
        if ((at > 0 && !m_subwordPrefix.empty()) || (last && !m_wordSuffix.empty())) {
            decorated = (at > 0 ? m_subwordPrefix : "") + std::string(character) + (last ? m_wordSuffix : "");
            symbol = decorated;
        }
        at += character.size();
        if (const auto found = m_vocabulary.find(symbol); found != m_vocabulary.end()) {
            flush();
            symbols.push_back(found->second);
            continue;
        }
        if (m_bytes.append(symbol, symbols))
            continue;
        if (m_unknown) {
            if (!m_fuseUnknown)
                flush();
            unknownPending = true;
        }
    }
    flush();
    return symbols;
}

const BytePairModel::Merge* BytePairModel::findMerge(TokenId left, TokenId right) const
{
    const auto found = m_merges.find(pairKey(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

void BytePairModel::mergeAll(std::vector<TokenId>& symbols) const
{
    struct Candidate {
        std::int32_t rank;
        std::int32_t left; ///< index of the left symbol
        TokenId id; ///< what the pair becomes
        bool operator<(const Candidate& other) const // the queue's top is the largest
        {
            return rank != other.rank ? rank > other.rank : left > other.left;
        }
    };
    constexpr TokenId gone = -1;
    const auto count = static_cast<std::int32_t>(symbols.size());
    std::vector<std::int32_t> previous(symbols.size());
    std::vector<std::int32_t> next(symbols.size());
    std::vector<Candidate> found;
    found.reserve(symbols.size());
    const auto at = [&](std::int32_t i) -> TokenId& { return symbols[static_cast<std::size_t>(i)]; };
    for (std::int32_t i = 0; i < count; ++i) {
        previous[static_cast<std::size_t>(i)] = i - 1;
        next[static_cast<std::size_t>(i)] = i + 1;
        if (const Merge* merge = i + 1 < count ? findMerge(at(i), at(i + 1)) : nullptr)
            found.push_back({ merge->rank, i, merge->id });
    }
    std::priority_queue<Candidate> queue(std::less<Candidate>(), std::move(found));
    const auto offer = [&](std::int32_t left, std::int32_t right) {
        if (left < 0 || right >= count)
            return;
        if (const Merge* merge = findMerge(at(left), at(right)))
            queue.push({ merge->rank, left, merge->id });
    };
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        const std::int32_t right = at(best.left) == gone ? count : next[static_cast<std::size_t>(best.left)];
        if (right >= count)
            continue;
        // Neighbours may have changed since the pair was found.
        const Merge* merge = findMerge(at(best.left), at(right));
        if (!merge || merge->id != best.id)
            continue;
        at(best.left) = best.id;
        at(right) = gone;
        const std::int32_t after = next[static_cast<std::size_t>(right)];
        next[static_cast<std::size_t>(best.left)] = after;
        if (after < count)
            previous[static_cast<std::size_t>(after)] = best.left;
        offer(previous[static_cast<std::size_t>(best.left)], best.left);
        offer(best.left, after);
    }
    std::erase(symbols, gone);
}

bool BytePairModel::isSeparable(std::string_view before, std::string_view behind) const
{
    return !m_ignoreMerges && isJointFree(before, behind); // a part may be a piece that its merges do not make
}

bool BytePairModel::isJointFree(std::string_view before, std::string_view behind) const
{
    if (!m_subwordPrefix.empty() || !m_wordSuffix.empty())
        return false;
    return !m_joints.contains(jointKey(before, behind)) && m_vocabulary.contains(lastCharacter(before))
        && m_vocabulary.contains(behind.substr(0, characterLength(behind.front())));
}

Status BytePairModel::encode(std::string_view word, std::vector<TokenId>& out) const
{
    if (m_ignoreMerges) {
        if (const auto whole = m_vocabulary.find(word); whole != m_vocabulary.end()) {
            out.push_back(whole->second);
            return {};
        }
    }
    // A queue of all pairs of a long word is too large for the caches: it is cut where no merge reaches across.
    std::size_t begin = 0;
    for (std::size_t at = 0; m_ignoreMerges && word.size() > kLongWord && at < word.size();
         at += characterLength(word[at]))
        if (at > begin + kShortPart && isJointFree(word.substr(begin, at - begin), word.substr(at))) {
            appendMerged(word.substr(begin, at - begin), out);
            begin = at;
        }
    appendMerged(word.substr(begin), out);
    return {};
}

void BytePairModel::appendMerged(std::string_view part, std::vector<TokenId>& out) const
{
    std::vector<TokenId> symbols = initialSymbols(part);
    mergeAll(symbols);
    out.insert(out.end(), symbols.begin(), symbols.end());
}

Result<TokenModelPtr> loadBytePairModel(const TokenizerPart& part)
{
    KERF_TRY(BytePairModel model, BytePairModel::load(part));
    return std::make_shared<const BytePairModel>(std::move(model));
}

} // namespace kerf::core
