// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/executor.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <numeric>

#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/graph/pass.h"

namespace kerf::core {
namespace {

/// Where nobody looks on, samples go through a section in chunks of about this many rows, so that what lies between the
/// layers stays small and in the caches, but is enough for all threads. Results do not depend on the chunks.
std::int64_t chunkRows(const Program& program, bool readsOnUse)
{
    constexpr std::int64_t most = 16 * kLinearTileRows;
    constexpr std::int64_t mostNumbers = std::int64_t { 1 } << 22; // of one value: 16 MB
    const std::int64_t rows
        = readsOnUse ? most : std::clamp<std::int64_t>(kLinearTileRows * threadCount(), 2 * kLinearTileRows, most);
    return std::clamp<std::int64_t>(mostNumbers / program.largestOfSample, 1, rows);
}

/// Along the rows, in parallel: Eigen's allFinite goes down the columns.
bool allRowsFinite(const ValueView& rows)
{
    constexpr std::int64_t kTile = 64;
    std::atomic<bool> finite = true;
    parallelFor((rows.rows + kTile - 1) / kTile, [&](std::int64_t tile) {
        const std::int64_t end = std::min(rows.rows, (tile + 1) * kTile);
        for (std::int64_t row = tile * kTile; row < end; ++row) {
            const Eigen::Map<const Eigen::ArrayXf> values(rows.data + row * rows.stride, rows.cols);
            if ((values * 0.0f).sum() != 0.0f) // NaN for NaN and Inf
                finite = false;
        }
    });
    return finite;
}

std::int64_t sum(std::span<const std::int64_t> values)
{
    return std::accumulate(values.begin(), values.end(), std::int64_t { 0 });
}

/// The samples' shares of rows [first, first + count).
std::vector<std::int64_t> lengthsWithin(std::span<const std::int64_t> lengths, std::int64_t first, std::int64_t count)
{
    std::vector<std::int64_t> parts;
    std::int64_t start = 0;
    for (const std::int64_t length : lengths) {
        const std::int64_t part = std::min(start + length, first + count) - std::max(start, first);
        if (part > 0)
            parts.push_back(part);
        start += length;
    }
    return parts;
}

std::int64_t perSampleOf(const ValueType& type)
{
    return type.rows.kind == RowSpace::Kind::PerSample ? type.rows.count : 0;
}

/// Samples that go through together.
struct Chunk {
    std::int64_t first = 0, count = 0; ///< samples
    std::int64_t row = 0, rows = 0; ///< of their tokens

    /// First row of a value with so many rows a sample (0: as many as tokens).
    std::int64_t rowOf(std::int64_t perSample) const { return perSample > 0 ? first * perSample : row; }
};

std::vector<Chunk> chunksOf(std::span<const std::int64_t> lengths, std::int64_t maxRows)
{
    std::vector<Chunk> chunks;
    std::int64_t row = 0;
    for (std::size_t sample = 0; sample < lengths.size();) {
        Chunk chunk { static_cast<std::int64_t>(sample), 0, row, 0 };
        do {
            chunk.rows += lengths[sample++];
            ++chunk.count;
        } while (sample < lengths.size() && chunk.rows + lengths[sample] <= maxRows);
        row += chunk.rows;
        chunks.push_back(chunk);
    }
    return chunks;
}

std::span<const std::int64_t> lengthsOf(std::span<const std::int64_t> lengths, const Chunk& chunk)
{
    return lengths.subspan(static_cast<std::size_t>(chunk.first), static_cast<std::size_t>(chunk.count));
}

std::int64_t rowCount(const ValueType& type, std::span<const std::int64_t> lengths)
{
    const std::int64_t perSample = perSampleOf(type);
    return perSample > 0 ? perSample * static_cast<std::int64_t>(lengths.size()) : sum(lengths);
}

/// Memory for the outputs that come to lie in none of the inputs; the others stay empty.
std::vector<Matrix> freshOutputs(const Graph& graph, const Program& program, std::span<const std::int64_t> lengths)
{
    std::vector<Matrix> fresh(program.outputs.size());
    for (std::size_t i = 0; i < fresh.size(); ++i)
        if (program.landed[i] < 0) {
            const ValueType& type = graph.value(program.outputs[i]).type;
            fresh[i].resize(rowCount(type, lengths), type.width());
        }
    return fresh;
}

} // namespace

std::shared_ptr<const Program> Executor::program(const SectionExtent& extent) const
{
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<const Program>& found = m_programs[extent];
    if (!found)
        found = std::make_shared<const Program>(compile(m_graph, extent));
    return found;
}

Status Executor::runChunks(const Program& program, const SectionRun& run, const SectionWeights& weights, Hidden& hidden,
    std::vector<Matrix>& fresh) const
{
    Scratch scratch = m_scratch.take();
    const bool isTapped = run.tap && *run.tap;
    // A tap is promised all samples in one call.
    for (const Chunk& chunk :
        chunksOf(hidden.lengths, isTapped ? hidden.tokens() : chunkRows(program, weights.readsOnUse))) {
        SectionRun part = run;
        if (!run.cache.caches.empty())
            part.cache.caches = run.cache.caches.subspan(
                static_cast<std::size_t>(chunk.first), static_cast<std::size_t>(chunk.count));
        Pass pass(m_graph, program, part, weights, scratch, lengthsOf(hidden.lengths, chunk));
        for (std::size_t i = 0; i < program.inputs.size(); ++i) {
            Matrix& rows = hidden.values[i].rows;
            pass.setInput(i, rows.data() + chunk.rowOf(hidden.values[i].perSample) * rows.cols(), nullptr);
        }
        for (std::size_t i = 0; i < fresh.size(); ++i)
            if (fresh[i].size() > 0)
                pass.setOutput(i,
                    fresh[i].data()
                        + chunk.rowOf(perSampleOf(m_graph.value(program.outputs[i]).type)) * fresh[i].cols());
        KERF_CHECK(pass.run());
        for (std::size_t i = 0; i < program.outputs.size(); ++i)
            if (!allRowsFinite(pass.output(i)))
                return fail(ErrorCode::Numerical,
                    fmt::format("Block {} puts out a NaN or an infinite value. A weight of this block is broken, or "
                                "its quantization lost a value that the model needs.",
                        run.extent.section));
    }
    if (!isTapped) // what a tap needs is large: all samples at once
        m_scratch.giveBack(std::move(scratch));
    return {};
}

Status Executor::run(const SectionRun& run, const SectionWeights& weights, Hidden& hidden) const
{
    if (hidden.lengths.empty())
        return {};
    const std::shared_ptr<const Program> code = program(run.extent);
    assert(hidden.values.size() == code->inputs.size());
    std::vector<Matrix> fresh = freshOutputs(m_graph, *code, hidden.lengths);
    KERF_CHECK(runChunks(*code, run, weights, hidden, fresh));
    if (run.extent.lastStep >= 0)
        return {};
    std::vector<LiveValue> values;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const ValueType& type = m_graph.value(code->outputs[i]).type;
        Matrix& rows = code->landed[i] < 0 ? fresh[i] : hidden.values[static_cast<std::size_t>(code->landed[i])].rows;
        values.push_back({ std::move(rows), perSampleOf(type) });
    }
    hidden.values = std::move(values);
    return {};
}

