// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_graph.h"

#include <fmt/format.h>

#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/scale.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/decoder_builder.h"
#include "core/model/graph_network.h"
#include "core/model/kept_linear.h"
#include "core/model/stored_values.h"

namespace kerf::core {

DecoderBuilder::DecoderBuilder(
    DecoderConfig config, const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized)
    : m_config(std::move(config))
    , m_architecture(*m_config.architecture)
    , m_checkpoint(checkpoint)
    , m_quantized(quantized)
    , m_claims(checkpoint, quantized, fmt::format("a {} model with {} blocks", m_architecture.type, m_config.blocks))
    , m_notes(m_config.notes)
{
    for (const RotaryAngles& angles : m_config.rotaries)
        m_rotaries.push_back(std::make_shared<const RotaryTables>(angles));
}

Result<OpenedNetwork> DecoderBuilder::build()
{
    choosePrefix();
    KERF_CHECK(addEntry());
    for (std::int64_t block = 0; block < m_config.blocks; ++block)
        KERF_CHECK(addBlock(static_cast<int>(block)));
    KERF_CHECK(addExit());
    KERF_TRY(Graph graph, m_builder.build());
    KERF_TRY(const Notes left, m_claims.notes());
    m_notes.insert(m_notes.end(), left.begin(), left.end());
    auto weights = std::make_shared<const CheckpointWeights>(m_checkpoint, m_quantized, m_claims.codes(), nullptr);
    return OpenedNetwork { std::make_shared<const GraphNetwork>(std::move(graph), info(), std::move(weights)),
        std::move(m_notes) };
}

NetworkInfo DecoderBuilder::info() const
{
    CacheShape cache { m_config.keyValueHeads, m_config.headDim, m_config.valueDim() };
    if (m_architecture.isLatent)
        cache.latent = m_config.latent.rank + m_config.latent.turnedDim;
    return { std::string(m_architecture.type), m_config.hidden, m_config.vocabulary, m_config.positions, cache,
        m_architecture.overflowsHalf, m_config.tied };
}

void DecoderBuilder::choosePrefix()
{
    m_prefix = m_architecture.prefixes.front();
    for (const std::string_view prefix : m_architecture.prefixes)
        if (m_claims.hasWeight(fmt::format("{}{}.weight", prefix, m_architecture.embedding))) {
            m_prefix = prefix;
            break;
        }
}

Result<ParameterId> DecoderBuilder::vector(const std::string& tensor, std::int64_t size, double offset)
{
    KERF_TRY(Parameter parameter, m_claims.claimParameter(tensor, { size }, offset));
    return m_builder.parameter(std::move(parameter));
}

Result<ValueId> DecoderBuilder::addNorm(
    const std::string& path, std::string_view name, ValueId x, std::int64_t groups, std::optional<double> epsilon)
{
    if (name.empty())
        return x;
    const std::int64_t size = m_builder.widthOf(x) / groups;
    const std::string module = path + std::string(name);
    KERF_TRY(const ParameterId weight, vector(module + ".weight", size, m_architecture.normOffset));
    ParameterId bias = -1;
    if (m_architecture.norm == NormKind::Layer && m_architecture.normBias) {
        KERF_TRY(bias, vector(module + ".bias", size));
    }
    return m_builder.add(
        normOp(), Norm { m_architecture.norm, epsilon.value_or(m_config.epsilon), groups }, { x }, { weight, bias });
}

/// Of tied tensors a checkpoint stores one; some writers keep the head's name.
void DecoderBuilder::findTables()
{
    m_head = fmt::format("{}.weight", m_architecture.head);
    m_embedding = fmt::format("{}{}.weight", m_prefix, m_architecture.embedding);
    if (m_config.tied && !m_claims.hasWeight(m_embedding) && m_claims.hasWeight(m_head))
        m_embedding = m_head;
}

Status DecoderBuilder::addEntry()
{
    findTables();
    const Shape table { m_config.vocabulary, m_config.embeddingWidth };
    KERF_CHECK(m_claims.claimTable(m_embedding, table));
    const ValueId ids = m_builder.input("input_ids", { { 1 }, {}, ElementType::Index });
    m_stream = m_builder.add(gatherOp(), Gather { m_config.embeddingFactor }, { ids },
        { m_builder.parameter({ { m_embedding, -1, WeightLayout::OutIn }, table, {}, 0 }) });
    if (m_config.embeddingWidth != m_config.hidden) {
        KERF_TRY(m_stream,
            addKeptLinear(m_builder, m_claims, fmt::format("{}{}", m_prefix, m_architecture.embeddingIn),
                m_config.hidden, m_stream, false));
    }
    if (m_architecture.positions == Positions::Learned)
        KERF_CHECK(addPositions());
    KERF_TRY(m_stream, addNorm(std::string(m_prefix), m_architecture.embeddingNorm, m_stream));
    return {};
}

Status DecoderBuilder::addPositions()
{
    const std::string tensor = fmt::format("{}{}.weight", m_prefix, m_architecture.positionEmbedding);
    KERF_TRY(Parameter table,
        m_claims.claimParameter(tensor, { m_config.positions + m_architecture.positionOffset, m_config.hidden }));
    m_stream = m_builder.add(addPositionsOp(), AddPositions { m_architecture.positionOffset }, { m_stream },
        { m_builder.parameter(std::move(table)) });
    return {};
}

/// A head stored beside the embedding that it should be tied to: transformers 5 compares the two, and keeps both
/// when they differ.
Result<std::string> DecoderBuilder::chooseHead(const Shape& table)
{
    if (!m_config.tied) {
        KERF_CHECK(m_claims.claimTable(m_head, table));
        return m_head;
    }
    if (m_head == m_embedding || !m_claims.hasWeight(m_head))
        return m_embedding;
    KERF_CHECK(m_claims.claimTable(m_head, table));
    bool isSame = false;
    if (!m_claims.codes().contains(m_head) && !m_claims.codes().contains(m_embedding)) {
        KERF_TRY(isSame, holdSameValues(m_checkpoint, m_head, m_embedding));
    }
    std::string text = isSame
        ? fmt::format("{} is stored beside the embedding that it equals. Exports leave it out.", m_head)
        : fmt::format("{} is stored and differs from the embedding, though by config.json the two are tied "
                      "(tie_word_embeddings). The stored head is used, as in transformers 5; older versions "
                      "and vLLM use the embedding. Exports say that they are not tied, so that every loader "
                      "uses the stored head.",
            m_head);
    m_notes.push_back({ NoteKind::StoredHead, std::move(text), { m_head } });
    return isSame ? m_embedding : m_head;
}

Status DecoderBuilder::addExit()
{
    m_builder.beginExit();
    if (!m_config.normsBehind) {
        KERF_TRY(m_stream, addNorm(std::string(m_prefix), m_architecture.finalNorm, m_stream));
    }
    if (m_config.embeddingWidth != m_config.hidden) {
        KERF_TRY(m_stream,
            addKeptLinear(m_builder, m_claims, fmt::format("{}{}", m_prefix, m_architecture.embeddingOut),
                m_config.embeddingWidth, m_stream, false));
    }
    const Shape table { m_config.vocabulary, m_config.embeddingWidth };
    KERF_TRY(const std::string head, chooseHead(table));
    const std::string key = head == m_embedding ? head + "#head" : head;
    ParameterId bias = -1;
    if (m_architecture.headBias) {
        KERF_TRY(bias, vector(fmt::format("{}.bias", m_architecture.head), m_config.vocabulary));
    }
    ValueId logits = m_builder.add(linearOp(), {}, { m_stream },
        { m_builder.parameter({ { head, -1, WeightLayout::OutIn }, table, key, 0 }), bias });
    if (m_config.logitsFactor != 1.0f || m_config.finalCap > 0)
        logits = m_builder.add(scaleOp(), Scale { m_config.logitsFactor, m_config.finalCap }, { logits });
    m_builder.output("logits", logits);
    return {};
}

Result<OpenedNetwork> buildDecoder(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized)
{
    const std::string what = checkpoint.configPlace();
    KERF_TRY(DecoderConfig config, parseDecoderConfig(checkpoint.configText(), what));
    return DecoderBuilder(std::move(config), checkpoint, quantized).build();
}

} // namespace kerf::core
