// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/edge_facts.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/format/layer_format.h"
#include "core/graph/ops/batch_norm.h"
#include "core/plan/value_placement.h"

namespace kerf::ui {
namespace {

using core::ActivationFormat;
using core::ValueId;

class Facts {
public:
    Facts(const ShownGraph& graph, const core::Network& network, const core::Plan& plan)
        : m_graph(graph)
        , m_network(network.graph())
        , m_plan(plan)
    {
        readFormats();
        std::unordered_map<std::string_view, int> layers;
        for (std::size_t i = 0; i < m_network.layers().size(); ++i)
            layers.emplace(m_network.layers()[i].name, static_cast<int>(i));
        if (m_hasBytes)
            for (const core::RoundedValue& value : core::valuesRoundedBetween(network, plan))
                m_between[value.value] = value.layer.empty() ? -1 : layers.at(value.layer);
    }

    std::vector<EdgeFact> find()
    {
        m_facts.resize(m_graph.edges().size());
        for (const ShownNode& node : m_graph.nodes()) // what comes in is known before what goes out
            for (const int edge : node.outputs)
                m_facts[static_cast<std::size_t>(edge)] = factOf(m_graph.edge(edge));
        return std::move(m_facts);
    }

private:
    void readFormats()
    {
        std::map<std::string, ActivationFormat> known;
        for (const core::PlanLayer& row : m_plan.layers) {
            const auto [format, isNew] = known.try_emplace(row.format, ActivationFormat::None);
            if (isNew)
                if (const auto parsed = core::parseLayerFormat(row.format))
                    format->second = parsed->activation;
            m_activations.push_back(format->second);
            m_hasBytes = m_hasBytes || format->second == ActivationFormat::UInt8Tensor;
        }
    }

    ActivationFormat activationOf(const ShownNode& node) const
    {
        const auto layer = static_cast<std::size_t>(node.layer);
        return layer < m_activations.size() ? m_activations[layer] : ActivationFormat::None;
    }

    /// The tensor that stands for a path's numbers: the last that the network's file has a name for.
    ValueId tensorOf(const std::vector<ValueId>& path) const
    {
        const auto named = std::ranges::find_if(
            path.rbegin(), path.rend(), [this](ValueId id) { return !m_network.value(id).name.empty(); });
        return named == path.rend() ? path.front() : *named;
    }

    EdgeFact factOf(const ShownEdge& edge) const
    {
        for (const ValueId value : edge.path)
            if (const auto found = m_between.find(value); found != m_between.end())
                return { EdgeRule::RoundedBetween, found->second, value };
        const ShownNode& to = m_graph.node(edge.to);
        if (to.kind == ShownNode::Kind::Output)
            return { EdgeRule::Output };
        if (to.layer < 0 || !readsRows(edge, to))
            return { whyFloat(m_graph.node(edge.from)) };
        if (activationOf(to) != ActivationFormat::None)
            return { EdgeRule::RoundedByLayer, -1, tensorOf(edge.path) };
        return { EdgeRule::FloatLayer };
    }

    /// Whether the edge brings what the layer's weight multiplies: a recurrent one also reads where it begins.
    bool readsRows(const ShownEdge& edge, const ShownNode& to) const
    {
        const core::Node& node = m_network.node(to.node);
        return core::layerValue(node) == node.inputs[0] && edge.path.back() == node.inputs[0];
    }

    EdgeRule whyFloat(const ShownNode& from) const
    {
        if (!m_hasBytes)
            return EdgeRule::NoBytes;
        if (!m_plan.roundsBetween)
            return EdgeRule::BetweenOff;
        if (from.kind == ShownNode::Kind::Input)
            return EdgeRule::Input;
        return from.layer >= 0 ? whyLayerFloat(from) : whyOperatorFloat(from);
    }

    EdgeRule whyLayerFloat(const ShownNode& from) const
    {
        if (activationOf(from) != ActivationFormat::UInt8Tensor)
            return EdgeRule::FloatMaker;
        const bool hasNorm = std::ranges::any_of(
            from.tail, [this](core::NodeId id) { return m_network.node(id).op == &core::batchNormOp(); });
        return hasNorm && !core::foldsNorms(m_plan) ? EdgeRule::NormLeft : EdgeRule::NoWayBack;
    }

    EdgeRule whyOperatorFloat(const ShownNode& from) const
    {
        if (!core::staysInBytes(m_network.node(from.node)))
            return EdgeRule::FloatOperator;
        const bool couldBe = std::ranges::all_of(from.inputs, [this](int edge) {
            const EdgeFact& fact = m_facts[static_cast<std::size_t>(edge)];
            return fact.isRounded() || fact.rule == EdgeRule::NoWayBack;
        });
        return couldBe ? EdgeRule::NoWayBack : EdgeRule::MixedInputs;
    }

    const ShownGraph& m_graph;
    const core::Graph& m_network;
    const core::Plan& m_plan;
    bool m_hasBytes = false;
    std::vector<ActivationFormat> m_activations; ///< by layer
    std::unordered_map<ValueId, int> m_between; ///< rounded values, EdgeFact::layer of each
    std::vector<EdgeFact> m_facts;
};

} // namespace

std::vector<EdgeFact> edgeFacts(const ShownGraph& graph, const core::Network& network, const core::Plan& plan)
{
    return Facts(graph, network, plan).find();
}

} // namespace kerf::ui
