// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = x Wᵀ + b. Parameters: W [out, in], b [out] (may be left out). No attributes. Quantizable: a layer's weight is
/// the first parameter of such a node.
const Op& linearOp();

} // namespace kerf::core
