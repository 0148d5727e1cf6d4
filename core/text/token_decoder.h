// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/text/tokenizer_part.h"

namespace kerf::core {

/// The "decoder" of a tokenizer.json: how pieces become text again.
class TokenDecoder {
public:
    using Pieces = std::vector<std::string>;
    using Step = std::function<Pieces(Pieces)>;

    /// json may be null: pieces are joined with spaces. Errors: BadFile, naming the decoder that is not supported.
    static Result<TokenDecoder> load(const Json& json, const std::string& place);
    std::string apply(Pieces pieces) const;

private:
    Status add(const TokenizerPart& part);

    std::vector<Step> m_steps;
    std::string m_separator;
};

} // namespace kerf::core
