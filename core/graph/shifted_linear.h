// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/matrix.h"
#include "core/graph/linear.h"

namespace kerf::core {

/// The same operator with a number added to each output: y = x Wᵀ + shift. What is asked of its weight is the weight's
/// alone; operators that decode it add outputShift() themselves. @pre shift [rows]
LinearPtr makeShiftedLinear(LinearPtr linear, Vector shift);

/// What an operator adds to its outputs beside x Wᵀ; null: nothing.
const Vector* outputShift(const LinearOperator& linear);

} // namespace kerf::core
