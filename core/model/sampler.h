// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/base/token_id.h"

namespace kerf::core {

/// How the next token is drawn from logits.
struct SamplerSettings {
    double temperature = 0.8; ///< logits are divided by it; 0: always the most probable token
    double topP = 0.95; ///< only the most probable tokens that together have this share, and at least one
    std::uint64_t seed = 0;
};
/// Errors: InvalidArgument: a temperature that is negative or no number, a share outside of (0, 1].
Status checkSampler(const SamplerSettings& settings);

/// What a token is drawn from: softmax(logits / temperature), cut to the smallest set of most probable tokens whose sum
/// reaches topP (nucleus sampling: Holtzman et al., ICLR 2020, section 3.1), and divided by that sum. In double; of
/// equals the lower id comes first.
class TokenDistribution {
public:
    struct Entry {
        TokenId id = 0;
        double probability = 0;
    };

    /// @pre finite logits, settings that checkSampler() takes
    TokenDistribution(const Vector& logits, const SamplerSettings& settings);

    const std::vector<Entry>& entries() const { return m_entries; } ///< by falling probability
    double probability(TokenId id) const; ///< 0 of tokens that were cut off
    /// The first token at which the sum of probabilities passes `random`, in [0, 1).
    const Entry& pick(double random) const;

private:
    std::vector<Entry> m_entries;
};

} // namespace kerf::core
