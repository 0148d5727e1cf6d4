// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <cassert>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/graph/ops/linear.h"
#include "core/model/graph_network.h"

namespace kerf::core {

/// A network whose weights are all in memory, with the caches of its blocks. The graph knows nothing of either.
class GraphGeneration final : public Generation {
public:
    GraphGeneration(
        const GraphNetwork& network, std::int64_t maxPositions, const CacheSettings& settings, std::int64_t sequences)
        : m_network(network)
        , m_settings(settings)
        , m_maxPositions(maxPositions)
        , m_sequences(sequences)
    {
    }

    Status load(const LinearFactory& factory)
    {
        KERF_TRY(m_entry, m_network.loadStreamed(m_network.graph().entry()));
        const CacheShape shape = m_network.cacheShape();
        const Matrix keys = Matrix::Zero(m_maxPositions, shape.heads * shape.headDim);
        const Matrix values = Matrix::Zero(m_maxPositions, shape.heads * shape.valueDim);
        for (int block = 0; block < m_network.blockCount(); ++block) {
            KERF_TRY(SectionWeights weights, m_network.loadHeld(block));
            KERF_CHECK(replaceLinears(block, weights, factory));
            m_blocks.push_back(std::move(weights));
            KeyValueCache cache { keys, values, {}, {} };
            if (const CacheSetting* setting = settingOf(block); setting && setting->format->residual() > 0)
                cache = { keys, values, keys, values };
            m_caches.emplace_back(static_cast<std::size_t>(m_sequences), cache);
        }
        return loadExit(factory);
    }

    Result<Matrix> extend(std::span<const TokenId> tokens) override
    {
        KERF_CHECK(checkTokens(tokens));
        const std::int64_t each = static_cast<std::int64_t>(tokens.size()) / m_sequences;
        Batch batch;
        batch.inputs.resize(1);
        batch.inputs[0].indices.assign(tokens.begin(), tokens.end());
        batch.lengths.assign(static_cast<std::size_t>(m_sequences), each);
        KERF_TRY(Hidden hidden, m_network.m_executor.enter(m_entry, { {}, m_length, nullptr, nullptr }, batch));
        for (int block = 0; block < m_network.blockCount(); ++block) {
            const auto at = static_cast<std::size_t>(block);
            const std::span<KeyValueCache> caches(m_caches[at].data(), static_cast<std::size_t>(m_sequences));
            const CacheRun cache { caches, m_length, settingOf(block), nullptr };
            KERF_CHECK(m_network.m_executor.run({ { block, -1, -1 }, nullptr, nullptr, cache }, m_blocks[at], hidden));
        }
        KERF_TRY(Matrix logits, lastLogits(hidden, each));
        m_length += each;
        return logits;
    }

    void truncate(std::int64_t length) override
    {
        assert(length >= 0 && length <= m_length);
        m_length = length;
    }
    void assume(std::int64_t sequences, std::int64_t length) override
    {
        assert(sequences > 0 && sequences <= static_cast<std::int64_t>(m_caches.front().size()));
        assert(length >= 0 && length <= m_maxPositions);
        m_sequences = sequences;
        m_length = length;
    }
    std::int64_t length() const override { return m_length; }

private:
    /// Of the last of `each` rows of each sequence.
    Result<Matrix> lastLogits(const Hidden& hidden, std::int64_t each) const
    {
        if (each == 1) {
            KERF_TRY(std::vector<Matrix> all, m_network.m_executor.leaveRows(m_exit, hidden, 0, m_sequences));
            return std::move(all.front());
        }
        Matrix logits(m_sequences, m_network.vocabularySize());
        for (std::int64_t sequence = 0; sequence < m_sequences; ++sequence) {
            KERF_TRY(const std::vector<Matrix> last,
                m_network.m_executor.leaveRows(m_exit, hidden, (sequence + 1) * each - 1, 1));
            logits.row(sequence) = last.front().row(0);
        }
        return logits;
    }

    /// Null where the block's cache is not quantized.
    const CacheSetting* settingOf(int block) const
    {
        if (m_settings.empty())
            return nullptr;
        const CacheSetting& setting = m_settings[static_cast<std::size_t>(block)];
        return setting.format && !setting.format->isUnquantized() ? &setting : nullptr;
    }

