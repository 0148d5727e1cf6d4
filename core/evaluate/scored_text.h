// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/evaluate/token_scores.h"
#include "core/text/token_text.h"

namespace kerf::core {

/// Scores with the texts of their tokens: what "which words got worse" is answered from. Immutable once made; cheap to
/// share between threads by pointer.
struct ScoredText {
    TokenScores scores;
    std::vector<std::string> texts; ///< of every token, in the order of scores.tokens
    std::vector<TokenClass> classes; ///< likewise
};
/// Tokens are spelled and told apart window by window: what stands before a window is not known to it.
ScoredText scoredText(TokenScores scores, const Tokenizer& tokenizer);

/// One window. Means and shares over its scored tokens, the standard error over them too.
struct WindowSummary {
    std::size_t window = 0;
    double kldMean = 0, kldStderr = 0, kldP99 = 0, kldMax = 0;
    double sameTop1 = 0;
};
std::vector<WindowSummary> windowSummaries(const TokenScores& scores); ///< in the text's order

/// The tokens of one class. Empty classes have no mean.
struct ClassSummary {
    TokenClass kind = TokenClass::WordStart;
    std::size_t tokens = 0;
    double share = 0; ///< of all scored tokens
    double kldMean = 0, kldStderr = 0; ///< over its tokens
    double kldShare = 0; ///< of the sum of all tokens' KLD
    double sameTop1 = 0;
};
std::array<ClassSummary, kTokenClasses> classSummaries(const ScoredText& text);

/// Scored positions by falling KLD, of equals the earlier first; of one class, where one is given; at most `count`.
std::vector<std::size_t> worstTokens(
    const ScoredText& text, std::size_t count, std::optional<TokenClass> kind = std::nullopt);

/// Keys: window (from 1), position (of the token in its window, from 1), id, text, class, kld, nll, reference_nll,
/// same_top1, top and reference_top (id, text, probability).
Json tokenJson(const ScoredText& text, const Tokenizer& tokenizer, std::size_t scored);
Json toJson(const WindowSummary& window);
Json toJson(const ClassSummary& kind);

} // namespace kerf::core
