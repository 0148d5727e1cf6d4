// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/network.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// What calibration showed of one expert.
struct ExpertCoverage {
    int block = 0;
    int expert = 0;
    std::string module; ///< "model.layers.3.mlp.experts.17"
    std::int64_t tokens = 0; ///< that its router sent it
    std::int64_t passed = 0; ///< that went through the block
    bool isUnderCovered = false; ///< see leastCoverage()
};
/// Every expert of the network, by block and number. Empty: it has none, or the profile is from before this was kept.
std::vector<ExpertCoverage> expertCoverage(const Profile& profile, const Network& network);

/// "Experts: …" with the least, the median and the most tokens and those that are under-covered; empty: there are none.
std::string coverageText(const std::vector<ExpertCoverage>& experts);

} // namespace kerf::core
