// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y[:, j] = x[:, columns[j]]: takes interleaved weights apart.
struct SelectColumns {
    std::vector<std::int32_t> columns;
};
const Op& selectColumnsOp();

} // namespace kerf::core
