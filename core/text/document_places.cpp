// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/document_places.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/text/token_text.h"

namespace kerf::core {

void DocumentPlaces::addTokens(std::span<const TokenId> ids, std::int64_t bytes, std::vector<std::int32_t>& documents)
{
    const std::int64_t first = std::exchange(m_done, bytes), length = bytes - first;
    const auto isAnotherAt
        = [&](std::int64_t place) { return m_document + 1 < m_starts.size() && m_starts[m_document + 1] <= place; };
    const std::optional<TokenId> before
        = std::exchange(m_last, ids.empty() ? m_last : std::optional<TokenId>(ids.back()));
    if (!isAnotherAt(bytes - 1)) { // most stretches of long documents: nothing to find
        addSpecial(ids.size(), documents);
        return;
    }
    const std::vector<std::int64_t> offsets = offsetsOf(ids, before);
    const double scale = static_cast<double>(length) / static_cast<double>(std::max<std::int64_t>(offsets.back(), 1));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::int64_t place = first + std::llround(scale * static_cast<double>(offsets[i]));
        while (isAnotherAt(place))
            ++m_document;
        documents.push_back(static_cast<std::int32_t>(m_document));
    }
}

void DocumentPlaces::addSpecial(std::size_t count, std::vector<std::int32_t>& documents) const
{
    documents.insert(documents.end(), count, static_cast<std::int32_t>(m_document));
}

std::vector<std::int64_t> DocumentPlaces::offsetsOf(std::span<const TokenId> ids, std::optional<TokenId> before) const
{
    TokenSpeller speller(m_tokenizer);
    if (before)
        (void)speller.add(*before);
    std::vector<std::int64_t> offsets { 0 };
    for (const TokenId id : ids)
        offsets.push_back(offsets.back() + static_cast<std::int64_t>(speller.add(id).size()));
    return offsets;
}

} // namespace kerf::core
