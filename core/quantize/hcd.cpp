// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <utility>

#include "core/quantize/coordinate_descent.h"
#include "core/quantize/drift_target.h"
#include "core/quantize/gptq_solve.h"
#include "core/quantize/methods.h"
#include "core/quantize/solving_method.h"

namespace kerf::core {
namespace {

/// Scales by search, codes by GPTQ's recursion, then coordinate descent on the codes alternating with a refit of the
/// scales, all against one target and one damped Hessian (docs/methods.md section 7).
class HcdMethod final : public SolvingMethod {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool usesDrift(const MethodSettings& settings) const override { return settings.value(kDriftShare) != 0; }
    std::span<const MethodSetting* const> settings() const override
    {
        static const MethodSetting damping = fractionSetting(kHcdDamping, 0.05); // it does better with more
        static const MethodSetting sweeps = countSetting("sweeps", 2, 0, 100); // before and after each refit
        static const MethodSetting refits = countSetting("refits", 3, 0, 100); // of the scales
        static const MethodSetting driftShare = driftShareSetting();
        static const std::array settings { &damping, &activationOrderSetting(), &scaleSearchSetting(), &sweeps, &refits,
            &blockSizeSetting(), &driftShare };
        return settings;
    }

protected:
    double dampingOf(const MethodSettings& settings) const override { return settings.number(kHcdDamping); }
    Result<Matrix> targetOf(const LayerProblem& problem, const FactorizedHessian& factor, LayerReport& report,
        const JobContext& job) const override
    {
        if (!problem.drift || !usesDrift(problem.settings))
            return Matrix();
        return driftTarget(problem, factor, report, job);
    }
    Result<Candidate> solve(const SolveInput& input, const JobContext& job) const override
    {
        const LayerProblem& problem = input.problem;
        const MethodSettings& settings = problem.settings;
        const Matrix& hessian = problem.statistics->hessian;
        GroupParams params = settings.flag(kScaleSearch)
            ? searchedParams(input.target, *problem.format, hessian.diagonal(), job)
            : input.minMax;
        KERF_TRY(GptqSolution solution,
            solveGptq(input.target, problem.format, params, input.factor, settings.count("block_size"), job));
        KERF_CHECK(descend(input.target, hessian, input.factor, { settings.count("sweeps"), settings.count("refits") },
            params, solution.tensor, job));
        return Candidate { std::move(solution.tensor), std::move(params) };
    }

private:
    std::string m_name = "hcd";
    std::string m_summary
        = "Hessian coordinate descent, Kerf's own: GPTQ's result improved code by code and scale by scale, in "
          "sequential "
          "mode also against the drift of the inputs (QuantEase, Behdin et al., 2023; Qronos, Zhang et al., 2025).";
};

} // namespace

const Method& hcdMethod()
{
    static const HcdMethod method;
    return method;
}

} // namespace kerf::core
