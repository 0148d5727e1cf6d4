// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/measure_run.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/evaluate/kernel_times.h"
#include "core/jobs/baseline_job.h"
#include "core/jobs/bench_job.h"
#include "core/jobs/evaluate_job.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/run_ranks.h"

namespace kerf::core {
namespace {

bool isEvaluated(const RunRow& run, const std::string& datasetHash)
{
    return std::any_of(run.metrics.begin(), run.metrics.end(),
        [&](const Metric& metric) { return isDivergence(metric.name) && metric.datasetHash == datasetHash; });
}

/// The first format of a plan that no kernel runs; empty: all have one.
Result<std::string> formatWithoutKernel(const Plan& plan)
{
    for (const PlanLayer& layer : plan.layers) {
        KERF_TRY(const LayerFormat format, parseLayerFormat(layer.format));
        if (!hasKernel(format))
            return layer.format;
    }
    return std::string();
}

Status measureSpeed(const Project& project, Workspace& workspace, const RunRow& run, const ThroughputOptions& options,
    const JobContext& job)
{
    KERF_TRY(const std::string missing, formatWithoutKernel(run.plan));
    if (!missing.empty()) {
        job.log(LogLevel::Warning,
            fmt::format("{}: its speed is not measured, because no kernel runs {}.", run.name, missing));
        return {};
    }
    KERF_TRY(const RunSpeed speed, runBench(project, workspace, run.id, options, job));
    job.log(LogLevel::Info, speedLine(speed));
    return {};
}

Status measure(
    const Project& project, Workspace& workspace, RowId run, const RunMeasures& measures, const JobContext& job)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const Dataset text, loadData(project, measures.text, job));
    if (!isEvaluated(row, text.hash)) {
        job.log(LogLevel::Info, fmt::format("Evaluating {}.", row.name));
        KERF_TRY(const Evaluation found, runEvaluate(project, workspace, run, { measures.text, true }, job));
        job.log(LogLevel::Info, evaluationLine(found));
    }
    if (measures.bench && !row.metric("measured_decode_tokens_per_second"))
        KERF_CHECK(measureSpeed(project, workspace, row, *measures.bench, job));
    return {};
}

} // namespace

Status measureRun(
    const Project& project, Workspace& workspace, RowId run, const RunMeasures& measures, const JobContext& job)
{
    return atJobEdge([&] { return measure(project, workspace, run, measures, job); });
}

Status measureOriginal(const Project& project, Workspace& workspace, const RunMeasures& measures, const JobContext& job)
{
    if (project.model.quantized)
        return {};
    KERF_TRY(const RowId original, ensureBaselineRun(project, workspace));
    return measureRun(project, workspace, original, measures, job);
}

} // namespace kerf::core
