// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/token_stream.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/unicode.h"

namespace kerf::core {
namespace {

constexpr std::size_t kStretch = 64 * 1024; ///< bytes that are cut into words at once
constexpr std::size_t kAhead = 8 * 1024; ///< bytes behind a place that must agree; more than an added token can have
constexpr std::size_t kPlacesOfAKind = 8; ///< that are tried before more text is waited for

bool isAlphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Places where tokenizers usually end a word, the best kind first and of each kind the last ones before `end`: the
/// start of a line, a space before a word, the place behind it, and any character.
std::vector<std::size_t> likelyPlaces(std::string_view text, std::size_t end)
{
    std::vector<std::size_t> kinds[4];
    const std::size_t first = text.size() / 2; // an earlier place would have most of the text cut twice
    for (std::size_t at = std::min(end, text.size() - 1); at > first; --at) {
        const char before = text[at - 1];
        const auto add = [&](int kind) {
            if (kinds[kind].size() < kPlacesOfAKind)
                kinds[kind].push_back(at);
        };
        if (before == '\n' && isAlphanumeric(text[at]))
            add(0);
        else if (text[at] == ' ' && before != ' ' && before != '\n' && isAlphanumeric(text[at + 1]))
            add(1);
        else if (before == ' ' && isAlphanumeric(text[at]))
            add(2);
        else if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80)
            add(3);
        if (kinds[0].size() == kPlacesOfAKind)
            break;
    }
    std::vector<std::size_t> places;
    for (const std::vector<std::size_t>& kind : kinds)
        places.insert(places.end(), kind.begin(), kind.end());
    return places;
}

} // namespace

TokenStream::TokenStream(Tokenizer tokenizer, bool addSpecialTokens)
    : m_tokenizer(std::move(tokenizer))
    , m_addSpecial(addSpecialTokens)
    , m_wanted(kStretch)
{
}

Status TokenStream::push(std::string_view text, std::vector<TokenId>& ids)
{
    start(ids);
    // A part of any size is taken in pieces, so that memory does not grow with it.
    for (std::size_t at = 0; at < text.size(); at += kStretch) {
        KERF_CHECK(takeUtf8(text.substr(at, kStretch)));
        KERF_CHECK(drain(ids));
    }
    return {};
}

void TokenStream::start(std::vector<TokenId>& ids)
{
    const std::vector<TokenId>& prefix = m_tokenizer.m_impl->postProcessor.prefix();
    if (!std::exchange(m_started, true) && m_addSpecial)
        ids.insert(ids.end(), prefix.begin(), prefix.end());
}

Status TokenStream::takeUtf8(std::string_view text)
{
    m_pending += text;
    const std::string_view added = std::string_view(m_pending).substr(m_valid);
    const std::optional<std::size_t> bad = findInvalidUtf8(added);
    m_valid = bad ? m_valid + *bad : m_pending.size();
    if (bad && !isIncompleteUtf8(added.substr(*bad)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "The text is not UTF-8: byte {} is not valid there", m_before + static_cast<std::int64_t>(m_valid)));
    return {};
}

Status TokenStream::drain(std::vector<TokenId>& ids)
{
    while (m_valid >= m_wanted) {
        KERF_TRY(const bool found, cut(ids));
        m_wanted = found ? kStretch : 2 * m_valid;
    }
    return {};
}

Result<bool> TokenStream::cut(std::vector<TokenId>& ids)
{
    const std::string_view text = std::string_view(m_pending).substr(0, m_valid);
    KERF_TRY(const std::vector<TextItem> items, m_tokenizer.m_impl->split(text, m_place));
    for (const std::size_t place : likelyPlaces(text, text.size() - kAhead)) {
        KERF_TRY(const bool found, cutAt(place, items, ids));
        if (found)
            return true;
    }
    return false;
}

Result<bool> TokenStream::cutAt(std::size_t place, const std::vector<TextItem>& items, std::vector<TokenId>& ids)
{
    const Tokenizer::Impl& parts = *m_tokenizer.m_impl;
    const std::string_view rest = std::string_view(m_pending).substr(place, m_valid - place);
    KERF_TRY(const std::vector<TextItem> behind, parts.split(rest, TextPlace::Continued));
    if (behind.empty() || behind.size() > items.size()
        || !std::equal(behind.begin() + 1, behind.end(), items.end() - static_cast<std::ptrdiff_t>(behind.size()) + 1))
        return false;
    const std::size_t before = items.size() - behind.size();
    const TextItem& joint = items[before];
    const TextItem& next = behind.front();
    TextItem inside; // what of the joint's word stands before the place
    if (joint != next) {
        if (joint.id || next.id || !joint.word.ends_with(next.word))
            return false;
        inside.word = joint.word.substr(0, joint.word.size() - next.word.size());
        if (!parts.model->isSeparable(inside.word, next.word))
            return false;
    }
    for (std::size_t i = 0; i < before; ++i)
        KERF_CHECK(parts.encode(items[i], m_cache, ids));
    if (!inside.word.empty())
        KERF_CHECK(parts.encode(inside, m_cache, ids));
    m_pending.erase(0, place);
    m_valid -= place;
    m_before += static_cast<std::int64_t>(place);
    m_place = TextPlace::Continued;
    return true;
}

Status TokenStream::finish(std::vector<TokenId>& ids)
{
    start(ids);
    if (m_valid < m_pending.size())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "The text is not UTF-8: byte {} is not valid there", m_before + static_cast<std::int64_t>(m_valid)));
    const Tokenizer::Impl& parts = *m_tokenizer.m_impl;
    KERF_TRY(const std::vector<TextItem> items, parts.split(m_pending, m_place));
    for (const TextItem& item : items)
        KERF_CHECK(parts.encode(item, m_cache, ids));
    m_before += static_cast<std::int64_t>(std::exchange(m_pending, {}).size());
    m_valid = 0;
    if (m_addSpecial)
        ids.insert(ids.end(), parts.postProcessor.suffix().begin(), parts.postProcessor.suffix().end());
    return {};
}

void TokenStream::restart()
{
    m_addSpecial = false;
    m_place = TextPlace::Start;
    m_wanted = kStretch;
    m_before = 0;
}

} // namespace kerf::core
