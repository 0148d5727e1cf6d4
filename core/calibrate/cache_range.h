// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/model/network.h"
#include "core/task/samples.h"

namespace kerf::core {

/// The largest magnitudes that a block's keys (after the rotation) and values had on the calibration windows.
struct CacheRange {
    float keys = 0;
    float values = 0;
};

/// One pass of the original network over the windows. One entry a block. Memory: the hidden states of all windows.
/// Errors: InvalidArgument (no windows), Numerical (names the block), Cancelled.
Result<std::vector<CacheRange>> measureCacheRanges(
    const Network& network, const Samples& samples, const JobContext& job);

} // namespace kerf::core
