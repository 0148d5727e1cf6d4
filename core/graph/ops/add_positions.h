// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = x + row p + offset of a table (parameter [positions, width]) for a row at position p of its sample: learned
/// positions.
struct AddPositions {
    std::int64_t offset = 0;
};
const Op& addPositionsOp();

} // namespace kerf::core
