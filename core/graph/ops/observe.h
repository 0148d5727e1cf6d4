// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>

#include "core/graph/op.h"

namespace kerf::core {

/// A value as it is, shown to somebody first: put behind a value of a network that is only measured.
struct Observe {
    /// Called once a chunk of samples, in their order.
    std::function<void(const MatrixRef& x, std::span<const std::int64_t> lengths)> see;
};
const Op& observeOp();

} // namespace kerf::core
