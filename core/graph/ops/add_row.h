// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = x + row r of a table (parameter [rows, width]), the same for every row: the token type of models that have one.
struct AddRow {
    std::int32_t row = 0;
};
const Op& addRowOp();

} // namespace kerf::core
