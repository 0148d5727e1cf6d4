// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/attention.h"
#include "core/graph/op.h"

namespace kerf::core {

/// softmax(mask(q kᵀ)) v, one fused operator. Inputs: queries, keys, values, and a mask of the keys (may be left out).
/// Parameter: a sink for each head (may be left out). Attributes: AttentionSettings. A causal one keeps keys and values
/// of earlier positions where CacheRun has caches, and as its setting says.
const Op& attentionOp();

} // namespace kerf::core
