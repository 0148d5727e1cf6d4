// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Columns [first, first + count) of each row, without a copy.
struct Slice {
    std::int64_t first = 0, count = 0;
};
const Op& sliceOp();

} // namespace kerf::core
