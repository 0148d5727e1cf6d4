// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/text/text_piece.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// Settings of Metaspace, which is a pre-tokenizer and a decoder: spaces written as a visible character.
struct Metaspace {
    enum class Prepend { Always, First, Never };

    std::string replacement; ///< one character, usually U+2581
    Prepend prepend = Prepend::Always;
    bool split = true;

    /// Files before release 0.15 of the tokenizers library say add_prefix_space instead of prepend_scheme.
    static Result<Metaspace> load(const TokenizerPart& part);
    /// Appends a piece with its spaces written so, cut before each where it is to be. @pre valid UTF-8, not empty
    void apply(const TextPiece& piece, std::vector<TextPiece>& out) const;
};

} // namespace kerf::core
