// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/preflight.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/base/dtype.h"
#include "core/format/layer_format.h"
#include "core/plan/value_placement.h"
#include "core/transform/transform.h"

namespace kerf::core {

namespace fs = std::filesystem;

Status checkPlan(const Plan& plan, const Network& network)
{
    KERF_CHECK(cacheSettings(plan, network));
    if (plan.layers.size() != network.layers().size())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The plan \"{}\" has {} layers, the model has {}: it was made for another model.", plan.name,
                plan.layers.size(), network.layers().size()));
    for (const LayerInfo& layer : network.layers()) {
        const PlanLayer* choice = plan.find(layer.name);
        if (!choice)
            return fail(ErrorCode::InvalidArgument,
                fmt::format(
                    "The plan \"{}\" lacks the layer {}: it was made for another model.", plan.name, layer.name));
        KERF_TRY(const LayerFormat format, parseLayerFormat(choice->format));
        if (format.weight->isUnquantized())
            continue;
        if (const Status fits = format.checkShape(layer.shape); !fits)
            return fail(ErrorCode::InvalidArgument, fmt::format("{}: {}", layer.name, fits.error().message));
        KERF_CHECK(findMethod(choice->method));
        if (format.activation == ActivationFormat::UInt8Tensor
            && !hasRange(network.graph(), *network.graph().findSite(layer.site)))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: u8-tensor is for networks read from ONNX, whose samples are no texts. Choose a8-token "
                            "or a8-tensor.",
                    layer.name));
    }
    return {};
}

Status checkMayQuantize(const Project& project)
{
    if (!project.model.quantized || project.requantize)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} is quantized already ({}). Quantizing again adds a second rounding to the first, and what is "
                    "lost would be measured against the first. Open the model that it was made from; or give "
                    "--requantize, to work on the dequantized weights all the same.",
            project.modelFolder.string(), project.model.quantized->summary()));
}

Status checkCanRun(const Project& project)
{
    const std::string& why = project.model.network->info().cannotRun;
    return why.empty() ? Status() : fail(ErrorCode::InvalidArgument, why);
}

Status checkNeedsNoRun(const Project& project, const Plan& plan, bool hasText)
{
    const std::string& why = project.model.network->info().cannotRun;
    if (why.empty())
        return {};
    if (!plan.transforms.empty())
        return fail(ErrorCode::InvalidArgument, why + " Take the transforms out of the plan.");
    if (planNeedsCalibration(plan))
        return fail(ErrorCode::InvalidArgument,
            why + " The plan looks at the inputs of layers: choose the methods rtn or hqq, in independent mode.");
    if (hasText)
        return fail(ErrorCode::InvalidArgument, why + " Leave the calibration text out.");
    return {};
}

bool planNeedsCalibration(const Plan& plan)
{
    if (plan.mode == QuantizeMode::Sequential)
        return true;
    const auto hasFixedCache = [](const std::string& name) {
        const auto format = parseCacheFormat(name);
        return format && (*format)->hasFixedStep();
    };
    if (std::ranges::any_of(plan.kv, hasFixedCache))
        return true;
    for (const TransformChoice& choice : plan.transforms)
        if (const auto transform = findTransform(choice.name);
            transform && (*transform)->needsStatistics(choice.settings))
            return true;
    return std::any_of(plan.layers.begin(), plan.layers.end(), [](const PlanLayer& layer) {
        const auto format = parseLayerFormat(layer.format);
        const auto method = findMethod(layer.method);
        if (!format || format->weight->isUnquantized())
            return false;
        return hasFixedStep(format->activation) || (method && (*method)->needsStatistics());
    });
}

Status checkCalibration(const Plan& plan, bool hasText)
{
    if (!hasText && planNeedsCalibration(plan))
        return fail(ErrorCode::InvalidArgument,
            "This plan needs calibration data: its methods, its sequential mode or what its formats fix beforehand "
            "look "
            "at the inputs of the layers. Give some, or choose the method rtn in independent mode, with formats whose "
            "steps come from the inputs themselves.");
    return {};
}

Status checkWeights(const Project& project, const JobContext& job)
{
    const Checkpoint& checkpoint = project.model.checkpoint;
    std::int64_t done = 0;
    const auto total = static_cast<std::int64_t>(checkpoint.tensors().size());
    for (const auto& [name, tensor] : checkpoint.tensors()) {
        KERF_CHECK(job.checkStop());
        job.progress({ "Checking weights", done++, total, "tensors" });
        if (!isWeightFloat(tensor.dtype))
            continue;
        KERF_CHECK(checkpoint.checkFinite(name));
        checkpoint.release(name);
    }
    return {};
}

Result<std::int64_t> spaceNeeded(
    const Project& project, const Plan& plan, const std::set<std::string>& finished, bool withStatistics)
{
    std::int64_t needed = 0;
    std::set<std::string> sites;
    for (const LayerInfo& layer : project.model.network->layers()) {
        if (finished.contains(layer.name))
            continue;
        KERF_TRY(const FormatPtr format, parseWeightFormat(plan.find(layer.name)->format));
        if (!format->isUnquantized())
            needed += layerBytes(*project.model.network, layer, *format);
        if (withStatistics && sites.insert(layer.site).second)
            needed += layer.shape.cols * layer.shape.cols * static_cast<std::int64_t>(sizeof(float));
    }
    return needed + needed / 10;
}

Status checkSpace(const Project& project, const Workspace& workspace, const Plan& plan, const LayerSink& finished,
    bool withStatistics)
{
    KERF_TRY(const std::vector<RunLayerRow> rows, finished.layers());
    std::set<std::string> names;
    for (const RunLayerRow& row : rows)
        names.insert(row.report.layer);
    KERF_TRY(const std::int64_t needed, spaceNeeded(project, plan, names, withStatistics));
    std::error_code error;
    const fs::space_info space = fs::space(workspace.file().parent_path(), error);
    if (!error && space.available < static_cast<std::uintmax_t>(needed))
        return fail(ErrorCode::DiskFull,
            fmt::format("{}: this job needs about {} MB and {} MB are free. Free some space and start it again.",
                workspace.file().parent_path().string(), needed / 1000000, space.available / 1000000));
    return {};
}

} // namespace kerf::core
