// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

/// A text as a network reads it: its tokens between the special ones.
struct TokenSample {
    std::vector<TokenId> ids;
    std::vector<std::int32_t> types; ///< of each token: 0 the first text, 1 the second (token_type_ids)
    std::int64_t first = 0; ///< place of the first text's first token
    std::int64_t lost = 0; ///< tokens that were cut off because there were too many
};

/// Special tokens around the tokens of one text, or of two (`second` not null). Too many are cut to `longest`: the ends
/// of the longer text first, as tokenizers' longest_first does. Errors: InvalidArgument: a pair, of which the
/// tokenizer's post-processor says nothing; not even the special tokens fit.
Result<TokenSample> withSpecialTokens(
    const Tokenizer& tokenizer, std::vector<TokenId> first, const std::vector<TokenId>* second, std::int64_t longest);

} // namespace kerf::core
