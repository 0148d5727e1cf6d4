// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <span>
#include <vector>

#include "core/graph/op.h"
#include "core/onnx/onnx_array.h"

namespace kerf::core {

/// What an operator of dense tensors makes of constants, in float32: one sample. `parameters`: vectors; null: left out.
/// Errors: those of the operator; BadFile, when whole numbers leave the range that float32 has exactly.
Result<OnnxArray> runOnce(const Op& op, std::any attributes, std::span<const OnnxArray* const> inputs,
    std::span<const OnnxArray* const> parameters);

} // namespace kerf::core
