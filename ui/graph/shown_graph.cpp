// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/graph/shown_graph.h"

#include <algorithm>
#include <array>

#include "core/graph/ops/activation.h"
#include "core/graph/ops/batch_norm.h"
#include "core/graph/ops/binary.h"
#include "core/graph/ops/constant.h"
#include "core/graph/ops/numbers_of.h"
#include "core/graph/ops/overlap_add.h"
#include "core/graph/ops/patches.h"
#include "core/graph/ops/re_row.h"
#include "core/graph/ops/to_picture.h"
#include "core/graph/ops/unary.h"

namespace kerf::ui {
namespace {

using core::Graph;
using core::Node;
using core::NodeId;
using core::Unary;
using core::ValueId;

/// What a network's file has no node for: how rows and pictures lie in memory.
bool isLayout(const Node& node)
{
    const std::array ops { &core::reRowOp(), &core::patchesOp(), &core::toPictureOp(), &core::overlapAddOp(),
        &core::numbersOfOp() };
    return std::ranges::find(ops, node.op) != ops.end();
}

bool isActivation(const Node& node)
{
    if (node.op == &core::activationOp())
        return true;
    constexpr std::array kKinds { Unary::Kind::Sigmoid, Unary::Kind::LeakyRelu, Unary::Kind::Elu, Unary::Kind::Selu,
        Unary::Kind::HardSigmoid, Unary::Kind::HardSwish, Unary::Kind::Mish, Unary::Kind::Clip };
    return node.op == &core::unaryOp()
        && std::ranges::find(kKinds, core::attributesOf<Unary>(node).kind) != kKinds.end();
}

bool isSum(const Node& node)
{
    return node.op == &core::binaryOp() && core::attributesOf<core::Binary>(node).kind == core::Binary::Kind::Add;
}

bool isOutput(const Graph& graph, ValueId value)
{
    return std::ranges::find(graph.outputs(), value) != graph.outputs().end();
}

/// From a value as it is made to the last that holds the same numbers for one reader alone; a name wins.
ValueId endOf(const Graph& graph, ValueId value)
{
    ValueId end = value;
    for (;;) {
        const std::vector<NodeId>& readers = graph.value(value).readers;
        if (readers.size() != 1 || isOutput(graph, value) || !isLayout(graph.node(readers[0])))
            return end;
        value = graph.node(readers[0]).outputs[0];
        if (graph.value(end).name.empty())
            end = value;
    }
}

/// The node that alone reads a value, laid out in whatever way; null: there are several, or it is a result.
const Node* onlyReader(const Graph& graph, ValueId value, NodeId* id)
{
    for (;;) {
        const std::vector<NodeId>& readers = graph.value(value).readers;
        if (readers.size() != 1 || isOutput(graph, value))
            return nullptr;
        *id = readers[0];
        const Node& reader = graph.node(*id);
        if (!isLayout(reader))
            return &reader;
        value = reader.outputs[0];
    }
}

} // namespace

ShownGraph::ShownGraph(const Graph& graph)
    : m_ofLayer(graph.layers().size(), -1)
    , m_isTaken(graph.nodes().size(), false)
{
    for (const ValueId input : graph.inputs()) {
        m_makers[input] = static_cast<int>(m_nodes.size());
        m_nodes.push_back({ ShownNode::Kind::Input, -1, {}, input });
    }
    for (int section = -1; section <= graph.blockCount(); ++section) {
        const core::Section& nodes = section < 0 ? graph.entry()
            : section < graph.blockCount()       ? graph.block(section)
                                                 : graph.exit();
        for (const NodeId id : nodes.nodes)
            addNode(graph, id);
    }
    for (const ValueId output : graph.outputs())
        m_nodes.push_back({ ShownNode::Kind::Output, -1, {}, output });
    connectAll(graph);
}

void ShownGraph::addNode(const Graph& graph, NodeId id)
{
    const Node& node = graph.node(id);
    if (m_isTaken[static_cast<std::size_t>(id)] || isLayout(node) || node.op == &core::constantOp())
        return;
    const bool isInside = node.block >= 0 && node.block < graph.blockCount();
    ShownNode shown { ShownNode::Kind::Operator, id, {}, node.outputs[0], node.layer, isInside ? node.block : -1 };
    const int at = static_cast<int>(m_nodes.size());
    for (const ValueId output : node.outputs)
        m_makers[output] = at;
    if (node.layer >= 0)
        m_ofLayer[static_cast<std::size_t>(node.layer)] = at;
    if (node.layer >= 0 || isSum(node))
        addTail(graph, shown);
    for (const NodeId behind : shown.tail)
        m_makers[graph.node(behind).outputs[0]] = at;
    shown.value = endOf(graph, shown.value);
    if (shown.block >= 0)
        m_blocks[shown.block].push_back(at);
    m_nodes.push_back(std::move(shown));
}

/// One norm behind a layer, then one activation.
void ShownGraph::addTail(const Graph& graph, ShownNode& shown)
{
    if (graph.node(shown.node).outputs.size() > 1)
        return;
    for (const bool isNorm : { true, false }) {
        NodeId id = -1;
        const Node* next = onlyReader(graph, shown.value, &id);
        if (!next || !(isNorm ? shown.layer >= 0 && next->op == &core::batchNormOp() : isActivation(*next)))
            continue;
        m_isTaken[static_cast<std::size_t>(id)] = true;
        shown.tail.push_back(id);
        shown.value = next->outputs[0];
    }
}

void ShownGraph::connectAll(const Graph& graph)
{
    for (int at = 0; at < static_cast<int>(m_nodes.size()); ++at) {
        const ShownNode& shown = node(at);
        if (shown.kind == ShownNode::Kind::Output)
            connect(graph, at, { shown.value });
        else if (shown.kind == ShownNode::Kind::Operator)
            connect(graph, at, graph.node(shown.node).inputs);
    }
}

void ShownGraph::connect(const Graph& graph, int to, const std::vector<ValueId>& inputs)
{
    for (ValueId value : inputs) {
        std::vector<ValueId> path { value };
        while (!m_makers.contains(value) && graph.value(value).producer >= 0) {
            const Node& producer = graph.node(graph.value(value).producer);
            if (producer.inputs.empty())
                break; // a constant
            value = producer.inputs[0];
            path.insert(path.begin(), value);
        }
        const auto maker = m_makers.find(value);
        const auto isKnown = [&](int edge) { return m_edges[static_cast<std::size_t>(edge)].from == maker->second; };
        ShownNode& reader = m_nodes[static_cast<std::size_t>(to)];
        if (maker == m_makers.end() || std::ranges::any_of(reader.inputs, isKnown))
            continue;
        const int edge = static_cast<int>(m_edges.size());
        reader.inputs.push_back(edge);
        m_nodes[static_cast<std::size_t>(maker->second)].outputs.push_back(edge);
        m_edges.push_back({ maker->second, to, std::move(path) });
    }
}

const std::vector<int>& ShownGraph::block(int block) const
{
    static const std::vector<int> none;
    const auto found = m_blocks.find(block);
    return found == m_blocks.end() ? none : found->second;
}

} // namespace kerf::ui
