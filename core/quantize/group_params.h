// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/format/format.h"

namespace kerf::core {

/// By the range of each group (Format::chooseParams).
GroupParams minMaxParams(const MatrixRef& weight, const Format& format);

/// By a search of every group's scale and zero for the least Σ h_j (Q(w_j) - w_j)², h the diagonal of the Hessian:
/// ranges shrunk at both ends, then rounding and least squares in turn; what groups store together is settled
/// afterwards under the same norm (Format::snapParams). Never above the min-max choice under that norm, which is also
/// what a stopped job gets. See docs/methods.md section 2.
GroupParams searchedParams(
    const MatrixRef& weight, const Format& format, const Vector& importance, const JobContext& job);

/// Every weight rounded to the nearest code under given parameters.
QuantizedTensor roundWeight(const MatrixRef& weight, const FormatPtr& format, const GroupParams& params);
/// The tensor of that format and shape with its parameters set and its codes zero.
QuantizedTensor emptyTensor(const LayerShape& shape, const FormatPtr& format, const GroupParams& params);

/// Groups whose values are too small or too large for their stored scale to hold them in full precision.
std::int64_t clampedGroups(const Format& format, const GroupParams& params);

} // namespace kerf::core
