// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/text/text_piece.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// The "pre_tokenizer" of a tokenizer.json: how a normalized text is cut into words.
class PreTokenizer {
public:
    /// Appends what a piece becomes. @pre valid UTF-8, not empty. Errors: InvalidArgument (a pattern is too expensive).
    using Step = std::function<Status(const TextPiece&, std::vector<TextPiece>&)>;

    /// json may be null: the text is one piece. Errors: BadFile, naming the pre-tokenizer that is not supported.
    static Result<PreTokenizer> load(const Json& json, const std::string& place);
    /// Cuts a normalized text into pieces, none of them empty. @pre and errors as Step.
    Result<std::vector<TextPiece>> apply(TextPiece piece) const;

private:
    Status add(const TokenizerPart& part);

    std::vector<Step> m_steps;
};

} // namespace kerf::core
