// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "kernels/dense_linear.h"

namespace kerf::kernels {

/// Scalar, double sums: the truth that the others are tested against.
const DenseLinearKernel* referenceDenseLinear();
/// One element as float32, exact.
float denseElement(const DenseMatrix& weight, std::int64_t row, std::int64_t column);

} // namespace kerf::kernels
