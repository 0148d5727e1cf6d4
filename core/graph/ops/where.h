// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <optional>

#include "core/graph/op.h"

namespace kerf::core {

/// y = a where the condition is not 0, b elsewhere, of dense tensors that are repeated to fit each other as in numpy.
/// Operands: condition, a, b. Those that are constants are the parameters of the same numbers (-1 for the others), with
/// their dimensions here; the others are the inputs, in that order.
struct Where {
    std::array<std::optional<Shape>, 3> constants {};
};
const Op& whereOp();

} // namespace kerf::core
