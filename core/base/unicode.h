// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kerf::core {

/// Offset of the first byte that is not valid UTF-8; nullopt when all are.
std::optional<std::size_t> findInvalidUtf8(std::string_view text);
/// Whether bytes are the start of one character, cut off before its end.
bool isIncompleteUtf8(std::string_view bytes);
/// Every maximal invalid part replaced by U+FFFD (Unicode 15, section 3.9, "substitution of maximal subparts").
std::string replaceInvalidUtf8(std::string_view bytes);
/// Bytes of the character that starts at a byte. @pre valid UTF-8
std::size_t characterLength(char first);
/// The last character of a text, and the numbers of its first and last. @pre valid UTF-8, not empty
std::string_view lastCharacter(std::string_view text);
std::uint32_t firstCodePoint(std::string_view text);
std::uint32_t lastCodePoint(std::string_view text);
/// The characters of a text, one view each. @pre valid UTF-8
std::vector<std::string_view> characters(std::string_view text);
/// @pre codePoint is a Unicode scalar value
void appendUtf8(std::string& out, std::uint32_t codePoint);
/// Unicode white space (property White_Space) at the end and at the start of a text: its length in bytes.
std::size_t trailingSpace(std::string_view text);
std::size_t leadingSpace(std::string_view text);
/// Whether a text ends or starts with a word character (Unicode TR 18: Alphabetic, M, Nd, Pc, Join_Control).
bool endsWithWord(std::string_view text);
bool startsWithWord(std::string_view text);

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };
/// Unicode normalization (UAX 15) by the tables of utf8proc. Time O(n log n). @pre valid UTF-8.
std::string normalizeUnicode(std::string_view text, NormalForm form);

} // namespace kerf::core
