// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// The matrix product of two dense tensors [..., m, k] and [..., k, n], whose front dimensions are repeated to fit each
/// other as in numpy; a tensor of one dimension is a row on the left and a column on the right. No attributes. A
/// constant matrix is a layer: linearOp().
const Op& matMulOp();

} // namespace kerf::core
