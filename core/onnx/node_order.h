// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/result.h"

namespace onnx {
class GraphProto;
} // namespace onnx

namespace kerf::core {

/// Puts the nodes of a graph behind those that make what they read: each as late as its first reader asks for, so that
/// a graph in order stays as it is and new nodes come to stand before what they feed. Messages move as pointers.
/// Errors: Internal: a cycle.
Status sortNodes(onnx::GraphProto& graph);

} // namespace kerf::core
