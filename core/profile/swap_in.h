// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/format/format.h"
#include "core/model/network.h"
#include "core/task/samples.h"

namespace kerf::core {

/// One weight that is swapped in alone; or, without a layer, the cache of one block.
struct SwapIn {
    std::string layer;
    std::string format;
    int block = -1; ///< whose cache is kept in `format`, when there is no layer
};

struct SwapInResult {
    double kld = 0; ///< mean over the scored results of all samples, in the unit of the network's task
    double stderr_ = 0; ///< of that mean, from the spread of the samples' means (tokens of a window are correlated)
};

/// Makes the operator that stands in for the layer of a cell, given the layer's own weight. Called once a cell, block
/// by block.
using SwapInSource = std::function<Result<LinearPtr>(const SwapIn& cell, const Matrix& weight, const JobContext& job)>;

/// Divergence, as the network's task has it, of the model with only one layer replaced or one block's cache quantized,
/// for each cell; results in the cells' order. A cell starts from the original's hidden states before its block, and
/// cells of a block go through the rest of the model together. Progress: cells done. Errors: InvalidArgument (unknown
/// layer, no sample, one that is too short; a network without a task), Numerical, Cancelled. Time: half the model a
/// cell and window, on average; memory: the samples' hidden states, and 256 MiB of cells' states.
Result<std::vector<SwapInResult>> evaluateSwapIns(const Network& network, const Samples& samples,
    const std::vector<SwapIn>& cells, const SwapInSource& source, const JobContext& job);

} // namespace kerf::core
