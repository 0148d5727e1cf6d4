// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace kerf::core {

/// What reads and writes the residual stream of a network, found by walking its graph: the values that are added up
/// from the embeddings to the head.
struct ResidualStream {
    struct Reader {
        NodeId norm = -1; ///< -1: reads the stream itself
        std::vector<NodeId> linears;
    };
    std::int64_t width = 0;
    std::vector<ParameterId> tables; ///< whose rows enter it: embeddings, learned positions
    std::vector<Reader> readers; ///< in the order of the graph
    std::vector<NodeId> writers; ///< linear maps whose outputs are added
    std::string obstacle; ///< why it cannot be rotated, in words; empty: it can
};
ResidualStream findResidualStream(const Graph& graph);

} // namespace kerf::core
