// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// y = x / max(|x|, 1e-12), row by row, with the Euclidean norm (torch.nn.functional.normalize). No attributes.
const Op& unitRowsOp();

} // namespace kerf::core
