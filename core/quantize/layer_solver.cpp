// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/layer_solver.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/graph/activation_linear.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {

Result<SiteWork*> LastSite::at(const std::string& site)
{
    if (m_work && m_name == site)
        return m_work.get();
    m_work.reset(); // before the next one is read: one site's Hessian in memory, not two
    KERF_TRY(SiteStatistics statistics, m_read(site));
    m_work = std::make_unique<SiteWork>(std::move(statistics));
    m_name = site;
    return m_work.get();
}

Result<float> largestOfFused(const Network& network, const LayerInfo& layer, const Format& format)
{
    if (layer.tie.empty() || !format.madeFor(1))
        return 0.0f;
    float largest = 0;
    int count = 0;
    for (const LayerInfo& other : network.layers()) {
        if (other.tie != layer.tie)
            continue;
        KERF_TRY(const Matrix weight, network.layerWeight(other.name));
        largest = std::max(largest, weight.cwiseAbs().maxCoeff());
        ++count;
    }
    return count > 1 ? largest : 0.0f;
}

namespace {

/// What becomes of a layer whose expert calibration hardly saw: rounded to nearest, its errors those of the weight
/// alone, as if every input had the same energy.
Result<LayerResult> roundUnseen(const LayerTask& task, const Matrix& weight, const FormatPtr& format,
    const SiteStatistics& seen, const JobContext& job)
{
    const LayerProblem problem { task.layer, weight, nullptr, format, task.settings };
    KERF_TRY(LayerResult result, rtnMethod().quantize(problem, job.withProgress({})));
    const double energy
        = weight.cast<double>().squaredNorm() / static_cast<double>(std::max<Eigen::Index>(weight.size(), 1));
    result.report.relativeError = result.report.rtnRelativeError = errorRatio(result.report.weightMse, energy);
    result.report.fallbacks.push_back({ "under_covered",
        fmt::format(
            "{} of {} calibration tokens came to this expert, fewer than {}: rounded to nearest, its error that "
            "of the weight alone",
            seen.tokens, seen.passed, leastCoverage(seen.passed)) });
    return result;
}

} // namespace

Result<LayerResult> solveLayer(const LayerTask& task, const Matrix& weight, SiteWork* site, const JobContext& job)
{
    if (!site && task.method->needsStatistics())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs a calibration text; give one or choose rtn.", task.layer, task.method->name()));
    const FormatPtr format
        = task.fusedLargest > 0 ? task.format.weight->madeFor(task.fusedLargest) : task.format.weight;
    if (site && isUnderCovered(site->statistics.tokens, site->statistics.passed)) {
        KERF_TRY(LayerResult rounded, roundUnseen(task, weight, format, site->statistics, job));
        rounded.tensor.format = task.format.weight;
        return rounded;
    }
    LayerProblem problem { task.layer, weight, site ? &site->statistics : nullptr, format, task.settings,
        site ? &site->factors : nullptr };
    if (site && site->drift) {
        problem.drift = &*site->drift;
        problem.fittedFactors = &*site->fittedFactors;
    }
    KERF_TRY(LayerResult result, task.method->quantize(problem, job.withProgress({})));
    result.tensor.format = task.format.weight;
    return result;
}

Result<float> fixedActivationStep(const LayerTask& task, const SiteWork* site)
{
    const ActivationFormat activation = task.format.activation;
    if (!hasFixedStep(activation))
        return 0.0f;
    if (!site)
        return staticActivationStep(activation, task.layer, 0, 0);
    if (site->statistics.tokens == 0 && site->statistics.passed > 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: no calibration token came to this expert, so the step of its inputs is not known. Give more "
                "text, let all experts see all tokens (--all-experts), or choose a format whose steps come from "
                "the tokens.",
                task.layer));
    return staticActivationStep(activation, task.layer, site->statistics.tokens, site->statistics.absMax.maxCoeff());
}

Result<LinearPtr> solvedOperator(
    const LayerTask& task, QuantizedTensor tensor, const std::function<Result<SiteWork*>()>& site)
{
    float step = 0;
    if (hasFixedStep(task.format.activation)) {
        KERF_TRY(const SiteWork* work, site());
        KERF_TRY(step, fixedActivationStep(task, work));
    }
    return makeActivationLinear(
        std::make_shared<const QuantizedTensor>(std::move(tensor)), task.format.activation, step);
}

} // namespace kerf::core
