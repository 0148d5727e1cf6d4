// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// A layer that two plans carry out differently.
struct LayerChange {
    int layer = 0; ///< position in the network's order
    PlanLayer before, after;
    std::int64_t bytes = 0; ///< after less before
    std::optional<double> kld {}; ///< likewise, predicted, nats; nothing where one of both is not predicted
};

/// What the changes add up to.
struct PlanDifference {
    std::vector<LayerChange> layers; ///< the dearest or most useful first: falling absolute kld, then bytes
    std::int64_t bytes = 0; ///< of all layers
    std::optional<double> kld {}; ///< of the whole plans, caches among them
};

/// From one plan of a model to another. `profile` may be null. @pre both have the network's layers in its order
PlanDifference planDifference(const Plan& before, const Plan& after, const Network& network, const Profile* profile);

} // namespace kerf::core
