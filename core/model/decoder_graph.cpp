// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/decoder_graph.h"

#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/graph/graph_builder.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/add_positions.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/norm.h"
#include "core/graph/ops/put_rows.h"
#include "core/graph/ops/rotary.h"
#include "core/graph/ops/route.h"
#include "core/graph/ops/scale.h"
#include "core/graph/ops/select_columns.h"
#include "core/graph/ops/slice.h"
#include "core/graph/ops/take_rows.h"
#include "core/graph/ops/zeros_like.h"
#include "core/model/checkpoint_weights.h"
#include "core/model/decoder_config.h"
#include "core/model/graph_network.h"
#include "core/model/stored_values.h"
#include "core/model/tensor_claims.h"

namespace kerf::core {
namespace {

/// Slopes of ALiBi (Press et al., arXiv 2108.12409, section 3): 2^(-8 i / n) for i = 1 … n, n the largest power of two
/// up to the number of heads; the heads behind it take every second slope of twice as many.
std::vector<float> alibiSlopes(std::int64_t heads)
{
    std::int64_t power = 1;
    while (2 * power <= heads)
        power *= 2;
    std::vector<float> slopes;
    for (std::int64_t head = 0; head < heads; ++head) {
        const double exponent = head < power
            ? -8.0 * static_cast<double>(head + 1) / static_cast<double>(power)
            : -4.0 * static_cast<double>(2 * (head - power) + 1) / static_cast<double>(power);
        slopes.push_back(static_cast<float>(std::exp2(exponent)));
    }
    return slopes;
}

class DecoderBuilder {
public:
    DecoderBuilder(DecoderConfig config, const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized)
        : m_config(std::move(config))
        , m_architecture(*m_config.architecture)
        , m_checkpoint(checkpoint)
        , m_quantized(quantized)
        , m_claims(
              checkpoint, quantized, fmt::format("a {} model with {} blocks", m_architecture.type, m_config.blocks))
        , m_notes(m_config.notes)
    {
        for (const RotaryAngles& angles : m_config.rotaries)
            m_rotaries.push_back(std::make_shared<const RotaryTables>(angles));
    }

    Result<OpenedNetwork> build()
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

private:
    NetworkInfo info() const
    {
        return { std::string(m_architecture.type), m_config.hidden, m_config.vocabulary, m_config.positions,
            { m_config.keyValueHeads, m_config.headDim }, m_architecture.overflowsHalf, m_config.tied };
    }

    void choosePrefix()
    {
        m_prefix = m_architecture.prefixes.front();
        for (const std::string_view prefix : m_architecture.prefixes)
            if (m_claims.hasWeight(fmt::format("{}{}.weight", prefix, m_architecture.embedding))) {
                m_prefix = prefix;
                break;
            }
    }

    Result<ParameterId> vector(const std::string& tensor, std::int64_t size, double offset = 0)
    {
        KERF_CHECK(m_claims.claim(tensor, { size }));
        return m_builder.parameter({ { tensor, -1, WeightLayout::OutIn }, { size }, {}, offset });
    }

    /// norm(x); x itself where the family has no norm of that name.
    Result<ValueId> addNorm(const std::string& path, std::string_view name, ValueId x, std::int64_t groups = 1)
    {
        if (name.empty())
            return x;
        const std::int64_t size = m_builder.widthOf(x) / groups;
        const std::string module = path + std::string(name);
        KERF_TRY(const ParameterId weight, vector(module + ".weight", size, m_architecture.normOffset));
        ParameterId bias = -1;
        if (m_architecture.norm == NormKind::Layer) {
            KERF_TRY(bias, vector(module + ".bias", size));
        }
        return m_builder.add(normOp(), Norm { m_architecture.norm, m_config.epsilon, groups }, { x }, { weight, bias });
    }

