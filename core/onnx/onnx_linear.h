// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/onnx/onnx_node.h"

namespace kerf::core {

/// Input 0 times a constant matrix, as a layer of the rows of its last dimension. `weight`: [in, out], or [out, in]
/// (OutIn). `bias`: the input that is added. Errors: BadFile, a sentence without the node.
Status readLinear(
    OnnxNode& node, const OnnxValue& weight, WeightLayout layout, std::optional<std::size_t> bias = std::nullopt);

} // namespace kerf::core
