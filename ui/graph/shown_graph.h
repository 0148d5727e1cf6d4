// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <vector>

#include "core/graph/graph.h"

namespace kerf::ui {

/// An operator as it is shown: with what only lays its numbers out, a layer with the norm and the activation that alone
/// read it and a sum with its activation, which a runtime makes in one step with it.
struct ShownNode {
    enum class Kind { Input, Operator, Output };
    Kind kind = Kind::Operator;
    core::NodeId node = -1; ///< of the network; -1: of an input or output
    std::vector<core::NodeId> tail {}; ///< norm and activation behind a layer or sum
    core::ValueId value = -1; ///< what it gives at its end, as its file calls it where it has a name; first output
    int layer = -1; ///< position in Graph::layers()
    int block = -1; ///< -1: before or behind the blocks
    std::vector<int> inputs {}, outputs {}; ///< positions in ShownGraph::edges()
};

struct ShownEdge {
    int from = -1, to = -1; ///< positions in ShownGraph::nodes()
    std::vector<core::ValueId> path; ///< the same numbers, from as they are made to as they are read
};

/// A network's graph as a person reads it. Nodes stand in topological order. Knows nothing of plans.
class ShownGraph {
public:
    ShownGraph() = default; ///< of no network
    explicit ShownGraph(const core::Graph& graph);

    const std::vector<ShownNode>& nodes() const { return m_nodes; }
    const std::vector<ShownEdge>& edges() const { return m_edges; }
    const ShownNode& node(int at) const { return m_nodes[static_cast<std::size_t>(at)]; }
    const ShownEdge& edge(int at) const { return m_edges[static_cast<std::size_t>(at)]; }
    int nodeOfLayer(int layer) const { return m_ofLayer[static_cast<std::size_t>(layer)]; }
    /// Nodes of a block, in order; empty: there is no such block.
    const std::vector<int>& block(int block) const;

private:
    void addNode(const core::Graph& graph, core::NodeId id);
    void addTail(const core::Graph& graph, ShownNode& shown);
    void connect(const core::Graph& graph, int to, const std::vector<core::ValueId>& inputs);
    void connectAll(const core::Graph& graph);

    std::vector<ShownNode> m_nodes;
    std::vector<ShownEdge> m_edges;
    std::vector<int> m_ofLayer;
    std::map<core::ValueId, int> m_makers; ///< of values that nodes make before they are laid out
    std::vector<bool> m_isTaken; ///< by node of the network: it is in a tail
    std::map<int, std::vector<int>> m_blocks;
};

} // namespace kerf::ui
