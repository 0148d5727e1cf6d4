// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/added_tokens.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/unicode.h"

namespace kerf::core {
namespace {

/// Bounds the work of looking for added tokens at every byte of a text.
constexpr std::size_t kMaxAddedBytes = 4096;
constexpr std::size_t kMaxAddedTokens = 1'000'000;
constexpr std::size_t kNamedInNote = 6;

} // namespace

void AddedTokens::Trie::insert(std::string_view text, const AddedToken* token)
{
    std::size_t node = 0;
    for (const char c : text) {
        const auto [child, isNew] = nodes[node].children.try_emplace(c, nodes.size());
        node = child->second;
        if (isNew)
            nodes.emplace_back();
    }
    nodes[node].token = token;
}

std::pair<const AddedToken*, std::size_t> AddedTokens::Trie::longest(std::string_view text) const
{
    std::pair<const AddedToken*, std::size_t> best { nullptr, 0 };
    std::size_t node = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto child = nodes[node].children.find(text[i]);
        if (child == nodes[node].children.end())
            break;
        node = child->second;
        if (nodes[node].token)
            best = { nodes[node].token, i + 1 };
    }
    return best;
}

Result<AddedTokens> AddedTokens::load(const Json& file, const std::string& place, const Vocabulary& vocabulary,
    const Normalizer& normalizer, const std::vector<CompanionToken>& companions)
{
    AddedTokens result;
    const TokenizerPart whole(file, place);
    if (whole.find("added_tokens")) {
        KERF_TRY(const Json* list, whole.list("added_tokens"));
        if (list->size() > kMaxAddedTokens)
            return whole.error(
                fmt::format("there are {} added tokens; at most {} are allowed", list->size(), kMaxAddedTokens));
        for (std::size_t i = 0; i < list->size(); ++i)
            KERF_CHECK(result.add(TokenizerPart((*list)[i], fmt::format("{}: added token {}", place, i)), vocabulary));
    }
    KERF_CHECK(result.addCompanions(companions, whole, vocabulary));
    KERF_CHECK(result.buildTries(whole, vocabulary, normalizer));
    return result;
}

Status AddedTokens::addCompanions(
    const std::vector<CompanionToken>& companions, const TokenizerPart& whole, const Vocabulary& vocabulary)
{
    std::map<std::string, TokenId> known;
    for (const auto& [id, token] : m_tokens)
        known.emplace(token.content, id);
    std::map<std::string, std::vector<std::string>> added; // by file
    for (const CompanionToken& wanted : companions) {
        const auto have = known.find(wanted.content);
        if (have != known.end() && wanted.onlyWhenMissing)
            continue;
        if (m_tokens.size() >= kMaxAddedTokens || wanted.content.size() > kMaxAddedBytes)
            return whole.error(fmt::format("{} adds more than {} tokens, or one of more than {} bytes", wanted.file,
                kMaxAddedTokens, kMaxAddedBytes));
        const auto piece = vocabulary.find(wanted.content);
        const auto next = static_cast<TokenId>(std::max<std::size_t>(
            vocabulary.size(), m_tokens.empty() ? 0 : static_cast<std::size_t>(m_tokens.rbegin()->first) + 1));
        const TokenId id = have != known.end() ? have->second : piece != vocabulary.end() ? piece->second : next;
        const AddedToken token { id, wanted.content, wanted.special, wanted.singleWord, wanted.leftStrip,
            wanted.rightStrip, wanted.normalized };
        if (wanted.id && *wanted.id != id)
            m_notes.push_back(fmt::format("{} gives \"{}\" the id {}, but it has {}, as transformers numbers it.",
                wanted.file, wanted.content, *wanted.id, id));
        AddedToken& entry = m_tokens[id];
        if (have == known.end() || entry != token)
            added[wanted.file].push_back(fmt::format("\"{}\" ({})", token.content, id));
        entry = token;
        known.emplace(token.content, id);
    }
    for (auto& [file, tokens] : added) {
        const std::size_t count = tokens.size();
        tokens.resize(std::min(count, kNamedInNote));
        m_notes.push_back(
            fmt::format("{} adds or changes {} of the tokens of tokenizer.json, as transformers does: {}{}.", file,
                count, fmt::join(tokens, ", "), count > kNamedInNote ? ", …" : ""));
    }
    return {};
}

