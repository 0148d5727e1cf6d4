// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "core/quantize/gptq_solve.h"
#include "core/quantize/group_params.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {
namespace {

using FactorPtr = std::shared_ptr<const FactorizedHessian>;

/// A candidate and what its parameters were.
struct Candidate {
    QuantizedTensor tensor;
    GroupParams params;
    double loss = 0;
};

Result<Candidate> solveWith(
    const LayerProblem& problem, GroupParams params, const FactorizedHessian& factor, const JobContext& job)
{
    KERF_TRY(GptqSolution solution,
        solveGptq(problem.weight, problem.format, params, factor, problem.settings.blockSize, job));
    return Candidate { std::move(solution.tensor), std::move(params), solution.loss };
}

// Searched scales are fitted to plain rounding, and at 2 bits the solve sometimes wants the wider range: both are
// solved, and the one with the lower loss is kept.
Result<Candidate> solveBest(
    const LayerProblem& problem, const GroupParams& minMax, const FactorizedHessian& factor, const JobContext& job)
{
    KERF_TRY(Candidate best, solveWith(problem, minMax, factor, job));
    if (!problem.settings.scaleSearch)
        return best;
    const Vector importance = problem.statistics->hessian.diagonal();
    KERF_TRY(Candidate searched,
        solveWith(problem, searchedParams(problem.weight, *problem.format, importance, job), factor, job));
    return searched.loss < best.loss ? std::move(searched) : std::move(best);
}

void noteStatistics(const LayerProblem& problem, std::vector<Fallback>& fallbacks)
{
    const SiteStatistics& statistics = *problem.statistics;
    if (const std::int64_t dead = (statistics.hessian.diagonal().array() == 0.0f).count())
        fallbacks.push_back({ "dead_columns", fmt::format("{} inputs are always 0; their weights are rounded", dead) });
    if (statistics.tokens < problem.weight.cols())
        fallbacks.push_back({ "few_tokens",
            fmt::format(
                "{} calibration tokens for {} inputs; use more text", statistics.tokens, problem.weight.cols()) });
}

Result<FactorPtr> factorOf(const LayerProblem& problem, const JobContext& job)
{
    const std::int64_t group = problem.format->groupSize(problem.weight.cols());
    const MethodSettings& settings = problem.settings;
    if (problem.factors)
        return problem.factors->get(settings.activationOrder, settings.damping, group, job);
    return SiteFactors(*problem.statistics).get(settings.activationOrder, settings.damping, group, job);
}

class GptqMethod final : public Method {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics() const override { return true; }
    Result<LayerResult> quantize(const LayerProblem& problem, const JobContext& job) const override;

private:
    Result<Candidate> choose(const LayerProblem& problem, LayerReport& report, const JobContext& job) const;

    std::string m_name = "gptq";
    std::string m_summary
        = "GPTQ (Frantar et al., 2022): rounds column by column and spreads each error over the columns "
          "still to come, by the Hessian of the layer's inputs.";
};

// The solution, or plain rounding where the solve fails or does not help. Fills in the report's errors and fallbacks.
Result<Candidate> GptqMethod::choose(const LayerProblem& problem, LayerReport& report, const JobContext& job) const
{
    const Matrix& hessian = problem.statistics->hessian;
    const GroupParams minMax = minMaxParams(problem.weight, *problem.format);
    KERF_TRY(const double energy, outputEnergy(problem.weight, hessian, job));
    Candidate rtn { roundWeight(problem.weight, problem.format, minMax), minMax, 0 };
    KERF_TRY(const double rtnError, outputError(problem.weight, rtn.tensor, hessian, job));
    report.rtnRelativeError = errorRatio(rtnError, energy);
    report.relativeError = report.rtnRelativeError;
    KERF_TRY(const FactorPtr factor, factorOf(problem, job));
    if (!factor) {
        report.fallbacks.push_back({ "rtn_instead", "no damping up to 1 makes the Hessian positive definite" });
        return rtn;
    }
    report.damping = factor->damping;
    if (factor->damping > problem.settings.damping)
        report.fallbacks.push_back({ "damping_raised",
            fmt::format("damping {:g} instead of {:g}", factor->damping, problem.settings.damping) });
    KERF_TRY(Candidate solved, solveBest(problem, minMax, *factor, job));
    KERF_TRY(const double solvedError, outputError(problem.weight, solved.tensor, hessian, job));
    const double error = errorRatio(solvedError, energy);
    if (!(error <= report.rtnRelativeError)) {
        report.fallbacks.push_back({ "rtn_instead",
            fmt::format("relative error {:.6g} of GPTQ is above {:.6g} of RTN", error, report.rtnRelativeError) });
        return rtn;
    }
    report.relativeError = error;
    return solved;
}

Result<LayerResult> GptqMethod::quantize(const LayerProblem& problem, const JobContext& job) const
{
    const auto start = std::chrono::steady_clock::now();
    KERF_CHECK(checkProblem(problem, m_name));
    if (!problem.statistics)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: gptq needs calibration statistics. Give calibration texts, or use rtn.", problem.name));
    LayerReport measured;
    noteStatistics(problem, measured.fallbacks);
    KERF_TRY(Candidate chosen, choose(problem, measured, job));
    LayerReport report = reportOn(problem, *this, chosen.tensor);
    report.relativeError = measured.relativeError;
    report.rtnRelativeError = measured.rtnRelativeError;
    report.damping = measured.damping;
    report.fallbacks = std::move(measured.fallbacks);
    noteClampedScales(*problem.format, chosen.params, report.fallbacks);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return LayerResult { std::move(chosen.tensor), std::move(report) };
}

} // namespace

const Method& gptqMethod()
{
    static const GptqMethod method;
    return method;
}

} // namespace kerf::core
