// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/cache_range.h"

#include <algorithm>

#include "core/calibrate/block_pass.h"

namespace kerf::core {

Result<std::vector<CacheRange>> measureCacheRanges(
    const Network& network, const Samples& samples, const JobContext& job)
{
    if (samples.count() == 0)
        return fail(ErrorCode::InvalidArgument,
            "The steps of a cache need the keys and values that calibration saw, and it saw no token. Give a "
            "calibration "
            "text, or choose kv-int8 or kv-fp8.");
    std::vector<CacheRange> ranges(static_cast<std::size_t>(network.blockCount()));
    KERF_TRY(Hidden hidden, samples.enter(network, 0, samples.count()));
    for (int block = 0; block < network.blockCount(); ++block) {
        job.progress({ "Measuring keys and values", block, network.blockCount(), "blocks" });
        CacheRange& range = ranges[static_cast<std::size_t>(block)];
        BlockRun run;
        run.cacheTap = [&range](const MatrixRef& keys, const MatrixRef& values) {
            range.keys = std::max(range.keys, keys.cwiseAbs().maxCoeff());
            range.values = std::max(range.values, values.cwiseAbs().maxCoeff());
        };
        KERF_TRY(const std::shared_ptr<const BlockWeights> weights, network.loadBlock(block));
        KERF_CHECK(runBlockInBatches(network, block, *weights, run, hidden, job));
    }
    return ranges;
}

} // namespace kerf::core
