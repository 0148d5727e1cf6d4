// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/graph/graph_finisher.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

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

Status finishGraph(Graph& graph, const std::vector<NodeId>& order, std::vector<LayerInfo> infos, int blocks)
{
    return GraphFinisher(graph, order, std::move(infos), blocks).finish();
}

} // namespace kerf::core
