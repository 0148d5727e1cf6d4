// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/swap_in.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/calibrate/block_pass.h"
#include "core/task/task.h"

namespace kerf::core {
namespace {

constexpr std::int64_t kStateFloats = 64 * 1024 * 1024; // hidden states of the cells that go through together

/// Mean and standard error from the means of windows; one window says nothing about the error: its tokens do then.
SwapInResult summarize(const std::vector<double>& means, const std::vector<double>& lastWindow)
{
    const std::vector<double>& samples = means.size() > 1 ? means : lastWindow;
    SwapInResult result;
    for (const double mean : means)
        result.kld += mean / static_cast<double>(means.size());
    result.stderr_ = standardErrorAround(result.kld, samples);
    return result;
}

tl::unexpected<Error> tooShort()
{
    return fail(
        ErrorCode::InvalidArgument, "Measuring needs held-out windows of at least 2 tokens each. Give more text.");
}

class SwapInPass {
public:
    SwapInPass(
        const Network& network, const std::vector<SwapIn>& cells, const SwapInSource& source, const JobContext& job)
        : m_network(network)
        , m_cells(cells)
        , m_source(source)
        , m_job(job)
        , m_results(cells.size())
        , m_cellsOfBlock(static_cast<std::size_t>(network.blockCount()))
    {
    }

    Result<std::vector<SwapInResult>> run(const Samples& samples)
    {
        KERF_CHECK(sortCells());
        tell(0, 0);
        KERF_TRY(m_task, taskOf(m_network));
        KERF_TRY(m_final, samples.enter(m_network, 0, samples.count()));
        for (std::int64_t i = 0; i < samples.count(); ++i)
            if (m_task->scored(m_final, i) < 1)
                return tooShort();
        Hidden before = m_final;
        KERF_CHECK(runBlocks(m_network, m_final, {}, m_job));
        const std::int64_t together
            = std::max<std::int64_t>(kStateFloats / std::max<std::int64_t>(1, before.floats()), 1);
        for (int block = 0; block < m_network.blockCount(); ++block) {
            const std::vector<std::size_t>& cellsHere = m_cellsOfBlock[static_cast<std::size_t>(block)];
            KERF_TRY(const auto weights, m_network.loadBlock(block));
            for (std::size_t first = 0; first < cellsHere.size(); first += static_cast<std::size_t>(together)) {
                const std::size_t count = std::min(cellsHere.size() - first, static_cast<std::size_t>(together));
                KERF_CHECK(runCells(block, *weights, before, std::span(cellsHere).subspan(first, count)));
            }
            KERF_CHECK(runBlockInBatches(m_network, block, *weights, {}, before, m_job));
        }
        return std::move(m_results);
    }

private:
    Status sortCells()
    {
        for (std::size_t i = 0; i < m_cells.size(); ++i) {
            if (m_cells[i].layer.empty() && m_cells[i].block >= 0 && m_cells[i].block < m_network.blockCount()) {
                m_cellsOfBlock[static_cast<std::size_t>(m_cells[i].block)].push_back(i);
                continue;
            }
            const LayerInfo* layer = findLayer(m_network, m_cells[i].layer);
            if (!layer)
                return fail(
                    ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\".", m_cells[i].layer));
            m_cellsOfBlock[static_cast<std::size_t>(layer->block)].push_back(i);
        }
        return {};
    }

    // The states of all cells behind the model, one after the other: they share every block behind their own.
    Status runCells(int block, const BlockWeights& weights, const Hidden& before, std::span<const std::size_t> cells)
    {
        Hidden states; // behind the block
        const double parts = 1 + m_network.blockCount() - block; // this block, those behind it, the results
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const SwapIn& cell = m_cells[cells[i]];
            Replacements replacements;
            CacheSetting cache;
            if (cell.layer.empty()) {
                KERF_TRY(cache.format, parseCacheFormat(cell.format));
            } else {
                KERF_TRY(const std::shared_ptr<const Matrix> weight, weights.weight(cell.layer));
                KERF_TRY(replacements[cell.layer], m_source(cell, *weight, m_job));
            }
            BlockRun run;
            run.replacements = &replacements;
            run.cache = &cache;
            Hidden state = before;
            KERF_CHECK(runBlockInBatches(m_network, block, weights, run, state, m_job));
            if (i == 0)
                states = state.room(static_cast<std::int64_t>(cells.size()));
            states.assign(static_cast<std::int64_t>(i) * state.samples(), state);
            tell(cells.size(), static_cast<double>(i + 1) / static_cast<double>(cells.size()) / parts);
        }
        for (int later = block + 1; later < m_network.blockCount(); ++later) {
            KERF_TRY(const auto laterWeights, m_network.loadBlock(later));
            KERF_CHECK(runBlockInBatches(m_network, later, *laterWeights, {}, states, m_job));
            tell(cells.size(), (1 + later - block) / parts);
        }
        return compare(states, cells);
    }

    Status compare(const Hidden& states, std::span<const std::size_t> cells)
    {
        const std::int64_t samples = m_final.samples();
        std::vector<std::vector<double>> means(cells.size()), last(cells.size());
        for (std::int64_t sample = 0; sample < samples; ++sample) {
            KERF_TRY(const Matrix reference, m_task->results(m_network, m_final, sample));
            for (std::size_t i = 0; i < cells.size(); ++i) {
                KERF_CHECK(m_job.checkStop());
                KERF_TRY(const Matrix found,
                    m_task->results(m_network, states, static_cast<std::int64_t>(i) * samples + sample));
                last[i] = m_task->divergence(reference, found);
                const double sum = std::accumulate(last[i].begin(), last[i].end(), 0.0);
                means[i].push_back(sum / static_cast<double>(last[i].size()));
            }
        }
        for (std::size_t i = 0; i < cells.size(); ++i)
            m_results[cells[i]] = summarize(means[i], last[i]);
        m_done += static_cast<std::int64_t>(cells.size());
        tell(0, 0);
        return {};
    }

    /// Cells that run side by side end together: a part of the way of all of them counts as so many that are done.
    void tell(std::size_t cells, double part) const
    {
        m_job.progress({ "Measuring what each layer's error costs",
            m_done + static_cast<std::int64_t>(static_cast<double>(cells) * part),
            static_cast<std::int64_t>(m_cells.size()), "cells" });
    }

    const Network& m_network;
    TaskPtr m_task;
    const std::vector<SwapIn>& m_cells;
    const SwapInSource& m_source;
    const JobContext& m_job;
    std::vector<SwapInResult> m_results;
    std::vector<std::vector<std::size_t>> m_cellsOfBlock;
    Hidden m_final; // of the original, behind its last block
    std::int64_t m_done = 0;
};

} // namespace

Result<std::vector<SwapInResult>> evaluateSwapIns(const Network& network, const Samples& samples,
    const std::vector<SwapIn>& cells, const SwapInSource& source, const JobContext& job)
{
    if (samples.count() == 0)
        return tooShort();
    return SwapInPass(network, cells, source, job).run(samples);
}

} // namespace kerf::core
