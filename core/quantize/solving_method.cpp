// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/solving_method.h"

#include <array>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {
namespace {

using FactorPtr = std::shared_ptr<const FactorizedHessian>;

Result<FactorPtr> factorOf(const LayerProblem& problem, double damping, const JobContext& job)
{
    const std::int64_t group = problem.format->groupSize(problem.weight.cols());
    const ActivationOrder order = problem.settings.activationOrder();
    if (problem.factors)
        return problem.factors->get(order, damping, group, job);
    return SiteFactors(*problem.statistics).get(order, damping, group, job);
}

} // namespace

std::span<const MethodSetting* const> SolvingMethod::settings() const
{
    static const std::array settings { &dampingSetting(), &activationOrderSetting(), &scaleSearchSetting(),
        &blockSizeSetting() };
    return settings;
}

Result<Matrix> SolvingMethod::targetOf(
    const LayerProblem&, const FactorizedHessian&, LayerReport&, const JobContext&) const
{
    return Matrix();
}

// The solution, or plain rounding where the solve fails or does not help. Fills in the report's errors and fallbacks.
Result<Candidate> SolvingMethod::choose(const LayerProblem& problem, LayerReport& report, const JobContext& job) const
{
    const Matrix& hessian = problem.statistics->hessian;
    const GroupParams minMax = minMaxParams(problem.weight, *problem.format);
    KERF_TRY(const double energy, outputEnergy(problem.weight, hessian, job));
    const double damping = dampingOf(problem.settings);
    Candidate rtn { roundWeight(problem.weight, problem.format, minMax), minMax };
    KERF_TRY(const FactorPtr factor, factorOf(problem, damping, job));
    Matrix corrected;
    if (factor) {
        KERF_TRY(corrected, targetOf(problem, *factor, report, job));
    }
    const Matrix& target = corrected.size() > 0 ? corrected : problem.weight;
    KERF_TRY(const double rtnError, outputError(target, rtn.tensor, hessian, job));
    report.rtnRelativeError = errorRatio(rtnError, energy);
    report.relativeError = report.rtnRelativeError;
    if (!factor) {
        report.fallbacks.push_back({ "rtn_instead", "no damping up to 1 makes the Hessian positive definite" });
        return rtn;
    }
    report.damping = factor->damping;
    if (factor->damping > damping)
        report.fallbacks.push_back(
            { "damping_raised", fmt::format("damping {:g} instead of {:g}", factor->damping, damping) });
    KERF_TRY(Candidate solved, solve({ problem, target, *factor, minMax }, job));
    KERF_TRY(const double solvedError, outputError(target, solved.tensor, hessian, job));
    const double error = errorRatio(solvedError, energy);
    if (!(error <= report.rtnRelativeError)) {
        report.fallbacks.push_back({ "rtn_instead",
            fmt::format(
                "relative error {:.6g} of {} is above {:.6g} of rtn", error, name(), report.rtnRelativeError) });
        return rtn;
    }
    report.relativeError = error;
    return solved;
}

Result<LayerResult> SolvingMethod::quantize(const LayerProblem& problem, const JobContext& job) const
{
    const auto start = std::chrono::steady_clock::now();
    KERF_CHECK(checkProblem(problem, name()));
    if (!problem.statistics)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: {} needs calibration statistics. Give calibration texts, or use rtn.", problem.name, name()));
    LayerReport measured;
    noteStatistics(problem, measured.fallbacks);
    KERF_TRY(Candidate chosen, choose(problem, measured, job));
    LayerReport report = reportOn(problem, *this, chosen.tensor);
    report.relativeError = measured.relativeError;
    report.rtnRelativeError = measured.rtnRelativeError;
    report.damping = measured.damping;
    report.driftShare = measured.driftShare;
    report.fallbacks = std::move(measured.fallbacks);
    noteClampedScales(*problem.format, chosen.params, report.fallbacks);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return LayerResult { std::move(chosen.tensor), std::move(report) };
}

} // namespace kerf::core