    Status replaceLinears(int block, SectionWeights& weights, const LinearFactory& factory) const
    {
        const Graph& graph = m_network.graph();
        for (std::size_t i = 0; i < graph.layers().size(); ++i) {
            if (graph.layers()[i].block != block)
                continue;
            const ParameterId id = graph.nodeOfLayer(static_cast<int>(i)).parameters[0];
            LoadedParameter& loaded = weights.parameters[static_cast<std::size_t>(id - weights.first)];
            KERF_TRY(const std::shared_ptr<const Matrix> weight, heldWeight(loaded));
            loaded = {}; // freed with the weight, before the next is read
            KERF_TRY(loaded.linear, factory(graph.layers()[i], *weight));
        }
        weights.readsOnUse = false;
        return {};
    }

    Status loadExit(const LinearFactory& factory)
    {
        const Graph& graph = m_network.graph();
        KERF_TRY(m_exit, m_network.loadStreamed(graph.exit()));
        for (const NodeId id : graph.exit().nodes) {
            const Node& node = graph.node(id);
            if (node.op != &linearOp())
                continue;
            const Parameter& parameter = graph.parameter(node.parameters[0]);
            LayerInfo info;
            info.name = info.site = info.tie = "lm_head";
            info.block = -1;
            info.role = "head";
            info.shape = { parameter.shape[0], parameter.shape[1] };
            KERF_TRY(const Matrix weight, m_network.weights().values(parameter));
            LoadedParameter& loaded = m_exit.parameters[static_cast<std::size_t>(node.parameters[0] - m_exit.first)];
            KERF_TRY(loaded.linear, factory(info, weight));
            loaded.streamed = nullptr;
        }
        return {};
    }

    Status checkTokens(std::span<const TokenId> tokens) const
    {
        if (tokens.empty())
            return fail(ErrorCode::InvalidArgument, "No token was given to go on with.");
        const auto count = static_cast<std::int64_t>(tokens.size());
        if (count % m_sequences != 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} tokens are not equally many for each of {} sequences.", count, m_sequences));
        if (m_length + count / m_sequences > m_maxPositions)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} tokens do not fit behind {}: there is room for {}.", count / m_sequences, m_length,
                    m_maxPositions));
        return {};
    }

    const GraphNetwork& m_network;
    CacheSettings m_settings;
    SectionWeights m_entry, m_exit;
    std::vector<SectionWeights> m_blocks;
    std::vector<std::vector<KeyValueCache>> m_caches; ///< [blocks, sequences]
    std::int64_t m_maxPositions;
    std::int64_t m_sequences; ///< that go on
    std::int64_t m_length = 0;
};

Result<Vector> Generation::prefill(std::span<const TokenId> tokens)
{
    KERF_TRY(const Matrix logits, extend(tokens));
    assert(logits.rows() == 1);
    return Vector(logits.row(0).transpose());
}

Result<std::unique_ptr<Generation>> GraphNetwork::start(
    const LinearFactory& factory, std::int64_t maxPositions, const CacheSettings& caches, std::int64_t sequences) const
{
    if (sequences < 1)
        return fail(ErrorCode::InvalidArgument, fmt::format("{} sequences were asked for: 1 or more.", sequences));
    if (maxPositions < 1 || maxPositions > this->maxPositions())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} positions were asked for; the model takes 1 to {}.", maxPositions, this->maxPositions()));
    if (!caches.empty() && static_cast<int>(caches.size()) != blockCount())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Cache formats for {} blocks were given; the model has {}.", caches.size(), blockCount()));
    const LinearFactory dense
        = [](const LayerInfo&, const Matrix& weight) -> Result<LinearPtr> { return makeDenseLinear(weight); };
    auto generation = std::make_unique<GraphGeneration>(*this, maxPositions, caches, sequences);
    KERF_CHECK(generation->load(factory ? factory : dense));
    return generation;
}

Result<std::unique_ptr<Generation>> startGeneration(const Network& network, const LinearFactory& factory,
    std::int64_t maxPositions, const CacheSettings& caches, std::int64_t sequences)
{
    const Generator* generator = network.generator();
    if (!generator)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A {} network does not generate text: only decoders do.", network.architecture()));
    return generator->start(factory, maxPositions, caches, sequences);
}

} // namespace kerf::core
