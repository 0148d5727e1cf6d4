// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/sample_mean.h"
#include "core/format/layer_format.h"
#include "core/model/network.h"

namespace kerf::core {

/// A step in which each of `batch` sequences gets one token and looks at `context` positions, its own among them.
struct StepPoint {
    std::int64_t batch = 1;
    std::int64_t context = 1;

    auto operator<=>(const StepPoint&) const = default;
};

/// What a network in one format takes for a step, as its kernels run it.
struct StepTimes {
    std::vector<SampleMean> seconds; ///< of each point, in the order asked: median over the rounds
    /// Likewise without the products of layers and head: what attention and all between the layers take.
    std::vector<SampleMean> frames;
    double dense = 0, routed = 0; ///< bytes of all weights that are kept packed, those of experts apart
    std::string kernels; ///< "4-bit avx512-vnni, bf16 avx512"
};

struct StepOptions {
    LayerFormat format; ///< layers whose shape it does not take stay as they are stored
    std::vector<StepPoint> points;
    int rounds = 15; ///< samples of each point
    std::uint64_t seed = 0; ///< of the order
    /// Called once a round, between the points: for what has to meet the machine in the same mood. May be empty.
    std::function<Status()> beside;
};

/// Times whole decode steps with the real kernels, and the same without its products. Each round visits the points in
/// random order; a step is run once unseen before it is timed, so that weights and caches are found where a server
/// finds them. Codes and what is in the caches are made up: they do not change the time. Errors: InvalidArgument (no
/// decoder; a point beyond the model's positions; a format that no kernel runs packed), OutOfMemory (it would not find
/// its memory), Cancelled, those of reading weights.
Result<StepTimes> measureSteps(const Network& network, const StepOptions& options, const JobContext& job);

} // namespace kerf::core
