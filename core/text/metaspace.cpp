// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/metaspace.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/unicode.h"

namespace kerf::core {

Result<Metaspace> Metaspace::load(const TokenizerPart& part)
{
    Metaspace settings;
    KERF_TRY(settings.replacement, part.text("replacement"));
    if (characters(settings.replacement).size() != 1)
        return part.error(fmt::format("the replacement \"{}\" is not one character", settings.replacement));
    KERF_TRY(settings.split, part.flag("split", true));
    KERF_TRY(const bool prefixSpace, part.flag("add_prefix_space", true));
    std::string scheme = prefixSpace ? "always" : "never";
    if (part.find("prepend_scheme")) {
        KERF_TRY(scheme, part.text("prepend_scheme"));
    }
    if (scheme == "first")
        settings.prepend = Prepend::First;
    else if (scheme == "never")
        settings.prepend = Prepend::Never;
    else if (scheme != "always")
        return part.error(fmt::format("the prepend_scheme \"{}\" is unknown", scheme));
    return settings;
}

void Metaspace::apply(const TextPiece& piece, std::vector<TextPiece>& out) const
{
    std::string text;
    text.reserve(piece.text.size() + piece.text.size() / 2);
    const bool wanted = prepend == Prepend::Always || (prepend == Prepend::First && piece.first);
    const bool hasSpace = piece.text.starts_with(' ') || piece.text.starts_with(replacement);
    if (wanted && !piece.continued && !hasSpace)
        text = replacement;
    for (const char c : piece.text)
        if (c == ' ')
            text += replacement;
        else
            text += c;
    if (!split)
        return out.push_back({ std::move(text), piece.first, piece.continued });
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(replacement, begin + 1), text.size());
        out.push_back({ text.substr(begin, end - begin), piece.first && begin == 0 });
        begin = end;
    }
}

} // namespace kerf::core
