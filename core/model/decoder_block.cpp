// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/gate_rows.h"
#include "core/graph/ops/gated_activation.h"
#include "core/graph/ops/put_rows.h"
#include "core/graph/ops/route.h"
#include "core/graph/ops/select_columns.h"
#include "core/graph/ops/slice.h"
#include "core/graph/ops/take_rows.h"
#include "core/graph/ops/zeros_like.h"
#include "core/model/decoder_builder.h"
#include "core/model/kept_linear.h"

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

/// The columns of one part of a fused projection that stands head by head: for each key/value head its queries, key and
/// value. @param part 0 queries, 1 keys, 2 values
SelectColumns columnsByHead(const DecoderConfig& config, int part)
{
    const std::int64_t group = config.heads / config.keyValueHeads;
    const std::int64_t first = part == 0 ? 0 : group + part - 1, count = part == 0 ? group : 1;
    SelectColumns select;
    for (std::int64_t head = 0; head < config.keyValueHeads; ++head)
        for (std::int64_t i = 0; i < count * config.headDim; ++i)
            select.columns.push_back(static_cast<std::int32_t>((head * (group + 2) + first) * config.headDim + i));
    return select;
}

} // namespace

Result<ValueId> DecoderBuilder::addSum(ValueId stream, ValueId added)
{
    return m_builder.add(addOp(), Add { m_config.residualFactor }, { stream, added });
}

Status DecoderBuilder::addBlock(int index)
{
    m_builder.beginBlock();
    m_path = fmt::format("{}{}.{}.", m_prefix, m_architecture.blocks, index);
    const NormNames& names = m_architecture.norms;
    const std::string_view attentionNorm = names.attentionInput, mlpNorm = names.mlpInput;
    const bool isBefore = !m_config.normsBehind;
    const ValueId before = m_stream;
    KERF_TRY(const ValueId input, isBefore ? addNorm(m_path, attentionNorm, before) : before);
    KERF_TRY(const ValueId attended, addAttention(index, input));
    KERF_TRY(const ValueId output, addLayer(LayerPlace::Output, attended));
    KERF_TRY(const ValueId attention, addNorm(m_path, names.attentionOutput, output));
    if (!m_config.parallel) {
        KERF_TRY(m_stream, addSum(before, attention));
    }
    if (!isBefore) {
        KERF_TRY(m_stream, addNorm(m_path, attentionNorm, m_stream));
    }
    const bool isShared = m_config.parallel && mlpNorm.empty();
    KERF_TRY(const ValueId inner, isShared ? input : isBefore ? addNorm(m_path, mlpNorm, m_stream) : m_stream);
    const bool isRouted = m_config.routed[static_cast<std::size_t>(index)];
    KERF_TRY(const ValueId made, isRouted ? addExperts(inner) : addMlp(inner));
    KERF_TRY(const ValueId mlp, addNorm(m_path, names.mlpOutput, made));
    if (m_config.parallel) {
        KERF_TRY(m_stream, addSum(before, attention));
    }
    KERF_TRY(m_stream, addSum(m_stream, mlp));
    if (!isBefore) {
        KERF_TRY(m_stream, addNorm(m_path, mlpNorm, m_stream));
    }
    return {};
}

const LayerTemplate* DecoderBuilder::templateOf(LayerPlace place, LayerPart part) const
{
    for (const LayerTemplate& row : m_architecture.layers)
        if (row.place == place && row.part == part)
            return &row;
    return nullptr;
}

std::int64_t DecoderBuilder::innerOf(LayerPart part) const
{
    switch (part) {
    case LayerPart::Expert:
        return m_config.expertInner;
    case LayerPart::Shared:
        return m_config.sharedInner;
    case LayerPart::Every:
        break;
    }
    return m_config.inner;
}

std::int64_t DecoderBuilder::outputsOf(LayerPlace place, LayerPart part) const
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
        return innerOf(part);
    case LayerPlace::GateUp:
        return 2 * innerOf(part);
    case LayerPlace::Output:
    case LayerPlace::Down:
        break;
    }
    return m_config.hidden;
}