    /// Of tied tensors a checkpoint stores one; some writers keep the head's name.
    void findTables()
    {
        m_head = fmt::format("{}.weight", m_architecture.head);
        m_embedding = fmt::format("{}{}.weight", m_prefix, m_architecture.embedding);
        if (m_config.tied && !m_claims.hasWeight(m_embedding) && m_claims.hasWeight(m_head))
            m_embedding = m_head;
    }

    Status addEntry()
    {
        findTables();
        const Shape table { m_config.vocabulary, m_config.hidden };
        KERF_CHECK(m_claims.claimTable(m_embedding, table));
        const ValueId ids = m_builder.input("input_ids", { { 1 }, {}, ElementType::Index });
        m_stream = m_builder.add(gatherOp(), Gather { m_config.embeddingFactor }, { ids },
            { m_builder.parameter({ { m_embedding, -1, WeightLayout::OutIn }, table, {}, 0 }) });
        if (m_architecture.positions == Positions::Learned) {
            const std::string tensor = fmt::format("{}{}.weight", m_prefix, m_architecture.positionEmbedding);
            const Shape shape { m_config.positions, m_config.hidden };
            KERF_CHECK(m_claims.claim(tensor, shape));
            m_stream = m_builder.add(addPositionsOp(), AddPositions {}, { m_stream },
                { m_builder.parameter({ { tensor, -1, WeightLayout::OutIn }, shape, {}, 0 }) });
        }
        KERF_TRY(m_stream, addNorm(std::string(m_prefix), m_architecture.embeddingNorm, m_stream));
        return {};
    }

    Status addBlock(int index)
    {
        m_builder.beginBlock();
        m_path = fmt::format("{}{}.{}.", m_prefix, m_architecture.blocks, index);
        const NormNames& names = m_architecture.norms;
        const ValueId before = m_stream;
        KERF_TRY(const ValueId input, addNorm(m_path, names.attentionInput, before));
        KERF_TRY(const ValueId attended, addAttention(index, input));
        KERF_TRY(const ValueId output, addLayer(LayerPlace::Output, attended));
        KERF_TRY(const ValueId attention, addNorm(m_path, names.attentionOutput, output));
        if (!m_config.parallel)
            m_stream = m_builder.add(addOp(), Add { m_config.residualFactor }, { before, attention });
        KERF_TRY(const ValueId inner, addNorm(m_path, names.mlpInput, m_stream));
        KERF_TRY(const ValueId made, m_config.experts > 0 ? addExperts(inner) : addMlp(inner));
        KERF_TRY(const ValueId mlp, addNorm(m_path, names.mlpOutput, made));
        if (m_config.parallel)
            m_stream = m_builder.add(addOp(), Add { m_config.residualFactor }, { before, attention });
        m_stream = m_builder.add(addOp(), Add { m_config.residualFactor }, { m_stream, mlp });
        return {};
    }

    const LayerTemplate* templateOf(LayerPlace place) const
    {
        for (const LayerTemplate& row : m_architecture.layers)
            if (row.place == place)
                return &row;
        return nullptr;
    }

    std::int64_t outputsOf(LayerPlace place) const
    {
        switch (place) {
        case LayerPlace::Query:
            return m_config.queryWidth();
        case LayerPlace::Key:
        case LayerPlace::Value:
            return m_config.keyValueWidth();
        case LayerPlace::QueryKeyValue:
            return m_config.queryWidth() + 2 * m_config.keyValueWidth();
        case LayerPlace::Gate:
        case LayerPlace::Up:
            return m_config.inner;
        case LayerPlace::GateUp:
            return 2 * m_config.inner;
        case LayerPlace::Output:
        case LayerPlace::Down:
            break;
        }
        return m_config.hidden;
    }

