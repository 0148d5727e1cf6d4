// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/bert_normalizer.h"

#include "core/text/character_class.h"
#include "core/text/character_filter.h"

namespace kerf::core {
namespace {

struct Settings {
    bool clean = true;
    bool apart = true; ///< spaces around ideographs
    bool strip = true; ///< accents
    bool lower = true;
};

void clean(TextPiece& piece)
{
    rewriteCharacters(piece, [](std::uint32_t codePoint, std::string_view character, std::string& out) {
        constexpr std::uint32_t replacement = 0xfffd;
        const bool isLineSpace = codePoint == '\t' || codePoint == '\n' || codePoint == '\r';
        if (!isLineSpace && (codePoint == replacement || isControl(codePoint)))
            return;
        out += isSpace(codePoint) ? std::string_view(" ") : character;
    });
}

void setIdeographsApart(TextPiece& piece)
{
    rewriteCharacters(piece, [](std::uint32_t codePoint, std::string_view character, std::string& out) {
        const bool apart = isIdeograph(codePoint);
        if (apart)
            out += ' ';
        out += character;
        if (apart)
            out += ' ';
    });
}

void stripAccents(TextPiece& piece)
{
    piece.text = normalizeAsLibrary(piece.text, NormalForm::Nfd);
    rewriteCharacters(piece, [](std::uint32_t codePoint, std::string_view character, std::string& out) {
        if (!isNonspacingMark(codePoint))
            out += character;
    });
}

} // namespace

Result<Normalizer::Step> bertNormalizer(const TokenizerPart& part)
{
    Settings settings;
    KERF_TRY(settings.clean, part.flag("clean_text", true));
    KERF_TRY(settings.apart, part.flag("handle_chinese_chars", true));
    KERF_TRY(settings.lower, part.flag("lowercase", true));
    KERF_TRY(settings.strip, part.flag("strip_accents", settings.lower)); // null: as lowercase
    return [settings](TextPiece& piece) -> Status {
        if (settings.clean)
            clean(piece);
        if (settings.apart)
            setIdeographsApart(piece);
        if (settings.strip)
            stripAccents(piece);
        if (settings.lower)
            rewriteCharacters(piece,
                [](std::uint32_t codePoint, std::string_view, std::string& out) { appendLowerCase(out, codePoint); });
        return {};
    };
}

} // namespace kerf::core
