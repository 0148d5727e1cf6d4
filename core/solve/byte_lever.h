// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/plan/plan.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// An edit of a plan that makes it smaller.
struct ByteLever {
    std::vector<int> layers; ///< that get the format; empty: the key/value cache of all blocks gets it
    std::string role; ///< of the layers
    std::string format;
    std::int64_t saved = 0;
    std::optional<double> kld {}; ///< that it adds, nats; nothing without a profile that predicts both plans
};

/// How much the key/value cache is to hold.
struct CacheUse {
    std::int64_t context = 0; ///< tokens; 0: none
    std::int64_t batch = 1; ///< sequences
};

/// The one edit that saves most bytes: one role's layers in the format that is next below theirs among `formats`, or
/// the cache in 8 bit. Locked layers and those whose shape does not take the format stay. Nothing when no edit saves
/// any.
std::optional<ByteLever> largestLever(const Plan& plan, const Network& network, const Profile* profile,
    const std::vector<std::string>& formats, const CacheUse& cache);
/// The plan with that edit. Errors: as setCacheFormat.
Result<Plan> withLever(const Plan& plan, const Network& network, const ByteLever& lever);

} // namespace kerf::core
