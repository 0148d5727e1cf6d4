// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/graph_builder.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/graph/graph_finisher.h"
#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"

namespace kerf::core {
namespace {

std::size_t at(std::int32_t id)
{
    return static_cast<std::size_t>(id);
}

} // namespace

GraphBuilder::GraphBuilder(Graph graph)
    : m_graph(std::move(graph))
    , m_infos(m_graph.m_layers)
    , m_section(m_graph.blockCount())
    , m_exit(true)
{
    for (const Section& section : m_graph.m_sections)
        m_order.insert(m_order.end(), section.nodes.begin(), section.nodes.end());
}

int GraphBuilder::sectionNow() const
{
    return m_exit ? m_section : m_section - 1;
}

ValueId GraphBuilder::input(std::string name, ValueType type)
{
    const auto id = static_cast<ValueId>(m_graph.m_values.size());
    m_graph.m_values.push_back({ std::move(name), std::move(type), -1, {} });
    m_graph.m_inputs.push_back(id);
    return id;
}

ParameterId GraphBuilder::parameter(Parameter parameter)
{
    if (parameter.key.empty())
        parameter.key = parameter.ref.tensor;
    m_graph.m_parameters.push_back(std::move(parameter));
    return static_cast<ParameterId>(m_graph.m_parameters.size()) - 1;
}

ValueId GraphBuilder::append(const Op& op, std::any attributes, std::vector<ValueId> inputs,
    std::vector<ParameterId> parameters, std::size_t position)
{
    if (!m_status || std::ranges::count(inputs, -1) > 0)
        return -1;
    Node node { &op, std::move(attributes), std::move(inputs), {}, std::move(parameters), -1, sectionNow() };
    std::vector<ValueType> types;
    for (const ValueId input : node.inputs)
        types.push_back(m_graph.value(input).type);
    std::vector<Shape> shapes;
    for (const ParameterId parameter : node.parameters)
        shapes.push_back(parameter < 0 ? Shape {} : m_graph.parameter(parameter).shape);
    auto outputs = op.outputs(node, types, shapes);
    if (!outputs) {
        m_status = fail(ErrorCode::BadFile, fmt::format("{}: {}", op.info().name, outputs.error().message));
        return -1;
    }
    const auto id = static_cast<NodeId>(m_graph.m_nodes.size());
    for (ValueType& type : *outputs) {
        node.outputs.push_back(static_cast<ValueId>(m_graph.m_values.size()));
        m_graph.m_values.push_back({ {}, std::move(type), id, {} });
    }
    m_graph.m_nodes.push_back(std::move(node));
    m_order.insert(m_order.begin() + static_cast<std::ptrdiff_t>(position), id);
    return m_graph.m_nodes.back().outputs.front();
}

ValueId GraphBuilder::add(
    const Op& op, std::any attributes, std::vector<ValueId> inputs, std::vector<ParameterId> parameters)
{
    return append(op, std::move(attributes), std::move(inputs), std::move(parameters), m_order.size());
}

ValueId GraphBuilder::addLayer(LayerInfo info, ValueId input, ParameterId weight, ParameterId bias)
{
    if (info.groups > 1) {
        const GroupedLinear grouped { info.groups };
        return addLayer(std::move(info), groupedLinearOp(), grouped, { input }, { weight, bias });
    }
    return addLayer(std::move(info), linearOp(), {}, { input }, { weight, bias });
}

ValueId GraphBuilder::addLayer(
    LayerInfo info, const Op& op, std::any attributes, std::vector<ValueId> inputs, std::vector<ParameterId> parameters)
{
    const ParameterId weight = parameters[0];
    const ValueId output = add(op, std::move(attributes), std::move(inputs), std::move(parameters));
    if (output < 0)
        return -1;
    if (const Status status = op.checkLayer(m_graph.m_nodes.back()); !status) {
        m_status = fail(ErrorCode::BadFile, fmt::format("{}: {}", info.name, status.error().message));
        return -1;
    }
    const Shape& shape = m_graph.parameter(weight).shape;
    info.shape = { shape[0], shape[1] };
    m_graph.m_nodes.back().layer = static_cast<int>(m_infos.size());
    m_infos.push_back(std::move(info));
    return output;
}

void GraphBuilder::name(ValueId value, const std::string& name)
{
    if (value >= 0 && m_graph.value(value).name.empty())
        m_graph.m_values[at(value)].name = name;
}

void GraphBuilder::output(std::string name, ValueId value)
{
    if (value < 0)
        return;
    m_graph.m_values[at(value)].name = std::move(name);
    m_graph.m_outputs.push_back(value);
}

void GraphBuilder::insertBehind(ValueId value, const Op& op, std::any attributes)
{
    const NodeId producer = m_graph.value(value).producer;
    const auto place = static_cast<std::size_t>(std::ranges::find(m_order, producer) - m_order.begin()) + 1;
    const ValueId inserted = append(op, std::move(attributes), { value }, {}, place);
    if (inserted < 0)
        return;
    const NodeId own = m_graph.value(inserted).producer;
    m_graph.m_nodes[at(own)].block = m_graph.node(producer).block;
    for (const NodeId id : m_order)
        if (id != own)
            std::ranges::replace(m_graph.m_nodes[at(id)].inputs, value, inserted);
    std::ranges::replace(m_graph.m_outputs, value, inserted);
}

void GraphBuilder::cutIntoBlocks()
{
    const std::size_t entry = moveReadersOfIndicesToFront();
    std::map<ValueId, std::size_t> last; // number of the node that reads it last
    for (std::size_t i = entry; i < m_order.size(); ++i)
        for (const ValueId input : m_graph.node(m_order[i]).inputs)
            last[input] = i;
    const auto isLayer = [&](NodeId id) { return m_graph.node(id).layer >= 0; };
    std::set<ValueId> live; // made in a block and still wanted; what is an output goes through to the end
    std::ptrdiff_t layersLeft = std::ranges::count_if(m_order, isLayer), layersOfBlock = 0;
    m_section = layersLeft > 0 ? 1 : 0;
    m_exit = true;
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        Node& node = m_graph.m_nodes[at(m_order[i])];
        node.block = i < entry ? -1 : m_section - 1;
        if (node.block < 0) // the entry; of a network without layers all
            continue;
        layersOfBlock += node.layer >= 0 ? 1 : 0;
        layersLeft -= node.layer >= 0 ? 1 : 0;
        live.insert(node.outputs.begin(), node.outputs.end());
        std::erase_if(live, [&](ValueId value) { return !last.contains(value) || last.at(value) <= i; });
        if (live.size() != 1 || layersOfBlock == 0 || layersLeft == 0)
            continue;
        ++m_section;
        layersOfBlock = 0;
    }
}

std::size_t GraphBuilder::moveReadersOfIndicesToFront()
{
    std::set<NodeId> front;
    for (auto id = m_order.rbegin(); id != m_order.rend(); ++id) {
        const Node& node = m_graph.node(*id);
        const bool readsIndices = std::ranges::any_of(
            node.inputs, [&](ValueId value) { return m_graph.value(value).type.element == ElementType::Index; });
        if (!readsIndices && !front.contains(*id))
            continue;
        front.insert(*id);
        for (const ValueId input : node.inputs)
            if (const NodeId producer = m_graph.value(input).producer; producer >= 0)
                front.insert(producer);
    }
    const auto rest
        = std::stable_partition(m_order.begin(), m_order.end(), [&](NodeId id) { return front.contains(id); });
    return static_cast<std::size_t>(rest - m_order.begin());
}

Result<Graph> GraphBuilder::build()
{
    if (!m_status)
        return tl::unexpected(m_status.error());
    KERF_CHECK(finishGraph(m_graph, m_order, m_infos, m_section));
    return std::move(m_graph);
}

} // namespace kerf::core
