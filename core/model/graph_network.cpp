// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/graph_network.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/graph/graph_builder.h"
#include "core/graph/ops/attention.h"
#include "core/graph/ops/turn.h"
#include "core/model/tensor_folds.h"

namespace kerf::core {
namespace {

/// The weight of an expert, decoded whenever it is used.
class WeightOnUse final : public StreamedLinear {
public:
    WeightOnUse(std::shared_ptr<const WeightSource> source, Parameter parameter)
        : m_source(std::move(source))
        , m_parameter(std::move(parameter))
    {
    }
    Result<Matrix> read() const { return m_source->values(m_parameter); }
    Status apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const override
    {
        if (x.rows() == 0) // no token came to this expert
            return {};
        KERF_TRY(const LinearPtr linear, held());
        linear->apply(x, lengths, y);
        return {};
    }
    Result<LinearPtr> held() const override
    {
        KERF_TRY(Matrix weight, read());
        KERF_TRY(const LayerActivation inputs, m_source->inputs(m_parameter));
        return makeRoundedLinear(std::move(weight), inputs);
    }

private:
    std::shared_ptr<const WeightSource> m_source;
    Parameter m_parameter;
};

/// One block, as loadHeld() has it.
class LoadedBlock final : public BlockWeights {
public:
    LoadedBlock(const Graph& graph, int block, SectionWeights weights)
        : index(block)
        , section(std::move(weights))
        , m_graph(graph)
    {
    }
    Result<std::shared_ptr<const Matrix>> weight(const std::string& layer) const override
    {
        const auto at = m_graph.findLayer(layer) - m_graph.layers().data();
        return heldWeight(section.at(m_graph.nodeOfLayer(static_cast<int>(at)).parameters[0]));
    }

