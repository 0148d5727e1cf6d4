// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>
#include <chrono>
#include <utility>

#include "core/quantize/group_params.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {
namespace {

class RtnMethod final : public Method {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }
    bool needsStatistics() const override { return false; }
    std::span<const MethodSetting* const> settings() const override
    {
        static const std::array settings { &scaleSearchSetting() };
        return settings;
    }
    Result<LayerResult> quantize(const LayerProblem& problem, const JobContext& job) const override
    {
        const auto start = std::chrono::steady_clock::now();
        KERF_CHECK(checkProblem(problem, m_name));
        KERF_CHECK(job.checkStop());
        GroupParams params = minMaxParams(problem.weight, *problem.format);
        QuantizedTensor tensor = roundWeight(problem.weight, problem.format, params);
        double energy = 0, error = 0, plainError = 0;
        if (problem.statistics) {
            const Matrix& hessian = problem.statistics->hessian;
            KERF_TRY(energy, outputEnergy(problem.weight, hessian, job));
            KERF_TRY(plainError, outputError(problem.weight, tensor, hessian, job));
            error = plainError;
        }
        if (problem.statistics && problem.settings.flag(kScaleSearch)) {
            const Matrix& hessian = problem.statistics->hessian;
            GroupParams searched = searchedParams(problem.weight, *problem.format, hessian.diagonal(), job);
            QuantizedTensor candidate = roundWeight(problem.weight, problem.format, searched);
            KERF_TRY(const double candidateError, outputError(problem.weight, candidate, hessian, job));
            if (errorRatio(candidateError, energy) < errorRatio(error, energy)) {
                error = candidateError;
                params = std::move(searched);
                tensor = std::move(candidate);
            }
        }
        LayerReport report = reportOn(problem, *this, tensor);
        report.relativeError = errorRatio(error, energy);
        report.rtnRelativeError = errorRatio(plainError, energy);
        noteClampedScales(*problem.format, params, report.fallbacks);
        report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return LayerResult { std::move(tensor), std::move(report) };
    }

private:
    std::string m_name = "rtn";
    std::string m_summary = "Round to nearest: every weight to the closest code. Needs no data; where there is some, "
                            "scales and zero points are searched with the inputs' energies as weights.";
};

} // namespace

const Method& rtnMethod()
{
    static const RtnMethod method;
    return method;
}

} // namespace kerf::core
