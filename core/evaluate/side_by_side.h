// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/model/generator.h"
#include "core/model/sampler.h"
#include "core/text/tokenizer.h"

namespace kerf::core {

struct SideBySideSettings {
    SamplerSettings sampler;
    std::int64_t tokens = 160; ///< at most; a model that ends its text (a special token) ends earlier
};

/// A token that a model wrote.
struct WrittenToken {
    TokenId id = 0;
    double probability = 0; ///< in the distribution that it was drawn from
    std::string text; ///< what it adds (TokenSpeller)
};

/// The first step at which two models drew different tokens: up to there both had the same text before them.
struct Parting {
    std::size_t step = 0; ///< index into the written tokens
    double random = 0; ///< the number that both drew with, in [0, 1)
    std::array<TokenId, 2> picked {};
    std::array<std::string, 2> texts; ///< of the picked tokens by themselves
    /// probability[m][t]: what model m gives picked[t], after temperature and top-p.
    std::array<std::array<double, 2>, 2> probability {};
};

/// Two models that go on with one prompt: 0 = original, 1 = run. Each draw of the same step uses the same random number
/// (CounterRng of the seed), so that they part only where their distributions do.
struct SideBySide {
    std::array<std::vector<WrittenToken>, 2> written;
    std::array<bool, 2> ended {}; ///< by a special token, which is not among the written
    std::array<double, 2> tokensPerSecond {}; ///< of decoding, one token at a time
    std::optional<Parting> parting;

    std::string text(std::size_t side) const;
};
/// Keys: original and run (text, tokens, tokens_per_second, ended), parting (step from 1, random_number, …) or null.
Json toJson(const SideBySide& result);

/// Called after each step with what there is so far, in the thread that does the work.
using SideBySideSink = std::function<void(const SideBySide& soFar)>;

/// Reports progress in tokens; asks the job before each token and each stretch of the prompt whether to stop.
/// Errors: InvalidArgument (settings; no prompt), Numerical (logits that are not finite), Cancelled.
Result<SideBySide> generateSideBySide(const std::array<Generation*, 2>& models, const Tokenizer& tokenizer,
    std::span<const TokenId> prompt, const SideBySideSettings& settings, const SideBySideSink& sink,
    const JobContext& job);

} // namespace kerf::core
