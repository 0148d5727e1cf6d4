// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/graph/graph.h"

namespace kerf::core {

/// What people call a node: the ONNX operator that does the same ("Conv", "Add", "Transpose"), or the name of the
/// operator in its own field ("SwiGLU"). Moves of elements are told apart by how many come in and how many go out.
std::string operatorName(const Graph& graph, const Node& node);

} // namespace kerf::core
