// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/graph/graph.h"

namespace kerf::core {

/// What makes the columns of a site, found by walking back from it: nothing where a division of the columns cannot be
/// undone exactly (no norm before it, an activation that is not linear, a rotation, a reader that is no linear map).
std::optional<ScaleProducer> findScaleProducer(const Graph& graph, const Site& site);

/// Why findScaleProducer finds nothing.
enum class ScaleObstacle {
    None, ///< it finds something
    SharedNorm, ///< a norm makes the site, but others than linear maps read it too: the residual stream of a network
                ///< whose norms stand behind the sums
    Activation, ///< an activation through which no factor passes
    Other,
};
ScaleObstacle scaleObstacle(const Graph& graph, const Site& site);

} // namespace kerf::core
