// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/byte_pieces.h"

#include <algorithm>

#include <fmt/format.h>

namespace kerf::core {

BytePieces::BytePieces(const Vocabulary& vocabulary)
{
    for (int byte = 0; byte < 256; ++byte) {
        const auto found = vocabulary.find(fmt::format("<0x{:02X}>", byte));
        m_ids.push_back(found == vocabulary.end() ? std::nullopt : std::optional(found->second));
    }
}

bool BytePieces::append(std::string_view text, std::vector<TokenId>& out) const
{
    const auto idOf = [&](char c) { return m_ids[static_cast<unsigned char>(c)]; };
    if (m_ids.empty() || !std::ranges::all_of(text, [&](char c) { return idOf(c).has_value(); }))
        return false;
    for (const char c : text)
        out.push_back(*idOf(c));
    return true;
}

} // namespace kerf::core
