// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/onnx/onnx_draft.h"
#include "core/onnx/onnx_graph.h"

namespace kerf::core {

/// Puts the nodes of the branches that were taken in the place of every If, so that what lies in a branch can be
/// changed. Names of a branch that are taken outside get numbers. The file then holds for the sizes of inputs alone by
/// which the branches were chosen.
void spliceBranches(OnnxDraft& draft, const std::map<const onnx::NodeProto*, const onnx::GraphProto*>& branches);

} // namespace kerf::core
