// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "core/calibrate/block_pass.h"
#include "core/calibrate/statistics.h"

namespace kerf::core {
namespace {

/// The sites of each block that the cache lacks, with their number of inputs.
std::vector<std::map<std::string, std::int64_t>> missingSites(const Network& network, const StatisticsCache& cache)
{
    std::vector<std::map<std::string, std::int64_t>> missing(static_cast<std::size_t>(network.blockCount()));
    for (const Site& site : network.graph().sites())
        if (!cache.has(site.id))
            missing[static_cast<std::size_t>(site.block)].emplace(site.id, site.width);
    return missing;
}

Status calibrateBlock(const Network& network, int block, const std::map<std::string, std::int64_t>& sites,
    const StatisticsCache& cache, Hidden& hidden, const JobContext& job,
    const std::function<void(std::int64_t windows)>& done)
{
    std::map<std::string, StatisticsAccumulator> accumulators;
    for (const auto& [site, cols] : sites)
        accumulators.try_emplace(site, cols);
    BlockRun run;
    run.tap = [&](const Observation& seen) {
        if (const auto found = accumulators.find(seen.site.id); found != accumulators.end())
            found->second.add(seen.x);
    };
    KERF_TRY(const auto weights, network.loadBlock(block));
    KERF_CHECK(runBlockInBatches(network, block, *weights, run, hidden, job, done));
    for (const auto& [site, accumulator] : accumulators)
        KERF_CHECK(cache.store(site, accumulator.finish()));
    return {};
}

} // namespace

Status calibrate(const Network& network, const Samples& samples, const StatisticsCache& cache, const JobContext& job)
{
    const std::vector<std::map<std::string, std::int64_t>> missing = missingSites(network, cache);
    const auto last = std::find_if(missing.rbegin(), missing.rend(), [](const auto& sites) { return !sites.empty(); });
    const auto blocks = static_cast<int>(missing.rend() - last); // none behind the last that lacks something
    if (blocks == 0)
        return {};
    if (samples.count() == 0)
        return fail(ErrorCode::InvalidArgument, "The calibration texts hold no window of tokens. Give more text.");
    KERF_TRY(Hidden hidden, samples.enter(network, 0, samples.count()));
    const std::int64_t windows = samples.count();
    for (int block = 0; block < blocks; ++block) {
        const auto report = [&](std::int64_t done) {
            job.progress({ fmt::format("Calibrating block {} of {}", block + 1, network.blockCount()),
                block * windows + done, blocks * windows, "windows" });
        };
        report(0);
        KERF_CHECK(
            calibrateBlock(network, block, missing[static_cast<std::size_t>(block)], cache, hidden, job, report));
    }
    return {};
}

} // namespace kerf::core
