// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/block_pass.h"

#include <algorithm>
#include <cstddef>
#include <vector>

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

/// Some windows of a Hidden that go through a block together.
struct Batch {
    std::size_t first = 0, end = 0; ///< windows
    std::int64_t row = 0, tokens = 0;

    Hidden of(const Hidden& hidden) const
    {
        const auto at = [&](std::size_t i) { return hidden.lengths.begin() + static_cast<std::ptrdiff_t>(i); };
        return { hidden.rows.middleRows(row, tokens), { at(first), at(end) } };
    }
};

std::vector<Batch> batchesOf(const Network& network, int block, const Hidden& hidden)
{
    const std::int64_t limit = tokensPerBatch(network, block);
    std::vector<Batch> batches;
    std::int64_t row = 0;
    for (std::size_t first = 0; first < hidden.lengths.size();) {
        Batch batch { first, first, row, 0 };
        do
            batch.tokens += hidden.lengths[batch.end++];
        while (batch.end < hidden.lengths.size() && batch.tokens + hidden.lengths[batch.end] <= limit);
        row += batch.tokens;
        first = batch.end;
        batches.push_back(batch);
    }
    return batches;
}

bool isHeldOut(std::size_t window)
{
    return window % 4 == 3;
}

/// The rows of the windows of a batch that are held out, or of the others.
Matrix partOf(const MatrixRef& rows, const Batch& batch, const Hidden& hidden, bool held)
{
    Matrix part(rows.rows(), rows.cols());
    std::int64_t from = 0, to = 0;
    for (std::size_t window = batch.first; window < batch.end; ++window) {
        const std::int64_t count = hidden.lengths[window];
        if (isHeldOut(window) == held) {
            part.middleRows(to, count) = rows.middleRows(from, count);
            to += count;
        }
        from += count;
    }
    part.conservativeResize(to, rows.cols());
    return part;
}

} // namespace

Status runBlockInBatches(const Network& network, int block, const BlockWeights& weights, const BlockRun& run,
    Hidden& hidden, const JobContext& job, const std::function<void(std::int64_t windows)>& done)
{
    for (const Batch& piece : batchesOf(network, block, hidden)) {
        KERF_CHECK(job.checkStop());
        Hidden batch = piece.of(hidden);
        KERF_CHECK(network.runBlock(block, weights, run, batch));
        if (run.lastStage < 0)
            hidden.rows.middleRows(piece.row, piece.tokens) = batch.rows;
        if (done)
            done(static_cast<std::int64_t>(piece.end));
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
    run.part = partOf(stage);
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

Result<std::map<std::string, SiteWithDrift>> collectStageWithDrift(const Network& network, int block,
    const BlockWeights& weights, const Replacements& replacements, int stage, bool advance, Streams& streams,
    const JobContext& job)
{
    std::map<std::string, DriftAccumulator> accumulators;
    for (const LayerInfo& layer : network.layers())
        if (layer.block == block && layer.stage == stage)
            accumulators.try_emplace(layer.site, layer.shape.cols);
    std::map<std::string, Matrix> originals; // of the batch at hand
    const Batch* piece = nullptr;
    BlockRun original, quantized;
    original.part = quantized.part = partOf(stage);
    original.lastStage = advance ? -1 : stage;
    original.tap = [&](const std::string& site, const MatrixRef& f) {
        if (accumulators.count(site))
            originals[site] = f;
    };
    quantized.replacements = &replacements;
    quantized.lastStage = stage;
    quantized.tap = [&](const std::string& site, const MatrixRef& x) {
        const auto found = accumulators.find(site);
        if (found == accumulators.end())
            return;
        for (const bool held : { false, true })
            found->second.add(partOf(originals.at(site), *piece, streams.quantized, held),
                partOf(x, *piece, streams.quantized, held), held);
    };
    for (const Batch& batch : batchesOf(network, block, streams.quantized)) {
        KERF_CHECK(job.checkStop());
        piece = &batch;
        Hidden hidden = batch.of(streams.original);
        KERF_CHECK(network.runBlock(block, weights, original, hidden));
        if (advance)
            streams.original.rows.middleRows(batch.row, batch.tokens) = hidden.rows;
        hidden = batch.of(streams.quantized);
        KERF_CHECK(network.runBlock(block, weights, quantized, hidden));
    }
    std::map<std::string, SiteWithDrift> sites;
    for (auto& [site, accumulator] : accumulators)
        sites.emplace(site, accumulator.finish());
    return sites;
}

} // namespace kerf::core
