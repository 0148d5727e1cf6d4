// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/graph/op.h"

namespace kerf::core {

/// y = x Wᵀ + b, a group at a time: rows [g * out / groups, …) of W [out, in] meet columns [g * in, (g + 1) * in) of x,
/// whose rows have groups * in. Parameters: W, b [out] (may be left out). Quantizable: what stands in for W runs as its
/// decoded rows, on inputs that it rounds row by row of x. GraphBuilder::addLayer makes one of a layer with groups.
struct GroupedLinear {
    std::int64_t groups = 1;
};
const Op& groupedLinearOp();

} // namespace kerf::core
