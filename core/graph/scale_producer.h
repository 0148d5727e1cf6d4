// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/graph/graph.h"

namespace kerf::core {

/// What makes the columns of a site, found by walking back from it: nothing where a division of the columns cannot be
/// undone exactly (no norm before it, an activation that is not linear, a rotation, a reader that is no linear map).
std::optional<ScaleProducer> findScaleProducer(const Graph& graph, const Site& site);

} // namespace kerf::core