Status AddedTokens::buildTries(const TokenizerPart& whole, const Vocabulary& vocabulary, const Normalizer& normalizer)
{
    std::unordered_set<std::string_view> contents;
    std::unordered_map<TokenId, std::string_view> owners;
    for (const auto& [piece, id] : vocabulary)
        owners.emplace(id, piece);
    for (const auto& [id, token] : m_tokens) {
        const auto owner = owners.find(id);
        if (owner != owners.end() && owner->second != token.content)
            return whole.error(fmt::format("the added token \"{}\" has the id {}, which belongs to \"{}\"",
                token.content, id, std::string(owner->second.substr(0, 100))));
        if (!contents.insert(token.content).second)
            return whole.error(fmt::format("the added token \"{}\" stands there twice", token.content));
        TextPiece piece { token.content };
        if (token.normalized)
            KERF_CHECK(normalizer.apply(piece));
        m_tries[token.normalized ? 1 : 0].insert(piece.text, &token);
    }
    return {};
}

Status AddedTokens::add(const TokenizerPart& part, const Vocabulary& vocabulary)
{
    AddedToken token;
    KERF_TRY(const std::int64_t id, part.count("id"));
    if (id > kMaxTokenId)
        return part.error(fmt::format("the id {} is above {}", id, kMaxTokenId));
    token.id = static_cast<TokenId>(id);
    KERF_TRY(token.content, part.text("content"));
    if (token.content.empty() || token.content.size() > kMaxAddedBytes)
        return part.error(
            fmt::format("\"content\" has {} bytes; 1 to {} are allowed", token.content.size(), kMaxAddedBytes));
    KERF_TRY(token.special, part.flag("special", false));
    KERF_TRY(token.singleWord, part.flag("single_word", false));
    KERF_TRY(token.leftStrip, part.flag("lstrip", false));
    KERF_TRY(token.rightStrip, part.flag("rstrip", false));
    KERF_TRY(token.normalized, part.flag("normalized", !token.special));
    const auto known = vocabulary.find(token.content);
    if (known != vocabulary.end() && known->second != token.id)
        return part.error(
            fmt::format("\"{}\" has the id {} here and {} in the vocabulary", token.content, token.id, known->second));
    const auto [entry, isNew] = m_tokens.emplace(token.id, token);
    if (!isNew && entry->second != token)
        return part.error(fmt::format("the id {} belongs to another added token too", token.id));
    return {};
}

std::vector<AddedTokens::Span> AddedTokens::split(std::string_view text, bool normalized) const
{
    const Trie& trie = m_tries[normalized ? 1 : 0];
    std::vector<Span> spans;
    std::size_t done = 0;
    const auto pushText = [&](std::size_t end) {
        if (done < end)
            spans.push_back({ done, end, std::nullopt });
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto [token, length] = trie.longest(text.substr(at));
        if (!token) {
            ++at;
            continue;
        }
        std::size_t begin = at;
        std::size_t end = at + length;
        at = end;
        if (token->singleWord && (endsWithWord(text.substr(0, begin)) || startsWithWord(text.substr(end))))
            continue;
        if (token->leftStrip)
            begin -= trailingSpace(text.substr(0, begin));
        if (token->rightStrip)
            end += leadingSpace(text.substr(end));
        begin = std::max(begin, done);
        end = std::max(end, begin);
        pushText(begin);
        spans.push_back({ begin, end, token->id });
        done = end;
    }
    pushText(text.size());
    return spans;
}

} // namespace kerf::core
