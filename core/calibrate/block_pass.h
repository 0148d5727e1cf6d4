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

/// Takes hidden states through all blocks, nothing replaced. `stage`: what progress says; empty: it says nothing.
/// Errors: as runBlockInBatches.
Status runBlocks(const Network& network, Hidden& hidden, const std::string& stage, const JobContext& job);

/// The layers of a block that are fitted together: those of one step, in one part.
struct StepOfBlock {
    int block = 0, part = 0, step = 0;
    bool allExperts = false; ///< Dataset's: what experts are observed with
};

/// Statistics of the sites of a step, as hidden states that came from quantized blocks and the steps replaced so far
/// make them: what the sequential mode fits the step's layers to. `hidden` is what is live in front of the part, and is
/// left as it was. Errors: as Network::runBlock, Cancelled.
Result<std::map<std::string, SiteStatistics>> collectStep(const Network& network, const StepOfBlock& step,
    const BlockWeights& weights, const Replacements& replacements, Hidden& hidden, const JobContext& job);

/// The two hidden states of the sequential mode in front of one part of a block, windows alike.
struct Streams {
    Hidden original; ///< of the original model
    Hidden quantized; ///< of the layers quantized so far
};

/// The same with the drift between both streams. Every fourth window is held out. Leaves `quantized` as it was;
/// `advance`: takes `original` through that part of the block on the way, otherwise it stays as well. Of a routed site
/// count the rows that both streams send there.
Result<std::map<std::string, SiteWithDrift>> collectStepWithDrift(const Network& network, const StepOfBlock& step,
    const BlockWeights& weights, const Replacements& replacements, bool advance, Streams& streams,
    const JobContext& job);

} // namespace kerf::core