    /// A layer of the block at hand, of one expert when there is one.
    Result<ValueId> addLayer(LayerPlace place, ValueId input, std::int64_t expert = -1)
    {
        const LayerTemplate& row = *templateOf(place);
        LayerInfo info;
        info.name = m_path + (expert < 0 ? std::string(row.name) : fmt::format(fmt::runtime(row.name), expert));
        info.role = row.role;
        info.fused = row.fused;
        const std::int64_t outputs = outputsOf(place);
        KERF_TRY(Parameter weight,
            m_claims.claimLayer(info.name, { outputs, m_builder.widthOf(input) }, m_architecture.layout));
        const ParameterId id = m_builder.parameter(std::move(weight));
        const std::string bias = info.name + ".bias";
        ParameterId biasId = -1;
        if (m_config.biases[static_cast<std::size_t>(&row - m_architecture.layers.data())]) {
            KERF_TRY(biasId, vector(bias, outputs));
        } else {
            m_claims.leaveBias(bias, row.bias.key);
        }
        return m_builder.addLayer(std::move(info), input, id, biasId);
    }

    /// Queries, keys and values in a value each.
    Result<std::array<ValueId, 3>> addProjections(ValueId input)
    {
        const std::int64_t queries = m_config.queryWidth(), keys = m_config.keyValueWidth();
        if (!templateOf(LayerPlace::QueryKeyValue)) {
            KERF_TRY(const ValueId query, addLayer(LayerPlace::Query, input));
            KERF_TRY(const ValueId key, addLayer(LayerPlace::Key, input));
            KERF_TRY(const ValueId value, addLayer(LayerPlace::Value, input));
            return std::array { query, key, value };
        }
        KERF_TRY(const ValueId fused, addLayer(LayerPlace::QueryKeyValue, input));
        if (m_architecture.fusedOrder == FusedOrder::SideBySide)
            return std::array { m_builder.add(sliceOp(), Slice { 0, queries }, { fused }),
                m_builder.add(sliceOp(), Slice { queries, keys }, { fused }),
                m_builder.add(sliceOp(), Slice { queries + keys, keys }, { fused }) };
        std::array<ValueId, 3> values {};
        for (std::int32_t part = 0; part < 3; ++part) {
            SelectColumns select;
            for (std::int64_t head = 0; head < m_config.heads; ++head)
                for (std::int64_t i = 0; i < m_config.headDim; ++i)
                    select.columns.push_back(static_cast<std::int32_t>((3 * head + part) * m_config.headDim + i));
            values[static_cast<std::size_t>(part)] = m_builder.add(selectColumnsOp(), std::move(select), { fused });
        }
        return values;
    }

    /// Norm and rotation of queries or keys.
    Result<ValueId> addHeads(int block, ValueId x, std::string_view norm, std::int64_t heads)
    {
        const bool perHead = m_architecture.queryKeyNorm == QueryKeyNorm::PerHead;
        KERF_TRY(const ValueId normed, addNorm(m_path, norm, x, perHead ? heads : 1));
        if (m_rotaries.empty())
            return normed;
        const bool own = m_rotaries.size() > 1 && m_config.slides[static_cast<std::size_t>(block)];
        return m_builder.add(rotaryOp(), Rotary { m_config.headDim, m_rotaries[own ? 1 : 0] }, { normed });
    }

    Result<ValueId> addAttention(int block, ValueId input)
    {
        KERF_TRY(const auto projected, addProjections(input));
        KERF_TRY(const ValueId queries, addHeads(block, projected[0], m_architecture.norms.query, m_config.heads));
        KERF_TRY(const ValueId keys, addHeads(block, projected[1], m_architecture.norms.key, m_config.keyValueHeads));
        const bool slides = m_config.slides[static_cast<std::size_t>(block)];
        AttentionSettings settings { m_config.heads, m_config.keyValueHeads, m_config.headDim, m_config.attentionScale,
            m_config.attentionCap, slides ? m_config.slidingWindow : 0 };
        if (m_architecture.positions == Positions::Alibi)
            settings.slopes = alibiSlopes(m_config.heads);
        return m_builder.add(attentionOp(), std::move(settings), { queries, keys, projected[2] });
    }

