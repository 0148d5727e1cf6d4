// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/unicode.h"

#include <algorithm>
#include <array>
#include <vector>

#include <utf8proc.h>

namespace kerf::core {
namespace {

struct Sequence {
    std::size_t length; ///< bytes of the character, or of the maximal invalid part
    bool valid;
};

/// The well-formed byte sequence at the start of text (Unicode 15, table 3-7), or the longest part of one.
Sequence firstSequence(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return { 1, true };
    if (lead < 0xc2 || lead > 0xf4)
        return { 1, false };
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || byte(i) < low || byte(i) > high)
            return { i, false };
        low = 0x80;
        high = 0xbf;
    }
    return { length, true };
}

bool isSpace(std::uint32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/// Other_Alphabetic, the part of Alphabetic that is neither a letter, a mark nor a letter number: circled letters.
bool isOtherAlphabeticSymbol(std::uint32_t c)
{
    return (c >= 0x24b6 && c <= 0x24e9) || (c >= 0x1f130 && c <= 0x1f149) || (c >= 0x1f150 && c <= 0x1f169)
        || (c >= 0x1f170 && c <= 0x1f189);
}

bool isWord(std::uint32_t c)
{
    switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default:
        return c == 0x200c || c == 0x200d || isOtherAlphabeticSymbol(c);
    }
}

/// The code points of a text, each decomposed, in their order.
std::vector<utf8proc_int32_t> decomposed(std::string_view text, utf8proc_option_t options)
{
    std::vector<utf8proc_int32_t> points;
    points.reserve(text.size());
    std::array<utf8proc_int32_t, 32> parts; // the longest decomposition has 18
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view character = text.substr(at, characterLength(text[at]));
        int boundary = 0;
        const utf8proc_ssize_t count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(firstCodePoint(character)),
            parts.data(), static_cast<utf8proc_ssize_t>(parts.size()), options, &boundary);
        points.insert(points.end(), parts.begin(), parts.begin() + std::max<utf8proc_ssize_t>(count, 0));
        at += character.size();
    }
    return points;
}

utf8proc_propval_t combiningClass(utf8proc_int32_t point)
{
    return utf8proc_get_property(point)->combining_class;
}

/// Marks in a row by their class, those of one class as they stood (UAX 15, canonical ordering). utf8proc_map orders
/// them by exchanging neighbours, which takes minutes for a megabyte of marks.
void orderMarks(std::vector<utf8proc_int32_t>& points)
{
    const auto isMark = [](utf8proc_int32_t point) { return combiningClass(point) > 0; };
    for (auto first = std::ranges::find_if(points, isMark); first != points.end();) {
        const auto last = std::find_if_not(first, points.end(), isMark);
        std::ranges::stable_sort(first, last, {}, combiningClass);
        first = std::find_if(last, points.end(), isMark);
    }
}

} // namespace

std::optional<std::size_t> findInvalidUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const Sequence sequence = firstSequence(text.substr(at));
        if (!sequence.valid)
            return at;
        at += sequence.length;
    }
    return std::nullopt;
}

bool isIncompleteUtf8(std::string_view bytes)
{
    if (bytes.empty())
        return false;
    const auto lead = static_cast<unsigned char>(bytes.front());
    const Sequence sequence = firstSequence(bytes);
    return !sequence.valid && sequence.length == bytes.size() && lead >= 0xc2 && lead <= 0xf4;
}

std::string replaceInvalidUtf8(std::string_view bytes)
{
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
        const Sequence sequence = firstSequence(bytes.substr(at));
        out.append(sequence.valid ? bytes.substr(at, sequence.length) : std::string_view("\xef\xbf\xbd"));
        at += sequence.length;
    }
    return out;
}

std::size_t characterLength(char first)
{
    const auto lead = static_cast<unsigned char>(first);
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

std::string_view lastCharacter(std::string_view text)
{
    std::size_t at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80)
        --at;
    return text.substr(at);
}

std::uint32_t firstCodePoint(std::string_view text)
{
    utf8proc_int32_t point = 0;
    utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &point);
    return static_cast<std::uint32_t>(point);
}

std::uint32_t lastCodePoint(std::string_view text)
{
    return firstCodePoint(lastCharacter(text));
}

std::vector<std::string_view> characters(std::string_view text)
{
    std::vector<std::string_view> result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        result.push_back(text.substr(at, characterLength(text[at])));
        at += result.back().size();
    }
    return result;
}

void appendUtf8(std::string& out, std::uint32_t codePoint)
{
    utf8proc_uint8_t buffer[4];
    const utf8proc_ssize_t length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(codePoint), buffer);
    out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(length));
}

std::size_t trailingSpace(std::string_view text)
{
    std::size_t length = 0;
    while (length < text.size()) {
        const std::string_view last = lastCharacter(text.substr(0, text.size() - length));
        if (!isSpace(firstCodePoint(last)))
            break;
        length += last.size();
    }
    return length;
}

std::size_t leadingSpace(std::string_view text)
{
    std::size_t length = 0;
    while (length < text.size() && isSpace(firstCodePoint(text.substr(length))))
        length += characterLength(text[length]);
    return length;
}

bool endsWithWord(std::string_view text)
{
    return !text.empty() && isWord(firstCodePoint(lastCharacter(text)));
}

bool startsWithWord(std::string_view text)
{
    return !text.empty() && isWord(firstCodePoint(text));
}

std::string normalizeUnicode(std::string_view text, NormalForm form)
{
    if (std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; }))
        return std::string(text);
    const bool composes = form == NormalForm::Nfc || form == NormalForm::Nfkc;
    int options = UTF8PROC_STABLE | (composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE);
    if (form == NormalForm::Nfkc || form == NormalForm::Nfkd)
        options |= UTF8PROC_COMPAT;
    std::vector<utf8proc_int32_t> points = decomposed(text, static_cast<utf8proc_option_t>(options));
    orderMarks(points);
    if (composes)
        points.resize(static_cast<std::size_t>(utf8proc_normalize_utf32(
            points.data(), static_cast<utf8proc_ssize_t>(points.size()), static_cast<utf8proc_option_t>(options))));
    std::string normal;
    normal.reserve(text.size());
    for (const utf8proc_int32_t point : points) {
        std::array<utf8proc_uint8_t, 4> bytes;
        const utf8proc_ssize_t length = utf8proc_encode_char(point, bytes.data());
        normal.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
    }
    return normal;
}

} // namespace kerf::core
