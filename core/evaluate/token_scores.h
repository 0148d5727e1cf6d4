// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/token_id.h"

namespace kerf::core {

/// A token and its probability; id -1 where a vocabulary has fewer tokens.
struct TokenProbability {
    TokenId id = -1;
    float probability = 0;
    bool operator==(const TokenProbability&) const = default;
};
inline constexpr int kTopTokens = 5;
/// The most probable ones, falling; of equals the lower id first.
using TopTokens = std::array<TokenProbability, kTopTokens>;

/// Of each row of logits [tokens, vocabulary]; logSums as logSumExp() has it. Parallel, same result for any number of
/// threads. @pre finite logits, one sum a row
std::vector<TopTokens> topTokens(const MatrixRef& logits, const std::vector<double>& logSums);

/// What every scored token of a data set gave, window after window: position i of a window predicts token i + 1, and
/// the first token of a window is not scored. KLD and negative log-likelihoods in nats.
struct TokenScores {
    std::string dataset; ///< its name
    std::string datasetHash;
    std::int64_t windowLength = 0; ///< tokens a window
    std::vector<TokenId> tokens; ///< [windows, windowLength]: the text itself; empty where it is not kept
    std::vector<double> nll; ///< [windows, windowLength - 1], as all that follow: -log p of the text's own token
    std::vector<double> referenceNll; ///< the same of the original; empty without one, as all that follow
    std::vector<double> kld; ///< KL(original || run)
    std::vector<std::uint8_t> sameTop1; ///< 1 where both have the same most probable token
    std::vector<TopTokens> referenceTop, top; ///< of original and run; empty where they are not kept

    /// Scored positions of a window. @pre windowLength >= 2
    std::size_t scoredPerWindow() const { return static_cast<std::size_t>(windowLength) - 1; }
    std::size_t windows() const { return nll.size() / scoredPerWindow(); }
    std::size_t windowOf(std::size_t scored) const { return scored / scoredPerWindow(); }
    /// Where the token that a scored position predicts stands in `tokens`.
    std::size_t textPosition(std::size_t scored) const { return scored + windowOf(scored) + 1; }
    TokenId tokenOf(std::size_t scored) const { return tokens[textPosition(scored)]; }
};

/// The value below which a share of the sorted values lies, linear between the nearest ranks. @pre sorted, not empty
double quantile(const std::vector<double>& sorted, double share);

struct Evaluation;
/// The metrics that follow from the scores: all but what the job adds (seconds, calibration overlap). @pre not empty
Evaluation evaluationOf(const TokenScores& scores);

} // namespace kerf::core
