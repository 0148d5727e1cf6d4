// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/text/normalizer.h"

namespace kerf::core {

/// SentencePiece's "precompiled_charsmap": what character sequences become. A double array of 32-bit cells over bytes
/// (darts-clone's layout: https://github.com/s-yata/darts-clone), whose values are places in a list of texts that end
/// with a 0 byte.
class Charsmap {
public:
    /// From the bytes of the map: the length of the array in bytes (32 bit, little endian), the array, the texts.
    /// Errors: InvalidArgument (the array is longer than the data, or the texts are not UTF-8).
    static Result<Charsmap> parse(std::string_view bytes);
    /// As the tokenizers library applies it: a grapheme of up to five bytes becomes what the shortest sequence that it
    /// starts with becomes; where there is none, each of its characters by itself. @pre valid UTF-8
    void applyToGraphemes(TextPiece& piece) const;
    /// As SentencePiece applies it: at every place the longest sequence that is known. @pre valid UTF-8
    void applyLongest(TextPiece& piece) const;

private:
    struct Found {
        std::size_t length = 0; ///< bytes of the sequence; 0 when none is known
        std::string_view text; ///< what it becomes
    };
    /// The shortest sequence that a text starts with, or the longest.
    Found find(std::string_view text, bool longest) const;
    void appendGrapheme(std::string_view grapheme, std::string& out) const;

    std::vector<std::uint32_t> m_cells;
    std::string m_texts;
};

/// The Precompiled normalizer, whose map is written in base64. A key of Kerf's own, "longest_match", has it applied as
/// SentencePiece does. Errors: BadFile.
Result<Normalizer::Step> precompiledNormalizer(const TokenizerPart& part);

} // namespace kerf::core
