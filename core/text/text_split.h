// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/regex.h"
#include "core/base/result.h"
#include "core/text/text_piece.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// Where the text that a pattern matched goes.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// The "behavior" of a pre-tokenizer. Errors: BadFile, naming one that is unknown.
Result<SplitBehavior> splitBehavior(const TokenizerPart& part);

/// Cuts a piece at the matches of a pattern (with `invert`, at what lies between), and appends what is left of it.
/// @pre valid UTF-8. Errors: InvalidArgument (the pattern is too expensive).
Status splitAtPattern(
    const TextPiece& piece, const Regex& pattern, SplitBehavior behavior, bool invert, std::vector<TextPiece>& out);
/// Cuts a piece at every character of a class.
void splitAtCharacters(const TextPiece& piece, const std::function<bool(std::uint32_t)>& isMatch,
    SplitBehavior behavior, std::vector<TextPiece>& out);
/// Drops white space, and cuts where word characters meet others: the matches of \w+|[^\w\s]+.
void splitWords(const TextPiece& piece, std::vector<TextPiece>& out);
/// Cuts where the script changes (character_class.h); what stands before the first character that has one is dropped.
void splitScripts(const TextPiece& piece, std::vector<TextPiece>& out);
/// Cuts into pieces of so many characters; the last one may be shorter. @pre length > 0
void splitLengths(const TextPiece& piece, std::int64_t length, std::vector<TextPiece>& out);

} // namespace kerf::core
