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

/// Sums of the sites that one pass over the samples observes.
constexpr std::int64_t kSumBytes = std::int64_t { 512 } << 20;

using Sites = std::vector<const Site*>;

/// The sites of each block that the cache lacks, in the graph's order.
std::vector<Sites> missingSites(const Network& network, const StatisticsCache& cache)
{
    std::vector<Sites> missing(static_cast<std::size_t>(network.blockCount()));
    for (const Site& site : network.graph().sites())
        if (!cache.has(site.id))
            missing[static_cast<std::size_t>(site.block)].push_back(&site);
    return missing;
}

/// Cut so that the sums of each part fit into kSumBytes: a block of many experts takes several passes. One part at
/// least, which may be empty.
std::vector<Sites> passesOf(const Sites& sites)
{
    std::vector<Sites> passes(1);
    std::int64_t bytes = 0;
    for (const Site* site : sites) {
        const std::int64_t own = StatisticsAccumulator::bytes(*site);
        if (!passes.back().empty() && bytes + own > kSumBytes) {
            passes.emplace_back();
            bytes = 0;
        }
        passes.back().push_back(site);
        bytes += own;
    }
    return passes;
}

/// One block, as it is calibrated.
class BlockCalibration {
public:
    BlockCalibration(
        const Network& network, int block, const StatisticsCache& cache, bool allExperts, const JobContext& job)
        : m_network(network)
        , m_block(block)
        , m_cache(cache)
        , m_allExperts(allExperts)
        , m_job(job)
    {
    }

    /// `done` is told how many windows are through, over all passes.
    Status run(const Sites& sites, Hidden& hidden, const std::function<void(double share)>& done)
    {
        KERF_TRY(const auto weights, m_network.loadBlock(m_block));
        const std::vector<Sites> passes = passesOf(sites);
        const auto windows = static_cast<double>(hidden.lengths.size());
        for (std::size_t i = 0; i < passes.size(); ++i)
            KERF_CHECK(observe(passes[i], i + 1 == passes.size(), *weights, hidden, [&](std::int64_t through) {
                done((static_cast<double>(i) + static_cast<double>(through) / windows)
                    / static_cast<double>(passes.size()));
            }));
        return {};
    }

private:
    /// The last pass takes `hidden` through the block.
    Status observe(const Sites& sites, bool isLast, const BlockWeights& weights, Hidden& hidden,
        const std::function<void(std::int64_t windows)>& done)
    {
        std::map<std::string, StatisticsAccumulator> accumulators;
        BlockRun run;
        run.allExperts = m_allExperts;
        for (const Site* site : sites) {
            accumulators.try_emplace(site->id, m_network.graph(), *site);
            run.lastStep = isLast ? -1 : std::max(run.lastStep, site->step);
        }
        run.tap = [&](const Observation& seen) {
            if (const auto found = accumulators.find(seen.site.id); found != accumulators.end())
                found->second.add(seen.x);
        };
        KERF_CHECK(runBlockInBatches(m_network, m_block, weights, run, hidden, m_job, done));
        for (const Site* site : sites) {
            SiteStatistics statistics = accumulators.at(site->id).finish();
            if (site->isRouted)
                statistics.passed = hidden.tokens();
            accumulators.erase(site->id);
            KERF_CHECK(m_cache.store(site->id, statistics));
        }
        return {};
    }

    const Network& m_network;
    int m_block;
    const StatisticsCache& m_cache;
    bool m_allExperts;
    const JobContext& m_job;
};

} // namespace

Status calibrate(const Network& network, const Samples& samples, const StatisticsCache& cache, const JobContext& job)
{
    const std::vector<Sites> missing = missingSites(network, cache);
    const auto last = std::find_if(missing.rbegin(), missing.rend(), [](const auto& sites) { return !sites.empty(); });
    const auto blocks = static_cast<int>(missing.rend() - last); // none behind the last that lacks something
    if (blocks == 0)
        return {};
    if (samples.count() == 0)
        return fail(ErrorCode::InvalidArgument, "The calibration texts hold no window of tokens. Give more text.");
    KERF_TRY(Hidden hidden, samples.enter(network, 0, samples.count()));
    const std::int64_t windows = samples.count();
    for (int block = 0; block < blocks; ++block) {
        const auto report = [&](double share) {
            job.progress({ fmt::format("Calibrating block {} of {}", block + 1, network.blockCount()),
                block * windows + static_cast<std::int64_t>(share * static_cast<double>(windows)), blocks * windows,
                "windows" });
        };
        report(0);
        BlockCalibration calibration(network, block, cache, samples.allExperts(), job);
        KERF_CHECK(calibration.run(missing[static_cast<std::size_t>(block)], hidden, report));
    }
    return {};
}

} // namespace kerf::core
