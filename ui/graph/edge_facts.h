// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/model/network.h"
#include "core/plan/plan.h"
#include "ui/graph/shown_graph.h"

namespace kerf::ui {

/// Why a plan rounds what goes along an edge, or does not.
enum class EdgeRule {
    RoundedByLayer, ///< the layer that reads it rounds its inputs
    RoundedBetween, ///< in bytes for all that read it (core/plan/value_placement.h)
    Output, ///< results of the network stay float
    FloatLayer, ///< the layer that reads it multiplies float inputs
    NoBytes, ///< no layer of the plan reads bytes
    BetweenOff, ///< the plan rounds nothing between layers
    Input, ///< what comes in is rounded by layers alone
    NormLeft, ///< a norm that is not folded stands behind the layer
    FloatMaker, ///< the layer that makes it reads float inputs
    FloatOperator, ///< no runtime makes this operator's result in bytes
    MixedInputs, ///< an input of what makes it is float
    NoWayBack, ///< it comes to no layer of bytes again
};

struct EdgeFact {
    EdgeRule rule = EdgeRule::NoBytes;
    int layer = -1; ///< of RoundedBetween: the layer whose scale and zero point it has; -1: measured
    core::ValueId value = -1; ///< of rounded ones: the tensor that is rounded

    bool isRounded() const { return rule == EdgeRule::RoundedByLayer || rule == EdgeRule::RoundedBetween; }
};

/// Of every edge. @pre graph is that of the network
std::vector<EdgeFact> edgeFacts(const ShownGraph& graph, const core::Network& network, const core::Plan& plan);

} // namespace kerf::ui
