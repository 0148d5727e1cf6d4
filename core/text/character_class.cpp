// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/text/character_class.h"

#include <algorithm>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace kerf::core {
namespace {

bool isOfVersion(std::uint32_t codePoint, int major)
{
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(codePoint), age);
    return age[0] > 0 && age[0] <= major;
}

std::uint32_t categoryMask(std::uint32_t codePoint)
{
    return U_GET_GC_MASK(static_cast<UChar32>(codePoint));
}

bool isAscii(std::uint32_t codePoint)
{
    return codePoint < 0x80;
}

} // namespace

bool isSpace(std::uint32_t codePoint)
{
    if (isAscii(codePoint))
        return codePoint == ' ' || (codePoint >= 0x09 && codePoint <= 0x0d);
    return u_isUWhiteSpace(static_cast<UChar32>(codePoint)) != 0;
}

bool isControl(std::uint32_t codePoint)
{
    if (isAscii(codePoint))
        return codePoint < 0x20 || codePoint == 0x7f;
    return (categoryMask(codePoint) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK)) != 0 && isOfVersion(codePoint, 8);
}

bool isPunctuation(std::uint32_t codePoint)
{
    if (isAscii(codePoint))
        return (codePoint >= 0x21 && codePoint <= 0x2f) || (codePoint >= 0x3a && codePoint <= 0x40)
            || (codePoint >= 0x5b && codePoint <= 0x60) || (codePoint >= 0x7b && codePoint <= 0x7e);
    // Two that were punctuation then: the Canadian syllabics chi sign, and a sign of Sharada.
    if (codePoint == 0x166d || codePoint == 0x111c9)
        return true;
    return (categoryMask(codePoint) & U_GC_P_MASK) != 0 && isOfVersion(codePoint, 8);
}

bool isNumeric(std::uint32_t codePoint)
{
    if (isAscii(codePoint))
        return codePoint >= '0' && codePoint <= '9';
    return (categoryMask(codePoint) & U_GC_N_MASK) != 0;
}

bool isNonspacingMark(std::uint32_t codePoint)
{
    if (codePoint < 0x300)
        return false;
    // The Hanunoo sign pamudpod is Mc since Unicode 14.
    return codePoint == 0x1734 || ((categoryMask(codePoint) & U_GC_MN_MASK) != 0 && isOfVersion(codePoint, 8));
}

bool isCombiningMark(std::uint32_t codePoint)
{
    if (codePoint < 0x300)
        return false;
    // Two Vedic signs are letters since Unicode 12.
    return codePoint == 0x1cf2 || codePoint == 0x1cf3
        || ((categoryMask(codePoint) & U_GC_M_MASK) != 0 && isOfVersion(codePoint, 9));
}

bool isIdeograph(std::uint32_t c)
{
    return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x20000 && c <= 0x2a6df)
        || (c >= 0x2a700 && c <= 0x2b73f) || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf)
        || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

ScriptId scriptOf(std::uint32_t codePoint)
{
    constexpr std::uint32_t soundMark = 0x30fc; // of Hiragana and Katakana
    if (codePoint == soundMark)
        return USCRIPT_HAN;
    if (codePoint == ' ')
        return kAnyScript;
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(codePoint), &error);
    if (script == USCRIPT_UNKNOWN || U_FAILURE(error) || !isOfVersion(codePoint, 9))
        return kAnyScript;
    return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ? USCRIPT_HAN : script;
}

void appendLowerCase(std::string& out, std::uint32_t codePoint)
{
    constexpr std::uint32_t dottedCapitalI = 0x130; // the only one whose lower case is two characters
    if (isAscii(codePoint))
        out += static_cast<char>(codePoint >= 'A' && codePoint <= 'Z' ? codePoint + 0x20 : codePoint);
    else if (codePoint == dottedCapitalI)
        out += "i\xcc\x87";
    else
        appendUtf8(out, static_cast<std::uint32_t>(u_tolower(static_cast<UChar32>(codePoint))));
}

std::string normalizeAsLibrary(std::string_view text, NormalForm form)
{
    if (std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; }))
        return std::string(text); // no form changes ASCII
    std::string out;
    std::size_t done = 0;
    const auto takeUntil = [&](std::size_t end) {
        out += normalizeUnicode(text.substr(done, end - done), form);
        done = end;
    };
    for (std::size_t at = 0; at < text.size(); at += characterLength(text[at])) {
        constexpr std::uint32_t lastOfOldBlocks = 0x36f;
        const std::uint32_t codePoint = firstCodePoint(text.substr(at, 4));
        if (codePoint <= lastOfOldBlocks || isOfVersion(codePoint, 9))
            continue;
        // What was unassigned neither changes nor joins, so that both sides are normalized apart.
        takeUntil(at);
        done += characterLength(text[at]);
        out += text.substr(at, done - at);
    }
    takeUntil(text.size());
    return out;
}

} // namespace kerf::core
