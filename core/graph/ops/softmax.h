// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/graph/op.h"

namespace kerf::core {

/// e^x / sum of e^x along one axis of a dense tensor, or its logarithm. The flattening form of ONNX before version 13
/// is this along the last axis of a reshaped tensor.
struct Softmax {
    std::int64_t axis = -1; ///< negative: from the last
    bool isLog = false;
};
const Op& softmaxOp();

} // namespace kerf::core
