// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// The same elements in another number of rows: a tensor [1, tokens, channels] of each sample as `tokens` rows of
/// [channels], as linear maps read them, or back.
struct ReRow {
    std::int64_t count = 1; ///< rows of each sample
    Shape shape; ///< of a row
};
const Op& reRowOp();

} // namespace kerf::core
