// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/quantize/group_params.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {

struct GptqSolution {
    QuantizedTensor tensor;
    double loss = 0; ///< tr(D H Dᵀ) of the damped Hessian, as the recursion adds it up
};

/// Rounds the columns of a weight one after the other, each where the errors of the ones before it are best made good
/// (GPTQ: Frantar et al., arXiv 2210.17323, algorithm 1), under parameters that stay as they are. Rows are independent:
/// fixed tiles of rows in parallel, blockSize columns at a time, the columns behind them updated by one matrix product.
/// Errors: Cancelled. Time O(rows cols²), memory 64 cols floats a thread.
Result<GptqSolution> solveGptq(const MatrixRef& weight, const FormatPtr& format, const GroupParams& params,
    const FactorizedHessian& factor, int blockSize, const JobContext& job);

} // namespace kerf::core