    Result<ValueId> addMlp(ValueId input, std::int64_t expert = -1)
    {
        ValueId inner = -1;
        if (templateOf(LayerPlace::GateUp)) {
            KERF_TRY(const ValueId both, addLayer(LayerPlace::GateUp, input, expert));
            const ValueId gate = m_builder.add(sliceOp(), Slice { 0, m_config.inner }, { both });
            const ValueId up = m_builder.add(sliceOp(), Slice { m_config.inner, m_config.inner }, { both });
            inner = m_builder.add(gatedActivationOp(), m_config.activation, { gate, up });
        } else if (templateOf(LayerPlace::Gate)) {
            KERF_TRY(const ValueId gate, addLayer(LayerPlace::Gate, input, expert));
            KERF_TRY(const ValueId up, addLayer(LayerPlace::Up, input, expert));
            inner = m_builder.add(gatedActivationOp(), m_config.activation, { gate, up });
        } else {
            KERF_TRY(const ValueId up, addLayer(LayerPlace::Up, input, expert));
            inner = m_builder.add(activationOp(), m_config.activation, { up });
        }
        return addLayer(LayerPlace::Down, inner, expert);
    }

    /// A router, which stays as it is, and an MLP for every expert.
    Result<ValueId> addExperts(ValueId input)
    {
        const std::string router = m_path + std::string(m_architecture.experts.router) + ".weight";
        const Shape shape { m_config.experts, m_config.hidden };
        KERF_CHECK(m_claims.claim(router, shape));
        const ValueId logits = m_builder.add(linearOp(), {}, { input },
            { m_builder.parameter({ { router, -1, WeightLayout::OutIn }, shape, {}, 0 }), -1 });
        const ValueId routing = m_builder.add(routeOp(), Route { m_config.expertsPerToken, true }, { logits });
        ValueId sum = m_builder.add(zerosLikeOp(), {}, { input });
        for (std::int64_t expert = 0; expert < m_config.experts; ++expert) {
            const ValueId rows = m_builder.add(takeRowsOp(), TakeRows { expert }, { input, routing });
            KERF_TRY(const ValueId made, addMlp(rows, expert));
            sum = m_builder.add(putRowsOp(), PutRows { expert }, { sum, made, routing });
        }
        return sum;
    }

    /// A head stored beside the embedding that it should be tied to: transformers 5 compares the two, and keeps both
    /// when they differ.
    Result<std::string> chooseHead(const Shape& table)
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

    Status addExit()
    {
        m_builder.beginExit();
        KERF_TRY(const ValueId normed, addNorm(std::string(m_prefix), m_architecture.finalNorm, m_stream));
        const Shape table { m_config.vocabulary, m_config.hidden };
        KERF_TRY(const std::string head, chooseHead(table));
        const std::string key = head == m_embedding ? head + "#head" : head;
        ValueId logits = m_builder.add(linearOp(), {}, { normed },
            { m_builder.parameter({ { head, -1, WeightLayout::OutIn }, table, key, 0 }), -1 });
        if (m_config.logitsFactor != 1.0f || m_config.finalCap > 0)
            logits = m_builder.add(scaleOp(), Scale { m_config.logitsFactor, m_config.finalCap }, { logits });
        m_builder.output("logits", logits);
        return {};
    }

    DecoderConfig m_config;
    const Architecture& m_architecture;
    const Checkpoint& m_checkpoint;
    const std::optional<QuantizedFolder>& m_quantized;
    TensorClaims m_claims;
    Notes m_notes;
    std::vector<std::shared_ptr<const RotaryTables>> m_rotaries;
    std::string_view m_prefix;
    std::string m_embedding, m_head; ///< tensors
    std::string m_path; ///< of the block at hand
    GraphBuilder m_builder;
    ValueId m_stream = -1;
};

} // namespace

Result<OpenedNetwork> buildDecoder(const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized)
{
    const std::string what = checkpoint.configPlace();
    KERF_TRY(DecoderConfig config, parseDecoderConfig(checkpoint.configText(), what));
    return DecoderBuilder(std::move(config), checkpoint, quantized).build();
}

} // namespace kerf::core
