// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <set>
#include <vector>

#include "ui/graph/shown_graph.h"

namespace kerf::ui {

inline constexpr int kMostInView = 40; ///< nodes; of more, whole blocks are shown as one

/// A node in view: one of the graph, or a block as a whole.
struct NearNode {
    int node = -1; ///< of the graph; of a block its first one
    int block = -1; ///< that it stands for; -1: for `node` alone
    int distance = 0; ///< steps from the centre
    int moreBefore = 0, moreBehind = 0; ///< edges to and from what is not in view

    bool isBlock() const { return block >= 0; }
};

struct NearEdge {
    int from = -1, to = -1; ///< positions in Neighbourhood::nodes
    std::vector<int> edges; ///< of the graph: all that go between two blocks
};

/// What lies within some steps of a node, along edges in either direction.
struct Neighbourhood {
    std::vector<NearNode> nodes; ///< in topological order
    std::vector<NearEdge> edges;
    int centre = -1; ///< position in nodes
    int leftOut = 0; ///< nodes within the steps that found no room though blocks were folded

    int find(int node) const; ///< position in nodes of what shows a node of the graph: -1: nothing does
    const ShownGraph* graph = nullptr;
};

/// Blocks that a person folded or opened; the others fold where there are too many nodes.
struct BlockFolds {
    std::set<int> folded, open;
};

/// Of more than kMostInView nodes, blocks fold from the farthest to the nearest, the centre's never, then nodes are
/// left out from the farthest. Time grows with what is in view, not with the graph.
Neighbourhood neighbourhood(const ShownGraph& graph, int centre, int steps, const BlockFolds& folds);

} // namespace kerf::ui
