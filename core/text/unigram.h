// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/result.h"
#include "core/text/token_model.h"

namespace kerf::core {

/// Unigram (Kudo 2018): of all ways to cut a word into pieces, the one whose scores (log probabilities) sum to most, by
/// Viterbi's algorithm; of equal ones that whose last piece is longest, as the tokenizers library finds it. A character
/// without a piece is unknown, at 10 below the lowest score; neighbours are unknown as one, or spelled by the pieces of
/// their bytes. Errors: BadFile, naming the entry that is wrong.
Result<TokenModelPtr> loadUnigramModel(const TokenizerPart& part);

} // namespace kerf::core
