// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>

#include "core/graph/channel_path.h"

namespace kerf::core {

/// Whether a factor of each channel goes through a node of dense tensors.
bool passesChannels(const Graph& graph, const Node& node, Passing passing);

/// What a node is that no factor goes through, for people: "an activation".
std::string obstacleName(const Node& node);

/// a + c, a - c, c + a with a constant c.
bool addsConstant(const Node& node);

/// The elements of a plane that become one number, or one plane of numbers; 0: the node does nothing of the kind.
std::int64_t planeSize(const Node& node, const Shape& shape);

} // namespace kerf::core
