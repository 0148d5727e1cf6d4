// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/graph/op.h"

namespace kerf::core {

/// Whole numbers of an input as a dense tensor of float32: to compute with them. Exact up to 2^24.
struct NumbersOf {
    Shape shape; ///< of the tensor; has as many elements as the input has rows for each sample
};
const Op& numbersOfOp();

} // namespace kerf::core
