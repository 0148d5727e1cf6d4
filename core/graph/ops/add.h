// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = a + factor * b, element by element: what a residual stream is made of.
struct Add {
    float factor = 1;
};
const Op& addOp();

} // namespace kerf::core
