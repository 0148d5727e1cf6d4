// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/result.h"
#include "core/quantize/method.h"

namespace kerf::core {

const Method& rtnMethod();
const Method& gptqMethod();
const Method& hqqMethod();
const Method& hcdMethod();
const Method& foemMethod(); // gptq_variants.cpp
const Method& gptaqMethod(); // gptq_variants.cpp
const Method& awqMethod();

/// What every method asks first: a format of codes that takes the shape, statistics of the right size, finite numbers.
/// Errors: InvalidArgument (format, shape), Numerical (names the layer and the first NaN or Inf).
Status checkProblem(const LayerProblem& problem, std::string_view method);

/// Notes groups whose stored scale had to be clamped or lost precision.
void noteClampedScales(const Format& format, const GroupParams& params, std::vector<Fallback>& fallbacks);

/// Notes inputs that are always 0 and calibration texts too short for the Hessian to have full rank.
void noteStatistics(const LayerProblem& problem, std::vector<Fallback>& fallbacks);

/// A report with everything filled in that follows from problem and tensor; errors only where there are statistics.
LayerReport reportOn(const LayerProblem& problem, const Method& method, const QuantizedTensor& tensor);

} // namespace kerf::core
