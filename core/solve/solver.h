// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// One way to store one unit.
struct BudgetOption {
    std::int64_t bytes = 0;
    double loss = 0; ///< predicted KLD, nats
};
/// A unit is a layer, or layers tied together; exactly one of its options is chosen.
struct BudgetUnit {
    std::vector<BudgetOption> options;
};
struct BudgetSolution {
    std::vector<int> choice; ///< option of each unit
    std::int64_t bytes = 0;
    double loss = 0;
    double lowerBound = 0; ///< of the loss, by the Lagrangian relaxation
    /// 1: no choice within the budget has less loss. More: the search grew too large and took differences of size
    /// rounded up to multiples of this many bytes; the loss is then within loss - lowerBound of the best.
    std::int64_t grid = 1;
};
/// Multiple-choice knapsack: least loss with bytes <= budget, exact to the byte unless `grid` says otherwise,
/// deterministic (equal loss: fewer bytes; equal options of a unit: the first). 1,000 units x 8 options in under 50 ms.
/// Lagrangian relaxation by the convex hulls of the units, then dynamic programming over the units that its bound
/// leaves undecided (Pisinger, "A minimal algorithm for the multiple-choice knapsack problem", EJOR 83, 1995).
/// Errors: InvalidArgument: the budget is below the smallest possible size, which the message states; a unit without
/// options, a negative size or a loss that is not finite.
Result<BudgetSolution> solveBudget(const std::vector<BudgetUnit>& units, std::int64_t budget);

/// Seconds of one decoded token on this machine, taken apart.
struct DecodeTimes {
    double otherSeconds = 0; ///< attention, norms, head, and all that is not a quantizable layer
    /// Layer, then format: seconds of its product with one token.
    std::map<std::string, std::map<std::string, double>> layers {};
};

struct SolveOptions {
    std::optional<double> bitsPerWeight; ///< over the quantizable layers; one of the four budgets, or kld, is set
    std::optional<std::int64_t> sizeBytes; ///< of the whole checkpoint
    /// Of checkpoint and key/value cache together: the caches' formats are then chosen too.
    std::optional<std::int64_t> memoryBytes {};
    std::int64_t context = 0; ///< tokens of a sequence in the cache, with memoryBytes
    std::int64_t batch = 1; ///< sequences in the cache
    std::vector<std::string> cacheFormats {}; ///< allowed with memoryBytes; empty = all profiled
    std::optional<double> tokensPerSecond {}; ///< of decoding one sequence, by `times`
    /// Instead of a budget: the plan of fewest bytes whose predicted divergence (predictPlan) is at most this, nats.
    std::optional<double> kld {};
    const DecodeTimes* times = nullptr;
    std::vector<std::string> formats; ///< allowed; empty = all profiled
    bool tieFused = true; ///< q=k=v and gate=up get one format
    std::vector<std::string> keep; ///< layers that stay at 16 bit
};
/// The plan of least predicted KLD for a budget, or of fewest bytes for a KLD. What base.locked names keeps its format;
/// layers tied to it get the same one where they can. Errors: InvalidArgument.
Result<Plan> solvePlan(const Profile& profile, const Network& network, std::int64_t otherBytes,
    const SolveOptions& options, const Plan& base);

/// Whether the profile predicts anything: a layer was swapped in at least once.
bool hasSlopes(const Profile& profile);
/// Layers whose predicted KLD at probeFormat is above a threshold stay 16 bit: returns their names.
std::vector<std::string> layersAbove(const Profile& profile, const std::string& format, double kldThreshold);

/// Weights of these layers over those of all layers.
double shareOfWeights(const Network& network, const std::vector<std::string>& layers);

/// Gives the layers above the threshold 16 bits in the plan: compared in `format`, or each in the format it has when
/// that is empty. Returns their names. Errors: InvalidArgument (unknown format, or one the profile does not predict).
Result<std::vector<std::string>> keepAbove(
    Plan& plan, const Profile& profile, const std::string& format, double kldThreshold);

} // namespace kerf::core