Result<Hidden> Executor::enter(const SectionWeights& weights, const CacheRun& cache, const Batch& batch) const
{
    const SectionRun run { { -1, -1, -1 }, nullptr, nullptr, cache };
    const std::shared_ptr<const Program> code = program(run.extent);
    Hidden hidden;
    hidden.lengths = batch.lengths;
    std::vector<Matrix> fresh(code->outputs.size());
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const ValueType& type = m_graph.value(code->outputs[i]).type;
        fresh[i].resize(rowCount(type, batch.lengths), type.width());
        hidden.values.push_back({ {}, perSampleOf(type) });
    }
    Scratch scratch = m_scratch.take();
    for (const Chunk& chunk : chunksOf(batch.lengths, chunkRows(*code, weights.readsOnUse))) {
        Pass pass(m_graph, *code, run, weights, scratch, lengthsOf(batch.lengths, chunk));
        for (std::size_t i = 0; i < code->inputs.size(); ++i) {
            const Batch::Input& input = batch.inputs[i]; // the entry's inputs are the graph's
            const std::int64_t row = chunk.rowOf(perSampleOf(m_graph.value(code->inputs[i]).type));
            // Nothing is written there: only blocks work in place on what they are given.
            auto* const rows = const_cast<float*>(input.rows.data());
            pass.setInput(i, rows ? rows + row * input.rows.cols() : nullptr,
                input.indices.empty() ? nullptr : input.indices.data() + row);
        }
        for (std::size_t i = 0; i < fresh.size(); ++i)
            pass.setOutput(i, fresh[i].data() + chunk.rowOf(hidden.values[i].perSample) * fresh[i].cols());
        KERF_CHECK(pass.run());
    }
    m_scratch.giveBack(std::move(scratch));
    for (std::size_t i = 0; i < fresh.size(); ++i)
        hidden.values[i].rows = std::move(fresh[i]);
    return hidden;
}

Result<std::vector<Matrix>> Executor::leave(const SectionWeights& weights, const Hidden& hidden) const
{
    return leaveSamples(weights, hidden, hidden.lengths, 0);
}

Result<std::vector<Matrix>> Executor::leaveRows(
    const SectionWeights& weights, const Hidden& hidden, std::int64_t first, std::int64_t count) const
{
    return leaveSamples(weights, hidden, lengthsWithin(hidden.lengths, first, count), first);
}

Result<std::vector<Matrix>> Executor::leaveSamples(const SectionWeights& weights, const Hidden& hidden,
    std::span<const std::int64_t> lengths, std::int64_t firstRow) const
{
    const SectionRun run { { m_graph.blockCount(), -1, -1 }, nullptr, nullptr, {} };
    const std::shared_ptr<const Program> code = program(run.extent);
    Scratch scratch = m_scratch.take();
    Pass pass(m_graph, *code, run, weights, scratch, lengths);
    for (std::size_t i = 0; i < code->inputs.size(); ++i) { // nothing is written there, see enter()
        const Matrix& rows = hidden.values[i].rows;
        pass.setInput(i, const_cast<float*>(rows.data()) + firstRow * rows.cols(), nullptr);
    }
    std::vector<Matrix> outputs;
    for (const ValueId output : code->outputs)
        outputs.emplace_back(pass.rowsOf(output), m_graph.value(output).type.width());
    for (std::size_t i = 0; i < outputs.size(); ++i)
        pass.setOutput(i, outputs[i].data());
    KERF_CHECK(pass.run());
    m_scratch.giveBack(std::move(scratch));
    return outputs;
}

} // namespace kerf::core
