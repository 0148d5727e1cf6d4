// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/normalizer.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/text/bert_normalizer.h"
#include "core/text/byte_level.h"
#include "core/text/character_class.h"
#include "core/text/character_filter.h"
#include "core/text/charsmap.h"

namespace kerf::core {
namespace {

using Step = Normalizer::Step;

template <NormalForm form> Result<Step> normalForm(const TokenizerPart&)
{
    return [](TextPiece& piece) -> Status {
        piece.text = normalizeAsLibrary(piece.text, form);
        return {};
    };
}

Result<Step> prepend(const TokenizerPart& part)
{
    KERF_TRY(std::string prefix, part.text("prepend"));
    return [prefix = std::move(prefix)](TextPiece& piece) -> Status {
        if (!piece.continued && !piece.text.empty())
            piece.text.insert(0, prefix);
        return {};
    };
}

Result<Step> replace(const TokenizerPart& part)
{
    KERF_TRY(const Regex pattern, part.pattern("pattern"));
    KERF_TRY(std::string content, part.text("content"));
    return [pattern, content = std::move(content)](TextPiece& piece) -> Status {
        KERF_TRY(piece.text, pattern.replaceAll(piece.text, content));
        return {};
    };
}

/// White space taken from the ends; with "spaces_only", a key of Kerf's own, nothing but spaces, as SentencePiece does.
Result<Step> strip(const TokenizerPart& part)
{
    KERF_TRY(const bool left, part.flag("strip_left", true));
    KERF_TRY(const bool right, part.flag("strip_right", true));
    KERF_TRY(const bool spacesOnly, part.flag("spaces_only", false));
    return [left, right, spacesOnly](TextPiece& piece) -> Status {
        const std::string& text = piece.text;
        const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
        const std::size_t leading = !left || piece.continued ? 0 : spacesOnly ? spaces : leadingSpace(text);
        piece.first = piece.first && leading == 0;
        piece.text.erase(0, leading);
        if (right && spacesOnly)
            piece.text.resize(text.find_last_not_of(' ') + 1);
        else if (right)
            piece.text.resize(text.size() - trailingSpace(text));
        return {};
    };
}

Result<Step> stripAccents(const TokenizerPart&)
{
    return [](TextPiece& piece) -> Status {
        rewriteCharacters(piece, [](std::uint32_t codePoint, std::string_view character, std::string& out) {
            if (!isCombiningMark(codePoint))
                out += character;
        });
        return {};
    };
}

Result<Step> lowercase(const TokenizerPart&)
{
    return [](TextPiece& piece) -> Status {
        rewriteCharacters(piece,
            [](std::uint32_t codePoint, std::string_view, std::string& out) { appendLowerCase(out, codePoint); });
        return {};
    };
}

/// The clean-up of SentencePiece's "nmt" rules: which characters are dropped, and which are spaces.
Result<Step> nmt(const TokenizerPart&)
{
    return [](TextPiece& piece) -> Status {
        rewriteCharacters(piece, [](std::uint32_t c, std::string_view character, std::string& out) {
            if ((c >= 0x01 && c <= 0x08) || c == 0x0b || (c >= 0x0e && c <= 0x1f) || c == 0x7f || c == 0x8f
                || c == 0x9f)
                return;
            const bool isBlank = c == 0x09 || c == 0x0a || c == 0x0c || c == 0x0d || c == 0x1680
                || (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xfeff
                || c == 0xfffd;
            out += isBlank ? std::string_view(" ") : character;
        });
        return {};
    };
}

Result<Step> byteLevel(const TokenizerPart&)
{
    return [](TextPiece& piece) -> Status {
        piece.text = bytesToAlphabet(piece.text);
        return {};
    };
}

using Loader = Result<Step> (*)(const TokenizerPart&);
const std::map<std::string, Loader>& loaders()
{
    static const std::map<std::string, Loader> known { { "NFC", normalForm<NormalForm::Nfc> },
        { "NFD", normalForm<NormalForm::Nfd> }, { "NFKC", normalForm<NormalForm::Nfkc> },
        { "NFKD", normalForm<NormalForm::Nfkd> }, { "Prepend", prepend }, { "Replace", replace }, { "Strip", strip },
        { "StripAccents", stripAccents }, { "Lowercase", lowercase }, { "Nmt", nmt }, { "ByteLevel", byteLevel },
        { "BertNormalizer", bertNormalizer }, { "Precompiled", precompiledNormalizer } };
    return known;
}

} // namespace

Result<Normalizer> Normalizer::load(const Json& json, const std::string& place)
{
    Normalizer normalizer;
    if (!json.is_null())
        KERF_CHECK(normalizer.add(TokenizerPart(json, place)));
    return normalizer;
}

Status Normalizer::add(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    if (type == "Sequence") {
        KERF_TRY(const Json* list, part.list("normalizers"));
        for (const Json& item : *list)
            KERF_CHECK(add(TokenizerPart(item, part.place())));
        return {};
    }
    const auto loader = loaders().find(type);
    if (loader == loaders().end())
        return part.error(fmt::format("the normalizer \"{}\" is not supported", type));
    KERF_TRY(Step step, loader->second(part));
    m_steps.push_back(std::move(step));
    return {};
}

Status Normalizer::apply(TextPiece& piece) const
{
    for (const Step& step : m_steps)
        KERF_CHECK(step(piece));
    return {};
}

} // namespace kerf::core
