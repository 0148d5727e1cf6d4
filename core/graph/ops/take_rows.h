// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// The rows that a router sends to one expert. Inputs: rows, routing.
struct TakeRows {
    std::int64_t expert = 0;
};
const Op& takeRowsOp();

} // namespace kerf::core
