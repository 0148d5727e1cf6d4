// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/quantize/group_params.h"
#include "core/quantize/method.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {

/// A quantized layer and what its parameters were.
struct Candidate {
    QuantizedTensor tensor;
    GroupParams params;
};

/// What a method that solves with the Hessian is given once the checks are passed.
struct SolveInput {
    const LayerProblem& problem;
    const Matrix& target; ///< what the layer's output is fitted to: the weight, or a corrected one
    const FactorizedHessian& factor;
    const GroupParams& minMax; ///< of the weight itself
};

/// The frame of all methods that solve with the Hessian: checks, damping, plain rounding as the measure and the way
/// out, and the report. A layer whose tr(D H Dᵀ), D = target - Q, is above that of plain rounding keeps plain rounding.
class SolvingMethod : public Method {
public:
    bool needsStatistics() const override { return true; }
    std::span<const MethodSetting* const> settings() const override;
    Result<LayerResult> quantize(const LayerProblem& problem, const JobContext& job) const override;

protected:
    /// Fraction of mean(diag H) that is added first.
    virtual double dampingOf(const MethodSettings& settings) const { return settings.number("damping"); }
    /// The corrected weight that the layer is fitted to; an empty matrix: the weight itself. Notes what it did.
    virtual Result<Matrix> targetOf(
        const LayerProblem& problem, const FactorizedHessian& factor, LayerReport& report, const JobContext& job) const;
    virtual Result<Candidate> solve(const SolveInput& input, const JobContext& job) const = 0;

private:
    Result<Candidate> choose(const LayerProblem& problem, LayerReport& report, const JobContext& job) const;
};

} // namespace kerf::core
