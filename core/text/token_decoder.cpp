// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/token_decoder.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/unicode.h"
#include "core/text/byte_level.h"
#include "core/text/metaspace.h"

namespace kerf::core {
namespace {

using Pieces = std::vector<std::string>;

std::string concatenated(const Pieces& pieces)
{
    std::string out;
    for (const std::string& piece : pieces)
        out += piece;
    return out;
}

Pieces decodeByteLevel(const Pieces& pieces)
{
    std::string bytes;
    for (const std::string& piece : pieces)
        bytes += alphabetToBytes(piece);
    return { replaceInvalidUtf8(bytes) };
}

/// The byte of a piece like "<0x0A>".
std::optional<char> fallbackByte(std::string_view piece)
{
    if (piece.size() != 6 || !piece.starts_with("<0x") || piece.back() != '>')
        return std::nullopt;
    unsigned value = 0;
    const char* const end = piece.data() + 5;
    const auto [rest, error] = std::from_chars(piece.data() + 3, end, value, 16);
    return error == std::errc() && rest == end ? std::optional(static_cast<char>(value)) : std::nullopt;
}

/// Runs of byte pieces become the characters they spell; a run that spells none becomes one U+FFFD a byte.
Pieces decodeByteFallback(const Pieces& pieces)
{
    Pieces out;
    std::string run;
    const auto flush = [&] {
        if (!findInvalidUtf8(run))
            out.push_back(run);
        else
            out.insert(out.end(), run.size(), "\xef\xbf\xbd");
        run.clear();
    };
    for (const std::string& piece : pieces) {
        if (const std::optional<char> byte = fallbackByte(piece)) {
            run += *byte;
            continue;
        }
        if (!run.empty())
            flush();
        out.push_back(piece);
    }
    if (!run.empty())
        flush();
    return out;
}

Pieces decodeMetaspace(const Pieces& pieces, const Metaspace& settings)
{
    Pieces out;
    for (const std::string& piece : pieces) {
        std::string text;
        for (const std::string_view character : characters(piece)) {
            if (character != settings.replacement)
                text += character;
            else if (!out.empty() || settings.prepend == Metaspace::Prepend::Never)
                text += ' ';
        }
        out.push_back(std::move(text));
    }
    return out;
}

/// At most `start` times the content removed from the front and `stop` times from the end.
std::string stripped(std::string_view text, std::string_view content, std::int64_t start, std::int64_t stop)
{
    for (; start > 0 && text.starts_with(content); --start)
        text.remove_prefix(content.size());
    for (; stop > 0 && text.ends_with(content); --stop)
        text.remove_suffix(content.size());
    return std::string(text);
}

} // namespace

Result<TokenDecoder> TokenDecoder::load(const Json& json, const std::string& place)
{
    TokenDecoder decoder;
    if (json.is_null())
        decoder.m_separator = " ";
    else
        KERF_CHECK(decoder.add(TokenizerPart(json, place)));
    return decoder;
}

Status TokenDecoder::add(const TokenizerPart& part)
{
    KERF_TRY(const std::string type, part.type());
    if (type == "Sequence") {
        KERF_TRY(const Json* list, part.list("decoders"));
        for (const Json& item : *list)
            KERF_CHECK(add(TokenizerPart(item, part.place())));
    } else if (type == "ByteLevel") {
        m_steps.emplace_back(decodeByteLevel);
    } else if (type == "ByteFallback") {
        m_steps.emplace_back(decodeByteFallback);
    } else if (type == "Fuse") {
        m_steps.emplace_back([](const Pieces& pieces) { return Pieces { concatenated(pieces) }; });
    } else if (type == "Metaspace") {
        KERF_TRY(const Metaspace settings, Metaspace::load(part));
        m_steps.emplace_back([settings](const Pieces& pieces) { return decodeMetaspace(pieces, settings); });
    } else if (type == "Replace") {
        KERF_CHECK(addReplace(part));
    } else if (type == "Strip") {
        KERF_CHECK(addStrip(part));
    } else {
        return part.error(fmt::format("the decoder \"{}\" is not supported", type));
    }
    return {};
}

Status TokenDecoder::addReplace(const TokenizerPart& part)
{
    KERF_TRY(const Regex pattern, part.pattern("pattern"));
    KERF_TRY(std::string content, part.text("content"));
    m_steps.emplace_back([pattern, content = std::move(content)](Pieces pieces) {
        for (std::string& piece : pieces) {
            // A pattern too expensive for a piece leaves the piece as it is.
            if (Result<std::string> replaced = pattern.replaceAll(piece, content))
                piece = std::move(*replaced);
        }
        return pieces;
    });
    return {};
}

Status TokenDecoder::addStrip(const TokenizerPart& part)
{
    KERF_TRY(const std::string content, part.text("content"));
    KERF_TRY(const std::int64_t start, part.count("start"));
    KERF_TRY(const std::int64_t stop, part.count("stop"));
    if (characters(content).size() != 1)
        return part.error(fmt::format("Strip removes one character, not \"{}\"", content.substr(0, 100)));
    m_steps.emplace_back([content, start, stop](Pieces pieces) {
        for (std::string& piece : pieces)
            piece = stripped(piece, content, start, stop);
        return pieces;
    });
    return {};
}

std::string TokenDecoder::apply(std::vector<std::string> pieces) const
{
    for (const Step& step : m_steps)
        pieces = step(std::move(pieces));
    return fmt::format("{}", fmt::join(pieces, m_separator));
}

} // namespace kerf::core
