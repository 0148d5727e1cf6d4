// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/graph/graph.h"

namespace kerf::core {

/// Finds what follows from a graph's nodes and their order: who reads each value, what each block takes and leaves, its
/// parts and steps, layers and sites. For GraphBuilder alone.
/// @param infos Of layers, by Node::layer.
/// @return BadFile where a block has no layer.
Status finishGraph(Graph& graph, const std::vector<NodeId>& order, std::vector<LayerInfo> infos, int blocks);

} // namespace kerf::core
