// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/model/network.h"
#include "core/task/samples.h"

namespace kerf::core {

/// The largest magnitude among a model's activations and where it was: "behind block 3" (the residual stream) or "at
/// the input of model.layers.3.mlp.down_proj". What says whether the model can run in float16, which ends at 65,504.
struct ActivationRange {
    double largest = 0;
    std::string place;
};

inline constexpr double kLargestFloat16 = 65504;
/// Windows that are looked at: magnitudes this far apart belong to the model, not to the text, and show in every one.
inline constexpr std::int64_t kRangeWindows = 8;

/// One pass of the network over the first kRangeWindows windows. Errors: InvalidArgument (no windows), Numerical (names
/// the block), Cancelled.
Result<ActivationRange> measureActivationRange(const Network& network, const Samples& samples, const JobContext& job);

} // namespace kerf::core
