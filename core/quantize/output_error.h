// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/format/format.h"

namespace kerf::core {

/// tr(D H Dᵀ) of a [rows, cols] matrix D that is made a few rows at a time: fill(firstRow, tile) writes rows of D.
/// float32 products, double sums in the order of the rows. Time O(rows cols²). Errors: Cancelled.
Result<double> quadraticForm(std::int64_t rows,
    const std::function<void(std::int64_t firstRow, MutableMatrixRef tile)>& fill, const MatrixRef& hessian,
    const JobContext& job);

/// tr(W H Wᵀ).
Result<double> outputEnergy(const MatrixRef& weight, const MatrixRef& hessian, const JobContext& job);
/// tr(D H Dᵀ), D = W - Q, without a float copy of Q.
Result<double> outputError(
    const MatrixRef& weight, const QuantizedTensor& quantized, const MatrixRef& hessian, const JobContext& job);
/// error / energy; 0 when both are 0 (a layer that sees no input), 1 when only the energy is.
double errorRatio(double error, double energy);
/// mean (W - Q)².
double weightMeanSquare(const MatrixRef& weight, const QuantizedTensor& quantized);

} // namespace kerf::core
