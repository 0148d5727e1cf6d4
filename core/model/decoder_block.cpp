// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <cmath>

#include <fmt/format.h>

#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/clamped_swiglu.h"
#include "core/graph/ops/concat.h"
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

/// The keys of latent attention, of what LatentUp makes and the part that turns behind it, which all heads share.
SelectColumns keyColumns(const DecoderConfig& config)
{
    const LatentSizes& sizes = config.latent;
    const std::int64_t width = sizes.plainDim + sizes.valueDim;
    SelectColumns select;
    for (std::int64_t head = 0; head < config.heads; ++head) {
        for (std::int64_t i = 0; i < sizes.plainDim; ++i)
            select.columns.push_back(static_cast<std::int32_t>(head * width + i));
        for (std::int64_t i = 0; i < sizes.turnedDim; ++i)
            select.columns.push_back(static_cast<std::int32_t>(config.heads * width + i));
    }
    return select;
}

SelectColumns valueColumns(const DecoderConfig& config)
{
    const LatentSizes& sizes = config.latent;
    SelectColumns select;
    for (std::int64_t head = 0; head < config.heads; ++head)
        for (std::int64_t i = 0; i < sizes.valueDim; ++i)
            select.columns.push_back(
                static_cast<std::int32_t>(head * (sizes.plainDim + sizes.valueDim) + sizes.plainDim + i));
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
    case LayerPlace::QueryDown:
        return m_config.latent.queryRank;
    case LayerPlace::QueryUp:
        return m_config.queryWidth();
    case LayerPlace::LatentDown:
        return m_config.latent.rank + m_config.latent.turnedDim;
    case LayerPlace::LatentUp:
        return m_config.heads * (m_config.latent.plainDim + m_config.latent.valueDim);
    case LayerPlace::Output:
    case LayerPlace::Down:
        break;
    }
    return m_config.hidden;
}

/// Weight and bias (-1: none) of a layer.
Result<std::array<ParameterId, 2>> DecoderBuilder::claimLayer(
    const LayerTemplate& row, const LayerInfo& info, const Shape& shape, std::int64_t expert)
{
    const bool hasBias = m_config.biases[static_cast<std::size_t>(&row - m_architecture.layers.data())];
    std::array<ParameterId, 2> ids { -1, -1 };
    if (!row.stack.empty()) {
        const std::string stack = m_path + std::string(row.stack);
        KERF_TRY(Parameter weight, m_claims.claimSlice(stack, expert, m_config.experts, shape, info.name));
        ids[0] = m_builder.parameter(std::move(weight));
        if (hasBias) {
            KERF_TRY(Parameter bias, m_claims.claimSlice(stack + "_bias", expert, m_config.experts, { shape[0] }));
            ids[1] = m_builder.parameter(std::move(bias));
        }
        return ids;
    }
    KERF_TRY(Parameter weight, m_claims.claimLayer(info.name, shape, m_architecture.layout));
    ids[0] = m_builder.parameter(std::move(weight));
    const std::string bias = info.name + ".bias";
    if (hasBias) {
        KERF_TRY(ids[1], vector(bias, shape[0]));
    } else {
        m_claims.leaveBias(bias, row.bias.key);
    }
    return ids;
}

