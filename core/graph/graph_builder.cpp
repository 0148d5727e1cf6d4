// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/graph_builder.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/graph/ops/grouped_linear.h"
#include "core/graph/ops/linear.h"
#include "core/graph/scale_producer.h"

namespace kerf::core {
namespace {

/// Number of rows and width of everything that is live: what a hidden state costs.
std::int64_t widthOf(const Graph& graph, const std::vector<ValueId>& live)
{
    std::int64_t width = 0;
    for (const ValueId value : live)
        width += graph.value(value).type.width();
    return width;
}

std::size_t at(std::int32_t id)
{
    return static_cast<std::size_t>(id);
}

} // namespace

/// Finds what follows from nodes and their order.
class GraphFinisher {
public:
    GraphFinisher(Graph& graph, const std::vector<NodeId>& order, std::vector<LayerInfo> infos, int blocks)
        : m_graph(graph)
        , m_order(order)
        , m_infos(std::move(infos))
        , m_blocks(blocks)
    {
    }

    Status finish()
    {
        m_graph.m_sections.assign(at(m_blocks + 2), {});
        for (const NodeId id : m_order)
            section(id).nodes.push_back(id);
        findReaders();
        for (int index = -1; index <= m_blocks; ++index)
            findEnds(index);
        for (int block = 0; block < m_blocks; ++block) {
            if (std::ranges::none_of(m_graph.block(block).nodes, [&](NodeId id) { return isLayer(id); }))
                return fail(ErrorCode::BadFile, fmt::format("Block {} has no layer that can be quantized.", block));
            cutIntoParts(m_graph.m_sections[at(block + 1)]);
            findSteps(m_graph.m_sections[at(block + 1)]);
        }
        orderLayers();
        findSites();
        return {};
    }

private:
    Section& section(NodeId id) { return m_graph.m_sections[at(m_graph.node(id).block + 1)]; }
    bool isLayer(NodeId id) const { return m_graph.node(id).layer >= 0; }

    void findReaders()
    {
        for (Value& value : m_graph.m_values)
            value.readers.clear();
        for (const NodeId id : m_order)
            for (const ValueId input : m_graph.node(id).inputs)
                m_graph.m_values[at(input)].readers.push_back(id);
    }

    /// The section in which a value is made; that of inputs is before all.
    int sectionOf(const Value& value) const { return value.producer < 0 ? -2 : m_graph.node(value.producer).block; }

    bool isReadFrom(const Value& value, int index) const
    {
        return std::ranges::any_of(value.readers, [&](NodeId reader) { return m_graph.node(reader).block >= index; });
    }

    /// What is live in front of section `index` + 1: made before, read later.
    std::vector<ValueId> liveBehind(int index) const
    {
        std::vector<ValueId> live;
        for (std::size_t i = 0; i < m_graph.m_values.size(); ++i) {
            const Value& value = m_graph.m_values[i];
            const bool isOutput
                = std::ranges::count(m_graph.m_outputs, static_cast<ValueId>(i)) > 0; // needed until the end
            if (sectionOf(value) <= index && (isReadFrom(value, index + 1) || isOutput))
                live.push_back(static_cast<ValueId>(i));
        }
        return live;
    }

    void findEnds(int index)
    {
        Section& section = m_graph.m_sections[at(index + 1)];
        section.inputs = index < 0 ? m_graph.m_inputs : liveBehind(index - 1);
        section.outputs = index == m_blocks ? m_graph.m_outputs : liveBehind(index);
    }

    /// Index of the node of a section that reads a value last; one past the end for what goes on.
    std::map<ValueId, std::size_t> lastReaders(const Section& section) const
    {
        std::map<ValueId, std::size_t> last;
        for (std::size_t i = 0; i < section.nodes.size(); ++i)
            for (const ValueId input : m_graph.node(section.nodes[i]).inputs)
                last[input] = i;
        for (const ValueId output : section.outputs)
            last[output] = section.nodes.size();
        return last;
    }