Result<ValueId> DecoderBuilder::addLayer(LayerPlace place, ValueId input, LayerPart part, std::int64_t expert)
{
    const LayerTemplate& row = *templateOf(place, part);
    LayerInfo info;
    info.name = m_path + (expert < 0 ? std::string(row.name) : fmt::format(fmt::runtime(row.name), expert));
    info.role = row.role;
    info.fused = row.fused;
    const std::int64_t outputs = outputsOf(place, part);
    KERF_TRY(
        Parameter weight, m_claims.claimLayer(info.name, { outputs, m_builder.widthOf(input) }, m_architecture.layout));
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
Result<std::array<ValueId, 3>> DecoderBuilder::addProjections(ValueId input)
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
    for (int part = 0; part < 3; ++part)
        values[static_cast<std::size_t>(part)]
            = m_builder.add(selectColumnsOp(), columnsByHead(m_config, part), { fused });
    return values;
}

/// Norm and rotation of queries or keys.
Result<ValueId> DecoderBuilder::addHeads(int block, ValueId x, std::string_view norm, std::int64_t heads)
{
    const bool perHead = m_architecture.queryKeyNorm == QueryKeyNorm::PerHead;
    KERF_TRY(const ValueId normed, addNorm(m_path, norm, x, perHead ? heads : 1));
    const auto index = static_cast<std::size_t>(block);
    if (m_rotaries.empty() || !m_config.turns[index])
        return normed;
    const bool own = m_rotaries.size() > 1 && m_config.slides[index];
    return m_builder.add(rotaryOp(),
        Rotary { m_config.headDim, m_rotaries[own ? 1 : 0], m_architecture.pairing == RotaryPairing::Neighbours },
        { normed });
}

Result<ValueId> DecoderBuilder::addAttention(int block, ValueId input)
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

Result<ValueId> DecoderBuilder::addMlp(ValueId input, LayerPart part, std::int64_t expert)
{
    ValueId inner = -1;
    if (templateOf(LayerPlace::GateUp, part)) {
        KERF_TRY(const ValueId both, addLayer(LayerPlace::GateUp, input, part, expert));
        const ValueId gate = m_builder.add(sliceOp(), Slice { 0, innerOf(part) }, { both });
        const ValueId up = m_builder.add(sliceOp(), Slice { innerOf(part), innerOf(part) }, { both });
        inner = m_builder.add(gatedActivationOp(), m_config.activation, { gate, up });
    } else if (templateOf(LayerPlace::Gate, part)) {
        KERF_TRY(const ValueId gate, addLayer(LayerPlace::Gate, input, part, expert));
        KERF_TRY(const ValueId up, addLayer(LayerPlace::Up, input, part, expert));
        inner = m_builder.add(gatedActivationOp(), m_config.activation, { gate, up });
    } else {
        KERF_TRY(const ValueId up, addLayer(LayerPlace::Up, input, part, expert));
        inner = m_builder.add(activationOp(), m_config.activation, { up });
    }
    return addLayer(LayerPlace::Down, inner, part, expert);
}

/// A router, which stays as it is, and an MLP for every expert; one more for all tokens where there is one.
Result<ValueId> DecoderBuilder::addExperts(ValueId input)
{
    KERF_TRY(const ValueId logits,
        addKeptLinear(
            m_builder, m_claims, m_path + std::string(m_architecture.experts.router), m_config.experts, input, false));
    const ValueId routing
        = m_builder.add(routeOp(), Route { m_config.expertsPerToken, m_config.renormalizes }, { logits });
    ValueId sum = m_builder.add(zerosLikeOp(), {}, { input });
    for (std::int64_t expert = 0; expert < m_config.experts; ++expert) {
        const ValueId rows = m_builder.add(takeRowsOp(), TakeRows { expert }, { input, routing });
        KERF_TRY(const ValueId made, addMlp(rows, LayerPart::Expert, expert));
        sum = m_builder.add(putRowsOp(), PutRows { expert }, { sum, made, routing });
    }
    if (m_config.sharedInner == 0)
        return sum;
    KERF_TRY(const ValueId shared, addShared(input));
    return m_builder.add(addOp(), Add { 1.0F }, { sum, shared });
}

Result<ValueId> DecoderBuilder::addShared(ValueId input)
{
    KERF_TRY(const ValueId made, addMlp(input, LayerPart::Shared));
    if (m_architecture.experts.sharedGate.empty())
        return made;
    KERF_TRY(const ValueId gate,
        addKeptLinear(m_builder, m_claims, m_path + std::string(m_architecture.experts.sharedGate), 1, input, false));
    return m_builder.add(gateRowsOp(), {}, { made, gate });
}

} // namespace kerf::core