    int index;
    SectionWeights section;

private:
    const Graph& m_graph;
};

/// Whether the node is a layer of an expert.
bool isExpert(const Graph& graph, const Node& node)
{
    return node.layer >= 0 && graph.layers()[static_cast<std::size_t>(node.layer)].expert >= 0;
}

/// Of all experts of a block, in float32.
std::int64_t expertBytes(const Graph& graph, int block)
{
    std::int64_t bytes = 0;
    for (const NodeId id : graph.block(block).nodes)
        if (const Node& node = graph.node(id); isExpert(graph, node)) {
            const LayerInfo& layer = graph.layers()[static_cast<std::size_t>(node.layer)];
            bytes += layer.shape.rows * layer.shape.cols * std::int64_t { sizeof(float) };
        }
    return bytes;
}

/// The rotations that a network makes while it runs are operators in its graph.
Graph withTurns(const Graph& graph, const std::vector<OnlineTurn>& turns)
{
    if (turns.empty())
        return graph;
    GraphBuilder builder(graph);
    for (const OnlineTurn& turn : turns)
        builder.insertBehind(turn.value, turnOp(), Turn { turn.rotation });
    return builder.build().value(); // shapes were checked when the turn was made
}

bool isCausalDecoder(const Graph& graph)
{
    const bool readsTokens = graph.inputs().size() == 1
        && graph.value(graph.inputs()[0]).type.element == ElementType::Index && graph.outputs().size() == 1;
    return readsTokens && std::ranges::all_of(graph.nodes(), [](const Node& node) {
        return node.op != &attentionOp() || attributesOf<AttentionSettings>(node).causal;
    });
}

} // namespace

Result<std::shared_ptr<const Matrix>> heldWeight(const LoadedParameter& parameter)
{
    if (parameter.linear) {
        const auto dense = std::static_pointer_cast<const DenseLinear>(parameter.linear);
        return std::shared_ptr<const Matrix>(dense, &dense->weight());
    }
    KERF_TRY(Matrix weight, static_cast<const WeightOnUse&>(*parameter.streamed).read());
    return std::make_shared<const Matrix>(std::move(weight));
}

GraphNetwork::GraphNetwork(
    Graph graph, NetworkInfo info, std::shared_ptr<const WeightSource> weights, std::int64_t heldExpertBytes)
    : m_plain(std::move(graph))
    , m_graph(m_plain)
    , m_info(std::move(info))
    , m_weights(std::move(weights))
    , m_heldExpertBytes(heldExpertBytes)
    , m_executor(m_graph)
{
}

std::shared_ptr<const Network> GraphNetwork::rewritten(std::shared_ptr<const TensorFolds> folds) const
{
    auto result = std::make_shared<GraphNetwork>(m_plain, m_info, m_weights->rewritten(folds), m_heldExpertBytes);
    if (folds)
        result->m_graph = withTurns(m_plain, folds->turns());
    return result;
}

std::shared_ptr<const Network> GraphNetwork::inserted(const std::vector<InsertedOp>& operators) const
{
    GraphBuilder builder(m_graph);
    for (const InsertedOp& inserted : operators)
        builder.insertBehind(inserted.behind, *inserted.op, inserted.attributes);
    return std::make_shared<GraphNetwork>(builder.build().value(), m_info, m_weights, m_heldExpertBytes);
}

Result<SectionWeights> GraphNetwork::load(
    const Section& section, const std::function<Status(const Node&, ParameterId, LoadedParameter&)>& linear) const
{
    SectionWeights loaded;
    ParameterId first = static_cast<ParameterId>(m_graph.parameters().size()), last = -1;
    for (const NodeId id : section.nodes)
        for (const ParameterId parameter : m_graph.node(id).parameters)
            if (parameter >= 0) {
                first = std::min(first, parameter);
                last = std::max(last, parameter);
            }
    if (last < 0)
        return loaded;
    loaded.first = first;
    loaded.parameters.resize(static_cast<std::size_t>(last - first) + 1);
    for (const NodeId id : section.nodes) {
        const Node& node = m_graph.node(id);
        for (std::size_t i = 0; i < node.parameters.size(); ++i) {
            if (node.parameters[i] < 0)
                continue;
            const Parameter& parameter = m_graph.parameter(node.parameters[i]);
            LoadedParameter& target = loaded.parameters[static_cast<std::size_t>(node.parameters[i] - first)];
            const ParameterKind kind = node.op->info().parameters[i];
            if (kind == ParameterKind::Table) {
                KERF_TRY(target.table, m_weights->table(parameter));
            } else if (kind == ParameterKind::Linear) {
                KERF_CHECK(linear(node, node.parameters[i], target));
            } else {
                KERF_TRY(const Matrix values, m_weights->values(parameter));
                target.vector = Eigen::Map<const Vector>(values.data(), values.size());
            }
        }
    }
    return loaded;
}

Result<SectionWeights> GraphNetwork::loadStreamed(const Section& section) const
{
    return load(section, [this](const Node&, ParameterId id, LoadedParameter& target) -> Status {
        KERF_TRY(target.streamed, m_weights->streamed(m_graph.parameter(id)));
        return {};
    });
}

Result<SectionWeights> GraphNetwork::loadHeld(int block) const
{
    const bool holdsAll = expertBytes(m_graph, block) <= m_heldExpertBytes;
    KERF_TRY(SectionWeights weights,
        load(m_graph.block(block), [&](const Node& node, ParameterId id, LoadedParameter& target) -> Status {
            const Parameter& parameter = m_graph.parameter(id);
            if (!holdsAll && isExpert(m_graph, node)) {
                target.streamed = std::make_shared<WeightOnUse>(m_weights, parameter);
                return {};
            }
            KERF_TRY(Matrix values, m_weights->values(parameter));
            KERF_TRY(const LayerActivation inputs, m_weights->inputs(parameter));
            target.linear = makeRoundedLinear(std::move(values), inputs);
            return {};
        }));
    weights.readsOnUse = !holdsAll;
    return weights;
}

Result<Hidden> GraphNetwork::enter(const Batch& batch) const
{
    if (!m_info.cannotRun.empty())
        return fail(ErrorCode::InvalidArgument, m_info.cannotRun);
    KERF_TRY(const SectionWeights weights, loadStreamed(m_graph.entry()));
    return m_executor.enter(weights, {}, batch);
}

Result<std::shared_ptr<const BlockWeights>> GraphNetwork::loadBlock(int block) const
{
    if (block < 0 || block >= blockCount())
        return fail(ErrorCode::InvalidArgument, fmt::format("There is no block {} of {}.", block, blockCount()));
    KERF_TRY(SectionWeights weights, loadHeld(block));
    return std::make_shared<const LoadedBlock>(m_graph, block, std::move(weights));
}

Status GraphNetwork::runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const
{
    const auto* loaded = dynamic_cast<const LoadedBlock*>(&weights);
    if (!loaded || loaded->index != block)
        return fail(ErrorCode::Internal, fmt::format("Block {} was asked to run with weights of another.", block));
    const bool isRounded = run.cache && run.cache->format && !run.cache->format->isUnquantized();
    const CacheRun cache { {}, 0, isRounded ? run.cache : nullptr, &run.cacheTap };
    return m_executor.run({ { block, run.part, run.lastStep }, run.replacements, &run.tap, cache, run.allExperts },
        loaded->section, hidden);
}

Result<std::vector<Matrix>> GraphNetwork::leave(const Hidden& hidden) const
{
    KERF_TRY(const SectionWeights weights, loadStreamed(m_graph.exit()));
    return m_executor.leave(weights, hidden);
}

Result<Matrix> GraphNetwork::logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const
{
    if (m_graph.value(m_graph.outputs().front()).type.rows.kind != RowSpace::Kind::Tokens)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "A {} network says one thing of a whole text: it has no logits for each token.", m_info.architecture));
    if (first < 0 || count < 0 || first + count > hidden.stream().rows())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Rows {} to {} were asked of {}.", first, first + count, hidden.stream().rows()));
    KERF_TRY(const SectionWeights weights, loadStreamed(m_graph.exit()));
    KERF_TRY(std::vector<Matrix> outputs, m_executor.leaveRows(weights, hidden, first, count));
    return std::move(outputs.front());
}

Result<Matrix> GraphNetwork::layerWeight(const std::string& layer) const
{
    const LayerInfo* info = m_graph.findLayer(layer);
    if (!info)
        return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\".", layer));
    const auto index = static_cast<int>(info - m_graph.layers().data());
    return m_weights->values(m_graph.parameter(m_graph.nodeOfLayer(index).parameters[0]));
}

const Generator* GraphNetwork::generator() const
{
    return isCausalDecoder(m_graph) ? this : nullptr;
}

} // namespace kerf::core