    /// Between two layers, where no more is live than at the front of the block.
    void cutIntoParts(Section& section)
    {
        const std::map<ValueId, std::size_t> last = lastReaders(section);
        const std::int64_t most = widthOf(m_graph, section.inputs);
        const auto layersIn = std::ranges::count_if(section.nodes, [&](NodeId id) { return isLayer(id); });
        std::set<ValueId> live(section.inputs.begin(), section.inputs.end());
        section.parts.assign(section.nodes.size(), 0);
        std::ptrdiff_t layersBefore = 0, layersOfPart = 0;
        for (std::size_t i = 0; i < section.nodes.size(); ++i) {
            const Node& node = m_graph.node(section.nodes[i]);
            section.parts[i] = section.partCount - 1;
            layersBefore += node.layer >= 0 ? 1 : 0;
            layersOfPart += node.layer >= 0 ? 1 : 0;
            live.insert(node.outputs.begin(), node.outputs.end());
            std::erase_if(live, [&](ValueId value) { return !last.contains(value) || last.at(value) <= i; });
            if (layersOfPart == 0 || layersBefore == layersIn)
                continue;
            std::vector<ValueId> values(live.begin(), live.end());
            if (widthOf(m_graph, values) > most || isMidway(values))
                continue;
            section.cuts.push_back(std::move(values));
            ++section.partCount;
            layersOfPart = 0;
        }
    }

    /// Rows that depend on a router cannot be kept between runs.
    bool isMidway(const std::vector<ValueId>& live) const
    {
        return std::ranges::any_of(live, [&](ValueId value) {
            const ValueType& type = m_graph.value(value).type;
            return type.element != ElementType::Float || type.rows.kind == RowSpace::Kind::Routed;
        });
    }

    void findSteps(Section& section)
    {
        std::map<ValueId, int> depth; // layers behind each other that lead to a value
        for (std::size_t i = 0; i < section.nodes.size(); ++i) {
            const Node& node = m_graph.node(section.nodes[i]);
            int step = 0;
            for (const ValueId input : node.inputs)
                step = std::max(step, depth[input]);
            if (node.layer >= 0) {
                LayerInfo& info = m_infos[at(node.layer)];
                info.block = node.block;
                info.step = step;
                info.part = section.parts[i];
                section.stepCount = std::max(section.stepCount, step + 1);
            }
            for (const ValueId output : node.outputs)
                depth[output] = step + (node.layer >= 0 ? 1 : 0);
        }
    }

    /// Into the order of block and step; layers of one step that read one value stand together.
    void orderLayers()
    {
        std::vector<NodeId> nodes;
        std::map<ValueId, std::size_t> firstReader;
        for (const NodeId id : m_order)
            if (isLayer(id)) {
                firstReader.emplace(layerValue(m_graph.node(id)), nodes.size());
                nodes.push_back(id);
            }
        const auto key = [&](NodeId id) {
            const LayerInfo& info = m_infos[at(m_graph.node(id).layer)];
            return std::tuple(info.block, info.step, firstReader.at(layerValue(m_graph.node(id))));
        };
        std::ranges::stable_sort(nodes, {}, key);
        m_graph.m_layers.clear();
        m_graph.m_layerNodes = nodes;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            Node& node = m_graph.m_nodes[at(nodes[i])];
            m_graph.m_layers.push_back(m_infos[at(node.layer)]);
            node.layer = static_cast<int>(i);
        }
    }

    void findSites()
    {
        m_graph.m_sites.clear();
        for (std::size_t i = 0; i < m_graph.m_layers.size(); ++i) {
            LayerInfo& info = m_graph.m_layers[i];
            const ValueId value = layerValue(m_graph.node(m_graph.m_layerNodes[i]));
            if (m_graph.m_sites.empty() || m_graph.m_sites.back().value != value
                || m_graph.m_sites.back().block != info.block) {
                const ValueType& type = m_graph.value(value).type;
                m_graph.m_sites.push_back({ info.name, value, info.block, info.step, info.part, type.width(),
                    info.groups, {}, {}, type.rows.kind == RowSpace::Kind::Routed });
            }
            m_graph.m_sites.back().readers.push_back(static_cast<int>(i));
            info.site = m_graph.m_sites.back().id;
            if (info.tie.empty())
                info.tie = info.site; // what reads one input is what fusing runtimes fuse
        }
        for (Site& site : m_graph.m_sites)
            site.producer = findScaleProducer(m_graph, site);
    }

    Graph& m_graph;
    const std::vector<NodeId>& m_order;
    std::vector<LayerInfo> m_infos;
    int m_blocks;
};

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
    KERF_CHECK(GraphFinisher(m_graph, m_order, m_infos, m_section).finish());
    return std::move(m_graph);
}

} // namespace kerf::core
