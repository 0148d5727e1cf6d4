// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/baseline_job.h"

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/format/layer_format.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/provenance.h"

namespace kerf::core {
namespace {

const char* storedFormat(const Model& model, const LayerInfo& layer)
{
    const TensorInfo* tensor = model.checkpoint.find(model.network->graph().weightOf(layer).ref.tensor);
    if (tensor && tensor->dtype == DType::BF16)
        return "bf16";
    return tensor && tensor->dtype == DType::F16 ? "f16" : "f32";
}

Plan planAsStored(const Project& project)
{
    Plan plan;
    plan.name = "original";
    for (const LayerInfo& layer : project.model.network->layers())
        plan.layers.push_back({ layer.name, storedFormat(project.model, layer), "rtn" });
    return plan;
}

Status finishBaseline(
    const Project& project, Workspace& workspace, RowId run, const Plan& plan, const Provenance& provenance)
{
    const Network& network = *project.model.network;
    for (const LayerInfo& layer : network.layers()) {
        KERF_TRY(const FormatPtr format, parseWeightFormat(plan.find(layer.name)->format));
        RunLayerRow row;
        row.report.layer = layer.name;
        row.report.format = format->name();
        row.report.bitsPerWeight = format->bitsPerWeight(layer.shape);
        KERF_CHECK(workspace.addRunLayer(run, row));
    }
    const PlanSize size = planSize(plan, network, project.otherBytes);
    KERF_CHECK(workspace.addMetric(run, { "bits_per_weight", size.bitsPerWeight, {}, "bits", "", "", {} }));
    KERF_CHECK(
        workspace.addMetric(run, { "size_bytes", static_cast<double>(size.sizeBytes), {}, "bytes", "", "", {} }));
    return workspace.setRunState(run, RunState::Done, "", provenance);
}

Result<RowId> baseline(const Project& project, Workspace& workspace)
{
    if (project.model.quantized)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} is itself quantized; open the model it was made from.", project.modelFolder.string()));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    const Plan plan = planAsStored(project);
    const Provenance provenance = startProvenance(project, plan, "", 0);
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    for (const RunRow& run : runs)
        if (run.state == RunState::Done && !run.origin && run.provenance.planHash == provenance.planHash)
            return run.id;
    KERF_TRY(const std::optional<RowId> open, workspace.findResumable(model, plan.name, provenance));
    RowId run = open.value_or(0);
    if (!open) {
        KERF_TRY(run, workspace.beginRun(model, plan, provenance));
    }
    KERF_CHECK(finishBaseline(project, workspace, run, plan, provenance));
    return run;
}

} // namespace

Result<RowId> ensureBaselineRun(const Project& project, Workspace& workspace)
{
    return atJobEdge([&] { return baseline(project, workspace); });
}

} // namespace kerf::core
