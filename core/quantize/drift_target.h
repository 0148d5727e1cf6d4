// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/quantize/method.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {

inline constexpr const char* kHcdDamping = "hcd_damping";
inline constexpr const char* kDriftShare = "drift_share";
inline constexpr const char* kHeldOut = "held-out";
/// Share of the drift of the inputs that is corrected in sequential mode, or kHeldOut: chosen on held-out windows.
MethodSetting driftShareSetting();

/// W C H⁻¹ with the damped H of the factor: what has to be added to W so that on the inputs x it gives what W gives on
/// f = x + (f - x), as far as f - x follows from x linearly; C = (2/n) Σ (f - x) xᵀ. Time O(2 rows cols²).
Result<Matrix> driftCorrection(
    const Matrix& weight, const Matrix& drift, const FactorizedHessian& factor, const JobContext& job);

/// The weight W + α W C H⁻¹ that a layer is fitted to when its inputs drifted. α is the setting kDriftShare, or, where
/// that is kHeldOut, the one in [0, 1] with the least error ‖W f - (W + α W C H⁻¹) x‖² on the held windows, C and H
/// being those of the other windows: a parabola in α, so its minimum is exact. Notes α in the report. Precondition:
/// problem.drift. Errors: Cancelled.
Result<Matrix> driftTarget(
    const LayerProblem& problem, const FactorizedHessian& factor, LayerReport& report, const JobContext& job);

} // namespace kerf::core
