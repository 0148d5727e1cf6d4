// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = x, plus what an expert made of its rows times the router's weights. Inputs: x, the expert's rows, routing.
/// Experts are put back one after another, so sums are in their order.
struct PutRows {
    std::int64_t expert = 0;
};
const Op& putRowsOp();

} // namespace kerf::core
