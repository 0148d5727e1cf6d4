// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/unicode.h"

namespace kerf::core {

// What a character is to the tokenizers library. Its tables are those of the Unicode versions named here, which differ
// from today's: a character that is newer is none of a class, as when the models were trained. By ICU.

bool isSpace(std::uint32_t codePoint); ///< property White_Space, which no version has changed
/// Cc, Cf and Co of Unicode 8.
bool isControl(std::uint32_t codePoint);
/// P of Unicode 8, and all ASCII signs: "$", "+", "<" too.
bool isPunctuation(std::uint32_t codePoint);
bool isNumeric(std::uint32_t codePoint); ///< N of today's Unicode
/// Mn of Unicode 8.
bool isNonspacingMark(std::uint32_t codePoint);
/// M of Unicode 9.
bool isCombiningMark(std::uint32_t codePoint);
/// The blocks of ideographs that BERT puts spaces around.
bool isIdeograph(std::uint32_t codePoint);

/// A script of Unicode as SentencePiece cuts at it: Hiragana and Katakana are Han. kAnyScript goes with every other: a
/// space, and what had no script in Unicode 9.
using ScriptId = int;
inline constexpr ScriptId kAnyScript = -1;
ScriptId scriptOf(std::uint32_t codePoint);

/// Appends the lower case of a character (its full mapping, without regard to what stands around it).
void appendLowerCase(std::string& out, std::uint32_t codePoint);

/// Unicode normalization as of Unicode 9: newer characters stay as they are. @pre valid UTF-8.
std::string normalizeAsLibrary(std::string_view text, NormalForm form);

} // namespace kerf::core
