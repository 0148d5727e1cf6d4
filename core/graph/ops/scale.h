// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = cap(factor * x), element by element, where cap(x) = c tanh(x / c): what makes logits of the head's output.
struct Scale {
    float factor = 1;
    float cap = 0; ///< c; 0: none
};
const Op& scaleOp();

} // namespace kerf::core
