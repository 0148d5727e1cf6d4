// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

enum class NormKind {
    Rms, ///< x / rms(x) * w
    Layer, ///< (x - mean) / deviation * w + b
};

/// y = norm(x), row by row. Parameters: weight, bias (of NormKind::Layer; may be left out). LayerNormalization and
/// RMSNormalization of ONNX over the last dimensions of a dense tensor are this with a group for each element of the
/// first dimensions.
struct Norm {
    NormKind kind = NormKind::Rms;
    double epsilon = 1e-6;
    std::int64_t groups = 1; ///< a row is cut into so many, each normed by itself with the same weight: heads
};
const Op& normOp();

} // namespace kerf::core
