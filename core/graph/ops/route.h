// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Sends every row to the `top` experts with the largest router logits (Shazeer et al., arXiv 1701.06538; as Mixtral
/// does it: softmax over all, the chosen weights divided by their sum). Equal logits: the lower expert. Input: router
/// logits [rows, experts].
struct Route {
    std::int64_t top = 1;
    bool renormalize = true; ///< the chosen weights add up to 1
};
const Op& routeOp();

} // namespace kerf::core
