// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = x * sigmoid(g), g one number a row: [rows, width] and [rows, 1]. No attributes. What an expert that every token
/// sees is weighted with (Qwen2-MoE).
const Op& gateRowsOp();

} // namespace kerf::core
