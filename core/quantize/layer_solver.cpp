// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/layer_solver.h"

#include <fmt/format.h>

#include "core/graph/activation_linear.h"

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

Result<LayerResult> solveLayer(const LayerTask& task, const Matrix& weight, SiteWork* site, const JobContext& job)
{
    if (!site && task.method->needsStatistics())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs a calibration text; give one or choose rtn.", task.layer, task.method->name()));
    LayerProblem problem { task.layer, weight, site ? &site->statistics : nullptr, task.format.weight, task.settings,
        site ? &site->factors : nullptr };
    if (site && site->drift) {
        problem.drift = &*site->drift;
        problem.fittedFactors = &*site->fittedFactors;
    }
    return task.method->quantize(problem, job.withProgress({}));
}

Result<float> fixedActivationStep(const LayerTask& task, const SiteWork* site)
{
    if (task.format.activation != ActivationFormat::Int8Tensor)
        return 0.0f;
    if (!site)
        return staticActivationStep(task.layer, 0, 0);
    return staticActivationStep(task.layer, site->statistics.tokens, site->statistics.absMax.maxCoeff());
}

Result<LinearPtr> solvedOperator(
    const LayerTask& task, QuantizedTensor tensor, const std::function<Result<SiteWork*>()>& site)
{
    float step = 0;
    if (task.format.activation == ActivationFormat::Int8Tensor) {
        KERF_TRY(const SiteWork* work, site());
        KERF_TRY(step, fixedActivationStep(task, work));
    }
    return makeActivationLinear(
        std::make_shared<const QuantizedTensor>(std::move(tensor)), task.format.activation, step);
}

} // namespace kerf::core
