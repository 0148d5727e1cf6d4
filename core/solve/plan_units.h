// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/solve/solver.h"

namespace kerf::core {

/// What gets one format: a layer, layers tied together, or the cache of one block.
struct PlanUnit {
    std::vector<const LayerInfo*> layers; ///< of the network; empty for a cache
    int cacheBlock = -1; ///< whose keys and values, when there is no layer
    std::vector<std::string> formats; ///< one an option
    std::vector<double> spreads; ///< standard errors of the options' losses
    BudgetUnit budget;
};

/// The units of a model and what each may become: the profiled formats that all layers of a unit take, and 16 bits.
/// Caches are units when options.memoryBytes is set, with the bytes of their keys and values. Costs are bytes, or
/// nanoseconds a token when options.tokensPerSecond is set. Losses are those of `base`'s methods, settings, transforms
/// and mode where the profile knows them, of its own method where it does not. A unit with a layer of base.locked has
/// that layer's format alone; a tie whose locked layers differ is one unit a layer. Errors: InvalidArgument (a format
/// that was not profiled, a profile of another model, no time for a layer).
Result<std::vector<PlanUnit>> planUnits(
    const Profile& profile, const Network& network, const SolveOptions& options, const Plan& base);

/// Writes one option a unit into a plan. Layers without a method get `method`.
void applyChoice(const std::vector<PlanUnit>& units, const std::vector<int>& choice, const Network& network,
    const std::string& method, Plan& plan);

/// The option of every unit that a plan has. Errors: InvalidArgument: a format that is no option of its unit, or layers
/// of one unit that differ: named.
Result<std::vector<int>> choiceOf(const std::vector<PlanUnit>& units, const Plan& plan);

} // namespace kerf::core
