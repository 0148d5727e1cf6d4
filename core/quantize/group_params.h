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

/// By a search over shrink factors 1.15 … 0.35 of that range (65 points and 1 itself; asymmetric: also the neighbours
/// of the zero point) for the least Σ h_j (Q(w_j) - w_j)², h the diagonal of the Hessian. Never above the min-max
/// choice under that norm. Once the job is stopped the rest keeps the min-max choice. For formats of uniform integer
/// codes. See docs/methods.md section 2.
GroupParams searchedParams(
    const MatrixRef& weight, const Format& format, const Vector& importance, const JobContext& job);

/// Every weight rounded to the nearest code under given parameters.
QuantizedTensor roundWeight(const MatrixRef& weight, const FormatPtr& format, const GroupParams& params);
/// The tensor of that format and shape with its parameters set and its codes zero.
QuantizedTensor emptyTensor(const LayerShape& shape, const FormatPtr& format, const GroupParams& params);

/// Groups whose values are too small or too large for their stored scale to hold them in full precision.
std::int64_t clampedGroups(const Format& format, const GroupParams& params);

} // namespace kerf::core
