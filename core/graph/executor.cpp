// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/executor.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <numeric>

#include <fmt/format.h>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

using Place = Program::Place;

/// Where nobody looks on, samples go through a section in chunks of about this many rows, so that what lies between the
/// layers stays small and in the caches, but is enough for all threads. Results do not depend on the chunks.
std::int64_t chunkRows()
{
    return std::clamp<std::int64_t>(kLinearTileRows * threadCount(), 2 * kLinearTileRows, 16 * kLinearTileRows);
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

/// One pass of some samples through a program.
class Pass {
public:
    Pass(const Graph& graph, const Program& program, const SectionRun& run, const SectionWeights& weights,
        Scratch& scratch, std::span<const std::int64_t> lengths)
        : m_graph(graph)
        , m_program(program)
        , m_run(run)
        , m_weights(weights)
        , m_scratch(scratch)
        , m_lengths(lengths)
        , m_tokens(sum(lengths))
        , m_views(program.places.size())
        , m_outputs(program.outputs.size())
    {
        if (m_scratch.size() < static_cast<std::size_t>(program.slots))
            m_scratch.resize(static_cast<std::size_t>(program.slots));
    }

    /// @pre data has as many rows as the value's row space says
    void setInput(std::size_t index, float* data, const std::int32_t* indices)
    {
        const ValueType& type = m_graph.value(m_program.inputs[index]).type;
        m_views[index] = shaped(type, data);
        m_views[index].indices = indices;
    }
    /// Memory of an output that comes to lie in none of the inputs.
    void setOutput(std::size_t index, float* data) { m_outputs[index] = data; }
    std::int64_t rowsOf(ValueId value) { return shaped(m_graph.value(value).type, nullptr).rows; }

    Status run()
    {
        observe(m_program.firstSites);
        for (const Program::Step& step : m_program.steps) {
            for (const int output : step.outputs)
                locate(output);
            KERF_CHECK(runStep(step));
            observe(step.sites);
        }
        for (std::size_t i = 0; i < m_outputs.size(); ++i)
            deliver(i);
        return {};
    }

    const ValueView& output(std::size_t index) const
    {
        return m_views[static_cast<std::size_t>(m_program.outputPlaces[index])];
    }

private:
    ValueView shaped(const ValueType& type, float* data)
    {
        ValueView view;
        view.data = data;
        view.cols = view.stride = type.width();
        switch (type.rows.kind) {
        case RowSpace::Kind::Tokens:
            view.lengths = m_lengths;
            view.rows = m_tokens;
            break;
        case RowSpace::Kind::PerSample:
            view.lengths = sameLengths(type.rows.count);
            view.rows = type.rows.count * static_cast<std::int64_t>(m_lengths.size());
            break;
        case RowSpace::Kind::Routed: {
            const RoutingTable& table = m_routings[static_cast<std::size_t>(m_program.placeOf(type.rows.router))];
            const auto& expert = table.experts[static_cast<std::size_t>(type.rows.expert)];
            view.lengths = expert.lengths;
            view.rows = static_cast<std::int64_t>(expert.rows.size());
            break;
        }
        }
        return view;
    }

    std::span<const std::int64_t> sameLengths(std::int64_t count)
    {
        std::vector<std::int64_t>& lengths = m_sameLengths[count];
        lengths.resize(m_lengths.size(), count);
        return lengths;
    }

    void locate(int index)
    {
        const auto at = static_cast<std::size_t>(index);
        const Place& place = m_program.places[at];
        const ValueType& type = m_graph.value(m_program.values[at]).type;
        if (place.kind == Place::Kind::Routing) {
            m_routings.resize(m_program.places.size());
            return;
        }
        ValueView view = shaped(type, nullptr);
        if (place.kind == Place::Kind::Alias) {
            const ValueView& source = m_views[static_cast<std::size_t>(place.index)];
            view.data = source.data + place.column;
            view.stride = source.stride;
        } else if (place.kind == Place::Kind::Output) {
            view.data = m_outputs[static_cast<std::size_t>(place.index)];
        } else {
            view.data = m_scratch[static_cast<std::size_t>(place.index)].sized(view.rows * view.cols);
        }
        m_views[at] = view;
    }

    const LinearOperator* replacementOf(const Node& node) const
    {
        if (node.layer < 0 || !m_run.replacements)
            return nullptr;
        const auto found = m_run.replacements->find(m_graph.layers()[static_cast<std::size_t>(node.layer)].name);
        return found == m_run.replacements->end() ? nullptr : found->second.get();
    }

    Status runStep(const Program::Step& step)
    {
        const Node& node = *step.node;
        m_parameters.clear();
        for (const ParameterId parameter : node.parameters)
            m_parameters.push_back(parameter < 0 ? nullptr : &m_weights.at(parameter));
        const OpContext::Sources sources { m_views, m_program.types, m_parameters, replacementOf(node), &m_run.cache,
            &m_routings };
        OpContext context(node, step.inputs, step.outputs, sources);
        return node.op->forward(context);
    }

    void observe(const std::vector<int>& sites)
    {
        if (!m_run.tap || !*m_run.tap)
            return;
        for (const int index : sites) {
            const Site& site = m_graph.sites()[static_cast<std::size_t>(index)];
            const ValueView& view = m_views[static_cast<std::size_t>(m_program.placeOf(site.value))];
            std::span<const std::int64_t> rows;
            if (const RowSpace& space = m_graph.value(site.value).type.rows; space.kind == RowSpace::Kind::Routed)
                rows = m_routings[static_cast<std::size_t>(m_program.placeOf(space.router))]
                           .experts[static_cast<std::size_t>(space.expert)]
                           .rows;
            const Eigen::Map<const Matrix, 0, Eigen::OuterStride<>> x(
                view.data, view.rows, view.cols, Eigen::OuterStride<>(view.stride));
            (*m_run.tap)({ site, x, view.lengths, rows });
        }
    }

    /// Outputs that ended elsewhere are copied to where they are wanted.
    void deliver(std::size_t index)
    {
        const ValueView& from = output(index);
        float* const to = m_outputs[index];
        if (!to || from.data == to)
            return;
        for (std::int64_t row = 0; row < from.rows; ++row)
            std::copy_n(from.data + row * from.stride, from.cols, to + row * from.cols);
    }

    const Graph& m_graph;
    const Program& m_program;
    const SectionRun& m_run;
    const SectionWeights& m_weights;
    Scratch& m_scratch;
    std::span<const std::int64_t> m_lengths;
    std::int64_t m_tokens;
    std::vector<ValueView> m_views;
    std::vector<float*> m_outputs;
    std::vector<RoutingTable> m_routings;
    std::vector<const LoadedParameter*> m_parameters;
    std::map<std::int64_t, std::vector<std::int64_t>> m_sameLengths;
};

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

MatrixRef OpContext::input(std::size_t index) const
{
    const ValueView& value = view(m_inputs[index]);
    return Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(
        value.data, value.rows, value.cols, Eigen::OuterStride<>(value.stride));
}

MutableMatrixRef OpContext::output(std::size_t index) const
{
    const ValueView& value = view(m_outputs[index]);
    return Eigen::Map<Matrix, 0, Eigen::OuterStride<>>(
        value.data, value.rows, value.cols, Eigen::OuterStride<>(value.stride));
}

std::span<const std::int32_t> OpContext::indices(std::size_t index) const
{
    const ValueView& value = view(m_inputs[index]);
    return { value.indices, static_cast<std::size_t>(value.rows) };
}

const RoutingTable& OpContext::routing(std::size_t index) const
{
    return (*m_sources.routings)[static_cast<std::size_t>(m_inputs[index])];
}

RoutingTable& OpContext::routingOutput() const
{
    return (*m_sources.routings)[static_cast<std::size_t>(m_outputs[0])];
}

const Vector& OpContext::vector(std::size_t index) const
{
    static const Vector none;
    const bool isThere = index < m_sources.parameters.size() && m_sources.parameters[index];
    return isThere ? m_sources.parameters[index]->vector : none;
}

Status OpContext::applyLinear(const MatrixRef& x, MutableMatrixRef y) const
{
    const LoadedParameter& own = *m_sources.parameters[0];
    if (!m_sources.replacement && own.streamed)
        return own.streamed->apply(x, lengths(), y);
    (m_sources.replacement ? *m_sources.replacement : *own.linear).apply(x, lengths(), y);
    return {};
}

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
    for (const Chunk& chunk : chunksOf(hidden.lengths, isTapped ? hidden.tokens() : chunkRows())) {
        Pass pass(m_graph, program, run, weights, scratch, lengthsOf(hidden.lengths, chunk));
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
    for (const Chunk& chunk : chunksOf(batch.lengths, chunkRows())) {
        Pass pass(m_graph, *code, run, weights, scratch, lengthsOf(batch.lengths, chunk));
        for (std::size_t i = 0; i < code->inputs.size(); ++i) {
            const auto at = std::ranges::find(m_graph.inputs(), code->inputs[i]) - m_graph.inputs().begin();
            const Batch::Input& input = batch.inputs[static_cast<std::size_t>(at)];
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
