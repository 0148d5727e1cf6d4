// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/samples.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace kerf::core {
namespace {

/// Rows of an input that belong to samples [first, first + count), and the row at which they begin.
std::pair<std::int64_t, std::int64_t> rowsOf(
    const ValueType& type, const std::vector<std::int64_t>& lengths, std::int64_t first, std::int64_t count)
{
    if (type.rows.kind == RowSpace::Kind::PerSample)
        return { first * type.rows.count, count * type.rows.count };
    const auto begin = lengths.begin() + first;
    return { std::accumulate(lengths.begin(), begin, std::int64_t { 0 }),
        std::accumulate(begin, begin + count, std::int64_t { 0 }) };
}

Batch partOf(const Batch& batch, const Graph& graph, std::int64_t first, std::int64_t count)
{
    Batch part;
    part.lengths.assign(batch.lengths.begin() + first, batch.lengths.begin() + first + count);
    for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
        const auto [row, rows] = rowsOf(graph.value(graph.inputs()[i]).type, batch.lengths, first, count);
        const Batch::Input& whole = batch.inputs[i];
        Batch::Input input;
        if (whole.rows.size() > 0)
            input.rows = whole.rows.middleRows(row, rows);
        else
            input.indices.assign(whole.indices.begin() + row, whole.indices.begin() + row + rows);
        part.inputs.push_back(std::move(input));
    }
    return part;
}

Result<ReadSamples> readSamples(const SampleReader& reader, std::span<const std::vector<TokenId>> windows)
{
    KERF_TRY(std::vector<Matrix> inputs, reader.read(windows));
    return [inputs = std::move(inputs)](
               const Network& network) { return network.enter(batchOf(network.graph(), inputs)); };
}

} // namespace

Batch batchOf(const Graph& graph, const std::vector<Matrix>& inputs)
{
    Batch batch;
    batch.lengths.assign(static_cast<std::size_t>(inputs.front().rows()), 1);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        Batch::Input input;
        if (graph.value(graph.inputs()[i]).type.element == ElementType::Index)
            input.indices.assign(inputs[i].data(), inputs[i].data() + inputs[i].size());
        else
            input.rows = inputs[i];
        batch.inputs.push_back(std::move(input));
    }
    return batch;
}

Samples::Samples(const Dataset& data)
    : m_count(static_cast<std::int64_t>(data.windows.size()))
    , m_allExperts(data.allExperts)
    , m_read([&data](std::int64_t first, std::int64_t count) -> Result<ReadSamples> {
        const auto windows
            = std::span(data.windows).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
        if (data.reader)
            return readSamples(*data.reader, windows);
        return [windows](const Network& network) { return network.embed(windows); };
    })
{
}

Samples::Samples(const Batch& batch, const Graph& graph)
    : m_count(static_cast<std::int64_t>(batch.lengths.size()))
    , m_read([&batch, &graph](std::int64_t first, std::int64_t count) -> Result<ReadSamples> {
        return [part = partOf(batch, graph, first, count)](const Network& network) { return network.enter(part); };
    })
{
}

Samples Samples::first(std::int64_t count) const
{
    Samples result = *this;
    result.m_count = std::clamp<std::int64_t>(count, 0, m_count);
    return result;
}

} // namespace kerf::core
