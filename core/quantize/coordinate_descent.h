// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/quantize/group_params.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {

struct DescentSettings {
    int sweeps = 2; ///< over all columns, before and after every refit of the scales
    int refits = 3; ///< 0: scales stay as they are
};

struct DescentOutcome {
    std::int64_t changedCodes = 0; ///< over all sweeps
    std::int64_t refittedRows = 0; ///< that took new scales in at least one refit
};

/// Lowers tr(D H Dᵀ), D = Q - target, of a weight that is already quantized; H is the damped Hessian of `factor`, and
/// `hessian` the undamped one in the order of the columns. Sweeps: every column in the order of rounding takes the code
/// that is best while all others stay (Behdin et al., QuantEase, arXiv 2309.01885); refits: the scales of a row's
/// groups are those of least squares for its codes, taken only within half to twice the old ones and only when the row
/// gains (not for nested formats, whose scales are fixed together). Neither ever raises the sum beyond the rounding of
/// float32. Rows are independent: fixed tiles of them in parallel, the products by BLAS. `params` and `tensor` are
/// changed together. Time O((sweeps + 1.5) refits rows cols²), memory 256 cols + 64 groups² floats a thread. Errors:
/// Cancelled.
Result<DescentOutcome> descend(const MatrixRef& target, const Matrix& hessian, const FactorizedHessian& factor,
    const DescentSettings& settings, GroupParams& params, QuantizedTensor& tensor, const JobContext& job);

} // namespace kerf::core
