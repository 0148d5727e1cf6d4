// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"

namespace kerf::core {

/// Lower Cholesky factor of a symmetric matrix, in place, reading and writing the lower triangle; what is above the
/// diagonal is undefined afterwards. Right-looking by blocks, parallel, same bits for any thread count.
/// Returns false when the matrix is not positive definite. Errors: Cancelled. Time O(n³ / 3).
Result<bool> choleskyInPlace(MatrixD& matrix, const JobContext& job);

} // namespace kerf::core
