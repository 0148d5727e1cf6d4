// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/graph/scale_producer.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// Of how many of a plan's quantized layers a transform can rewrite the inputs in this network.
struct TransformReach {
    std::string transform;
    std::int64_t reached = 0, layers = 0;
    std::map<ScaleObstacle, std::int64_t> left; ///< layers that it leaves as they are, by what stands in the way

    /// Fewer than half: in a network whose norms stand before the layers each transform reaches at least half.
    bool isFew() const { return 2 * reached < layers; }
    std::string text() const; ///< a sentence: how many of how many, and why not the others
};

/// Of each of the plan's transforms that rewrite inputs, in their order.
std::vector<TransformReach> transformReaches(const Plan& plan, const Network& network);
/// The sentences of those that reach few layers: the plan asks for something of which little can come.
std::vector<std::string> fewReachedSentences(const Plan& plan, const Network& network);

} // namespace kerf::core
