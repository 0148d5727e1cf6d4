// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/block_pass.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace kerf::core {
namespace {

// Multiplications of one batch in one block: a fraction of a second on any machine.
constexpr std::int64_t kBatchWork = 20'000'000'000;

std::int64_t tokensPerBatch(const Network& network, int block)
{
    std::int64_t weights = 1;
    for (const LayerInfo& layer : network.layers())
        if (layer.block == block)
            weights += layer.shape.rows * layer.shape.cols;
    return std::max<std::int64_t>(kBatchWork / weights, 1);
}

} // namespace

Status runBlockInBatches(const Network& network, int block, const BlockWeights& weights, const BlockRun& run,
    Hidden& hidden, const JobContext& job, const std::function<void(std::int64_t windows)>& done)
{
    const std::int64_t limit = tokensPerBatch(network, block);
    std::int64_t row = 0;
    for (std::size_t first = 0; first < hidden.lengths.size();) {
        KERF_CHECK(job.checkStop());
        std::size_t end = first;
        std::int64_t tokens = 0;
        do
            tokens += hidden.lengths[end++];
        while (end < hidden.lengths.size() && tokens + hidden.lengths[end] <= limit);
        const auto at = [&](std::size_t i) { return hidden.lengths.begin() + static_cast<std::ptrdiff_t>(i); };
        Hidden batch { hidden.rows.middleRows(row, tokens), { at(first), at(end) } };
        KERF_CHECK(network.runBlock(block, weights, run, batch));
        if (run.lastStage < 0)
            hidden.rows.middleRows(row, tokens) = batch.rows;
        row += tokens;
        first = end;
        if (done)
            done(static_cast<std::int64_t>(end));
    }
    return {};
}

Result<std::map<std::string, SiteStatistics>> collectStage(const Network& network, int block,
    const BlockWeights& weights, const Replacements& replacements, int stage, Hidden& hidden, const JobContext& job)
{
    std::map<std::string, StatisticsAccumulator> accumulators;
    for (const LayerInfo& layer : network.layers())
        if (layer.block == block && layer.stage == stage)
            accumulators.try_emplace(layer.site, layer.shape.cols);
    BlockRun run;
    run.replacements = &replacements;
    run.lastStage = stage;
    run.tap = [&](const std::string& site, const MatrixRef& x) {
        if (const auto found = accumulators.find(site); found != accumulators.end())
            found->second.add(x);
    };
    KERF_CHECK(runBlockInBatches(network, block, weights, run, hidden, job));
    std::map<std::string, SiteStatistics> statistics;
    for (const auto& [site, accumulator] : accumulators)
        statistics.emplace(site, accumulator.finish());
    return statistics;
}

} // namespace kerf::core
