// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// A piece of text on its way to the model.
struct TextPiece {
    std::string text; ///< never empty
    bool first = false; ///< starts where the whole input starts
    bool continued = false; ///< goes on where another ended: nothing is put before it
};

/// The "pre_tokenizer" of a tokenizer.json: ByteLevel, Split, Metaspace, Digits and Sequence.
class PreTokenizer {
public:
    /// json may be null: the text is one piece. Errors: BadFile, naming the pre-tokenizer that is not supported.
    static Result<PreTokenizer> load(const Json& json, const std::string& place);
    /// Cuts a normalized text. @pre valid UTF-8. Errors: InvalidArgument (a pattern is too expensive).
    Result<std::vector<TextPiece>> apply(TextPiece piece) const;

private:
    using Step = std::function<Status(const TextPiece&, std::vector<TextPiece>&)>;
    Status add(const TokenizerPart& part);
    Status addByteLevel(const TokenizerPart& part);
    Status addMetaspace(const TokenizerPart& part);
    Status addSplit(const TokenizerPart& part);

    std::vector<Step> m_steps;
};

} // namespace kerf::core