Result<ValueId> DecoderBuilder::addLayer(LayerPlace place, ValueId input, LayerPart part, std::int64_t expert)
{
    const LayerTemplate& row = *templateOf(place, part);
    LayerInfo info;
    info.name = m_path + (expert < 0 ? std::string(row.name) : fmt::format(fmt::runtime(row.name), expert));
    info.role = row.role;
    info.expert = static_cast<int>(expert);
    const bool isAlone = place == LayerPlace::LatentDown && m_config.latent.queryRank == 0;
    info.fused = isAlone ? std::string_view() : row.fused;
    KERF_TRY(const auto ids, claimLayer(row, info, { outputsOf(place, part), m_builder.widthOf(input) }, expert));
    return m_builder.addLayer(std::move(info), input, ids[0], ids[1]);
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

/// The same of latent attention, turned.
Result<std::array<ValueId, 3>> DecoderBuilder::addLatentProjections(int block, ValueId input)
{
    constexpr double kEpsilon = 1e-6; // of these norms, whatever config.json says
    const LatentSizes& sizes = m_config.latent;
    const NormNames& norms = m_architecture.norms;
    ValueId query = -1;
    if (sizes.queryRank > 0) {
        KERF_TRY(const ValueId down, addLayer(LayerPlace::QueryDown, input));
        KERF_TRY(const ValueId normed, addNorm(m_path, norms.queryLatent, down, 1, kEpsilon));
        KERF_TRY(query, addLayer(LayerPlace::QueryUp, normed));
    } else {
        KERF_TRY(query, addLayer(LayerPlace::Query, input));
    }
    KERF_TRY(const ValueId down, addLayer(LayerPlace::LatentDown, input));
    const ValueId latent = m_builder.add(sliceOp(), Slice { 0, sizes.rank }, { down });
    const ValueId shared = m_builder.add(sliceOp(), Slice { sizes.rank, sizes.turnedDim }, { down });
    KERF_TRY(const ValueId normed, addNorm(m_path, norms.latent, latent, 1, kEpsilon));
    KERF_TRY(const ValueId up, addLayer(LayerPlace::LatentUp, normed));
    const ValueId turned = addRotary(block, shared, sizes.turnedDim, 0);
    const ValueId both = m_builder.add(concatOp(), {}, { up, turned });
    return std::array { addRotary(block, query, m_config.headDim, sizes.plainDim),
        m_builder.add(selectColumnsOp(), keyColumns(m_config), { both }),
        m_builder.add(selectColumnsOp(), valueColumns(m_config), { up }) };
}

/// x itself where the block does not turn.
ValueId DecoderBuilder::addRotary(int block, ValueId x, std::int64_t headDim, std::int64_t first)
{
    const auto index = static_cast<std::size_t>(block);
    if (m_rotaries.empty() || !m_config.turns[index])
        return x;
    const bool own = m_rotaries.size() > 1 && m_config.slides[index];
    return m_builder.add(
        rotaryOp(), Rotary { headDim, m_rotaries[own ? 1 : 0], m_config.turnsNeighbours, first }, { x });
}

/// Norm and rotation of queries or keys.
Result<ValueId> DecoderBuilder::addHeads(int block, ValueId x, std::string_view norm, std::int64_t heads)
{
    const bool perHead = m_architecture.queryKeyNorm == QueryKeyNorm::PerHead;
    KERF_TRY(const ValueId normed, addNorm(m_path, norm, x, perHead ? heads : 1));
    return addRotary(block, normed, m_config.headDim, 0);
}

Result<ValueId> DecoderBuilder::addAttention(int block, ValueId input)
{
    std::array<ValueId, 3> made {};
    if (m_architecture.isLatent) {
        KERF_TRY(made, addLatentProjections(block, input));
    } else {
        KERF_TRY(made, addProjections(input));
        KERF_TRY(made[0], addHeads(block, made[0], m_architecture.norms.query, m_config.heads));
        KERF_TRY(made[1], addHeads(block, made[1], m_architecture.norms.key, m_config.keyValueHeads));
    }
    const bool slides = m_config.slides[static_cast<std::size_t>(block)];
    AttentionSettings settings { m_config.heads, m_config.keyValueHeads, m_config.headDim, m_config.attentionScale,
        m_config.attentionCap, slides ? m_config.slidingWindow : 0 };
    settings.valueDim = m_config.valueDim();
    if (m_architecture.positions == Positions::Alibi)
        settings.slopes = alibiSlopes(m_config.heads);
    std::vector<ParameterId> sinks;
    if (!m_architecture.sinks.empty()) {
        KERF_TRY(const ParameterId sink, vector(m_path + std::string(m_architecture.sinks), m_config.heads));
        sinks.push_back(sink);
    }
    return m_builder.add(attentionOp(), std::move(settings), { made.begin(), made.end() }, std::move(sinks));
}

/// The inside of an MLP whose gate and up are one layer.
ValueId DecoderBuilder::addGated(ValueId gateUp, std::int64_t inner)
{
    if (m_architecture.clampsGate) {
        SelectColumns gate, up;
        for (std::int64_t i = 0; i < inner; ++i) {
            gate.columns.push_back(static_cast<std::int32_t>(2 * i));
            up.columns.push_back(static_cast<std::int32_t>(2 * i + 1));
        }
        const ValueId gates = m_builder.add(selectColumnsOp(), std::move(gate), { gateUp });
        const ValueId ups = m_builder.add(selectColumnsOp(), std::move(up), { gateUp });
        return m_builder.add(clampedSwigluOp(), m_config.clamp, { gates, ups });
    }
    const ValueId gate = m_builder.add(sliceOp(), Slice { 0, inner }, { gateUp });
    const ValueId up = m_builder.add(sliceOp(), Slice { inner, inner }, { gateUp });
    return m_builder.add(gatedActivationOp(), m_config.activation, { gate, up });
}

Result<ValueId> DecoderBuilder::addMlp(ValueId input, LayerPart part, std::int64_t expert)
{
    ValueId inner = -1;
    if (templateOf(LayerPlace::GateUp, part)) {
        KERF_TRY(const ValueId both, addLayer(LayerPlace::GateUp, input, part, expert));
        inner = addGated(both, innerOf(part));
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

Result<ValueId> DecoderBuilder::addRouting(ValueId input)
{
    const ExpertNames& names = m_architecture.experts;
    KERF_TRY(const ValueId logits,
        addKeptLinear(
            m_builder, m_claims, m_path + std::string(names.router), m_config.experts, input, names.routerBias));
    std::vector<ParameterId> added;
    if (!names.choiceBias.empty()) {
        KERF_TRY(const ParameterId bias, vector(m_path + std::string(names.choiceBias), m_config.experts));
        added.push_back(bias);
    }
    return m_builder.add(routeOp(), m_config.route, { logits }, std::move(added));
}

/// A router, which stays as it is, and an MLP for every expert; one more for all tokens where there is one.
Result<ValueId> DecoderBuilder::addExperts(ValueId input)
{
    KERF_TRY(const ValueId routing, addRouting(input));
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
