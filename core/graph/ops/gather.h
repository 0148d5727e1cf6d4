// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Rows of a table (parameter [rows, width]) times a factor: an embedding. Input: the numbers of the rows.
struct Gather {
    float factor = 1;
};
const Op& gatherOp();

} // namespace kerf::core
