// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Zeros of the shape of its input: what sums of experts start from. No attributes.
const Op& zerosLikeOp();

} // namespace kerf::core
