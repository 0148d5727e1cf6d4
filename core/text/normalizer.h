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

/// The "normalizer" of a tokenizer.json: what a text becomes before it is cut into words.
class Normalizer {
public:
    /// Changes a piece. One that loses its first characters does not start where the input starts any more. When it is
    /// continued, nothing is put or taken away at its start. @pre valid UTF-8. Errors: InvalidArgument (a pattern is
    /// too expensive), OutOfMemory.
    using Step = std::function<Status(TextPiece&)>;

    /// json may be null: the text stays as it is. Errors: BadFile, naming the normalizer that is not supported.
    static Result<Normalizer> load(const Json& json, const std::string& place);
    /// @pre and errors as Step.
    Status apply(TextPiece& piece) const;

private:
    Status add(const TokenizerPart& part);

    std::vector<Step> m_steps;
};

} // namespace kerf::core
