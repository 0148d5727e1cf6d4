// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/charsmap.h"

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <utf8proc.h>

#include "core/base/unicode.h"
#include "core/text/base64.h"

namespace kerf::core {
namespace {

constexpr std::size_t kCellBytes = 4;
constexpr std::size_t kLongestGrapheme = 5; ///< bytes; longer ones are taken character by character

std::uint32_t littleEndian(std::string_view bytes)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < kCellBytes; ++i)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return value;
}

// The parts of a cell.
bool hasLeaf(std::uint32_t cell)
{
    return ((cell >> 8) & 1) != 0;
}
std::uint32_t valueOf(std::uint32_t cell)
{
    return cell & 0x7fffffff;
}
std::uint32_t labelOf(std::uint32_t cell)
{
    return cell & 0x800000ff;
}
std::uint32_t offsetOf(std::uint32_t cell)
{
    return (cell >> 10) << ((cell & 0x200) >> 6);
}

/// The bytes of the grapheme cluster (UAX 29) that a text starts with.
std::size_t graphemeLength(std::string_view text)
{
    std::size_t at = characterLength(text[0]);
    const auto isAscii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    // Signs of ASCII stand alone, but for a line end of two.
    if (at == text.size() || (isAscii(text[0]) && isAscii(text[1]) && text[0] != '\r'))
        return at;
    utf8proc_int32_t state = 0;
    auto before = static_cast<utf8proc_int32_t>(firstCodePoint(text));
    while (at < text.size()) {
        const auto next = static_cast<utf8proc_int32_t>(firstCodePoint(text.substr(at, 4)));
        if (utf8proc_grapheme_break_stateful(before, next, &state) != 0)
            break;
        at += characterLength(text[at]);
        before = next;
    }
    return at;
}

} // namespace

Result<Charsmap> Charsmap::parse(std::string_view bytes)
{
    const std::size_t size = bytes.size() < kCellBytes ? 0 : littleEndian(bytes);
    if (size == 0 || size > bytes.size() - kCellBytes)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("the map has {} bytes, its table of sequences {}", bytes.size(), size));
    Charsmap map;
    std::string_view rest = bytes.substr(kCellBytes);
    for (std::size_t i = 0; i + kCellBytes <= size; i += kCellBytes)
        map.m_cells.push_back(littleEndian(rest.substr(i)));
    map.m_texts = rest.substr(size / kCellBytes * kCellBytes);
    if (findInvalidUtf8(map.m_texts))
        return fail(ErrorCode::InvalidArgument, "the texts of the map are not UTF-8");
    return map;
}

Charsmap::Found Charsmap::find(std::string_view text, bool longest) const
{
    const auto cell = [&](std::uint32_t at) { return at < m_cells.size() ? m_cells[at] : 0; };
    Found found;
    std::uint32_t at = offsetOf(cell(0));
    for (std::size_t i = 0; i < text.size() && (longest || found.length == 0); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        at ^= byte;
        const std::uint32_t here = cell(at);
        if (byte == 0 || at >= m_cells.size() || labelOf(here) != byte)
            break;
        at ^= offsetOf(here);
        const std::size_t begin = hasLeaf(here) ? valueOf(cell(at)) : m_texts.size() + 1;
        // A place inside a character is no text.
        if (begin <= m_texts.size()
            && (begin == m_texts.size() || (static_cast<unsigned char>(m_texts[begin]) & 0xc0) != 0x80))
            found = { i + 1, std::string_view(m_texts).substr(begin) };
    }
    found.text = found.text.substr(0, found.text.find('\0'));
    return found;
}

void Charsmap::appendGrapheme(std::string_view grapheme, std::string& out) const
{
    const Found whole = grapheme.size() <= kLongestGrapheme ? find(grapheme, false) : Found {};
    if (whole.length > 0) {
        out += whole.text;
        return;
    }
    for (std::size_t at = 0; at < grapheme.size();) {
        const std::string_view character = grapheme.substr(at, characterLength(grapheme[at]));
        const Found found = find(character, false);
        out += found.length > 0 ? found.text : character;
        at += character.size();
    }
}

void Charsmap::applyToGraphemes(TextPiece& piece) const
{
    std::string out;
    out.reserve(piece.text.size());
    const std::string_view text = piece.text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = graphemeLength(text.substr(at));
        appendGrapheme(text.substr(at, length), out);
        at += length;
    }
    piece.text = std::move(out);
}

void Charsmap::applyLongest(TextPiece& piece) const
{
    std::string out;
    out.reserve(piece.text.size());
    const std::string_view text = piece.text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = characterLength(text[at]);
        const Found found = find(text.substr(at), true);
        // A sequence that ends inside a character is none.
        const bool isKnown = found.length >= length;
        out += isKnown ? found.text : text.substr(at, length);
        at += isKnown ? found.length : length;
    }
    piece.text = std::move(out);
}

Result<Normalizer::Step> precompiledNormalizer(const TokenizerPart& part)
{
    KERF_TRY(const std::string encoded, part.text("precompiled_charsmap"));
    const std::optional<std::string> bytes = decodeBase64(encoded);
    if (!bytes)
        return part.error("\"precompiled_charsmap\" is not base64");
    Result<Charsmap> map = Charsmap::parse(*bytes);
    if (!map)
        return part.error(fmt::format("\"precompiled_charsmap\" cannot be used: {}", map.error().message));
    KERF_TRY(const bool longest, part.flag("longest_match", false));
    return [longest, map = std::make_shared<const Charsmap>(std::move(*map))](TextPiece& piece) -> Status {
        if (longest)
            map->applyLongest(piece);
        else
            map->applyToGraphemes(piece);
        return {};
    };
}

} // namespace kerf::core
