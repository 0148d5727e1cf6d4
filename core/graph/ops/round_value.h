// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"
#include "core/graph/value_quantizer.h"

namespace kerf::core {

/// Every number of a value as the unsigned byte that it becomes reads back: QuantizeLinear and DequantizeLinear of
/// ONNX, one behind the other. Attributes: ValueQuantizer.
const Op& roundValueOp();

} // namespace kerf::core
