// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/calibrate/drift_statistics.h"
#include "core/calibrate/statistics.h"
#include "core/model/network.h"

namespace kerf::core {

/// Runs a block over many windows a few at a time, in place and in their order: bounds the memory of what lies inside a
/// block and lets a job stop within a second. Taps are called once a batch. Batches depend on the model alone.
/// `done` (may be empty) is told how many windows are through. Errors: as Network::runBlock, Cancelled.
Status runBlockInBatches(const Network& network, int block, const BlockWeights& weights, const BlockRun& run,
    Hidden& hidden, const JobContext& job, const std::function<void(std::int64_t windows)>& done = {});

/// Statistics of the sites of one stage of a block, as hidden states that came from quantized blocks and the stages
/// replaced so far make them: what the sequential mode fits the stage's layers to. `hidden` is the residual stream in
/// front of the half that the stage lies in (partOf), and is left as it was.
/// Errors: as Network::runBlock, Cancelled.
Result<std::map<std::string, SiteStatistics>> collectStage(const Network& network, int block,
    const BlockWeights& weights, const Replacements& replacements, int stage, Hidden& hidden, const JobContext& job);

/// The two residual streams of the sequential mode in front of one half of a block, windows alike.
struct Streams {
    Hidden original; ///< of the original model
    Hidden quantized; ///< of the layers quantized so far
};

/// The same with the drift between both streams. Every fourth window is held out. Leaves `quantized` as it was;
/// `advance`: takes `original` through that half of the block on the way, otherwise it stays as well.
Result<std::map<std::string, SiteWithDrift>> collectStageWithDrift(const Network& network, int block,
    const BlockWeights& weights, const Replacements& replacements, int stage, bool advance, Streams& streams,
    const JobContext& job);

} // namespace kerf::core
