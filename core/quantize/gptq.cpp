// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <utility>

#include "core/quantize/gptq_solve.h"
#include "core/quantize/methods.h"
#include "core/quantize/solving_method.h"

namespace kerf::core {
namespace {

struct Solved {
    Candidate candidate;
    double loss = 0;
};

Result<Solved> solveWith(const SolveInput& input, GroupParams params, const JobContext& job)
{
    const LayerProblem& problem = input.problem;
    KERF_TRY(GptqSolution solution,
        solveGptq(input.target, problem.format, params, input.factor, problem.settings.count("block_size"), job));
    return Solved { { std::move(solution.tensor), std::move(params) }, solution.loss };
}

class GptqMethod final : public SolvingMethod {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

protected:
    // Searched scales are fitted to plain rounding, and at 2 bits the solve sometimes wants the wider range: both are
    // solved, and the one with the lower loss is kept.
    Result<Candidate> solve(const SolveInput& input, const JobContext& job) const override
    {
        const LayerProblem& problem = input.problem;
        KERF_TRY(Solved best, solveWith(input, input.minMax, job));
        if (!problem.settings.flag(kScaleSearch))
            return std::move(best.candidate);
        const Vector importance = problem.statistics->hessian.diagonal();
        KERF_TRY(
            Solved searched, solveWith(input, searchedParams(input.target, *problem.format, importance, job), job));
        return std::move(searched.loss < best.loss ? searched.candidate : best.candidate);
    }

private:
    std::string m_name = "gptq";
    std::string m_summary
        = "GPTQ (Frantar et al., 2022): rounds column by column and spreads each error over the columns "
          "still to come, by the Hessian of the layer's inputs.";
};

} // namespace

const Method& gptqMethod()
{
    static const GptqMethod method;
    return method;
}

} // namespace kerf::core
