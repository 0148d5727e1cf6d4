// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/added_tokens.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "core/text/unicode.h"

namespace kerf::core {
namespace {

/// Bounds the work of looking for added tokens at every byte of a text.
constexpr std::size_t kMaxAddedBytes = 4096;
constexpr std::size_t kMaxAddedTokens = 1'000'000;

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

Result<AddedTokens> AddedTokens::load(
    const Json& file, const std::string& place, const TextMap<TokenId>& vocabulary, const Normalizer& normalizer)
{
    AddedTokens result;
    const TokenizerPart whole(file, place);
    if (!whole.find("added_tokens"))
        return result;
    KERF_TRY(const Json* list, whole.list("added_tokens"));
    if (list->size() > kMaxAddedTokens)
        return whole.error(
            fmt::format("there are {} added tokens; at most {} are allowed", list->size(), kMaxAddedTokens));
    for (std::size_t i = 0; i < list->size(); ++i)
        KERF_CHECK(result.add(TokenizerPart((*list)[i], fmt::format("{}: added token {}", place, i)), vocabulary));
    std::unordered_set<std::string_view> contents;
    std::unordered_map<TokenId, std::string_view> owners;
    for (const auto& [piece, id] : vocabulary)
        owners.emplace(id, piece);
    for (const auto& [id, token] : result.m_tokens) {
        const auto owner = owners.find(id);
        if (owner != owners.end() && owner->second != token.content)
            return whole.error(fmt::format("the added token \"{}\" has the id {}, which belongs to \"{}\"",
                token.content, id, std::string(owner->second.substr(0, 100))));
        if (!contents.insert(token.content).second)
            return whole.error(fmt::format("the added token \"{}\" stands there twice", token.content));
        std::string text = token.content;
        if (token.normalized) {
            KERF_TRY(text, normalizer.apply(std::move(text)));
        }
        result.m_tries[token.normalized ? 1 : 0].insert(text, &token);
    }
    return result;
}

Status AddedTokens::add(const TokenizerPart& part, const TextMap<TokenId>& vocabulary)
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
    if (!m_tokens.emplace(token.id, token).second)
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
