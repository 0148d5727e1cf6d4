// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/unicode.h"
#include "core/text/text_piece.h"

namespace kerf::core {

/// Builds a piece anew, character by character: `change(codePoint, character, out)` appends what a character becomes.
template <class Change> void rewriteCharacters(TextPiece& piece, const Change& change)
{
    std::string out;
    out.reserve(piece.text.size());
    const std::string_view text = piece.text;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view character = text.substr(at, characterLength(text[at]));
        const std::uint32_t codePoint
            = character.size() == 1 ? static_cast<unsigned char>(character[0]) : firstCodePoint(character);
        change(codePoint, character, out);
        if (at == 0 && out.empty())
            piece.first = false;
        at += character.size();
    }
    piece.text = std::move(out);
}

} // namespace kerf::core
