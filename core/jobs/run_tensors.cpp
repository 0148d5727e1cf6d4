// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "core/jobs/artifact_store.h"
#include "core/jobs/run_tensors.h"

namespace kerf::core {

Result<QuantizedTensor> loadRunLayer(const Workspace& workspace, RowId run, const std::string& layer)
{
    KERF_TRY(const std::optional<RunLayerRow> row, workspace.runLayer(run, layer));
    if (!row || row->artifactKey.empty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} has no quantized layer {}: it is not finished or stays as it is stored.", run, layer));
    const ArtifactStore store(workspace.arraysFolder());
    KERF_TRY(LayerResult stored, store.load(row->artifactKey));
    if (contentHash(stored.tensor) != row->tensorHash)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is not the layer {} that run {} made. Run the quantization again; only this layer is redone.",
                store.path(row->artifactKey).string(), layer, run));
    return std::move(stored.tensor);
}

Result<RunTensors> loadRunTensors(const Workspace& workspace, RowId run)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    if (row.state != RunState::Done)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} ({}) is not finished: {} of {} layers. Start the same quantization again to go on.",
                run, row.name, row.layersDone, row.layersTotal));
    KERF_TRY(const std::vector<RunLayerRow> rows, workspace.runLayers(run));
    RunTensors tensors;
    for (const RunLayerRow& layer : rows) {
        if (layer.artifactKey.empty())
            continue;
        KERF_TRY(QuantizedTensor tensor, loadRunLayer(workspace, run, layer.report.layer));
        tensors[layer.report.layer] = std::make_shared<const QuantizedTensor>(std::move(tensor));
    }
    return tensors;
}

Result<LayerActivations> loadRunActivations(const Workspace& workspace, RowId run)
{
    KERF_TRY(const std::vector<RunLayerRow> rows, workspace.runLayers(run));
    LayerActivations activations;
    for (const RunLayerRow& row : rows) {
        KERF_TRY(const LayerFormat format, parseLayerFormat(row.report.format));
        if (format.activation != ActivationFormat::None)
            activations[row.report.layer] = { format.activation, row.activationStep };
    }
    return activations;
}

Result<CacheSettings> cacheSettingsWith(
    const Plan& plan, const Network& network, const std::map<int, std::pair<float, float>>& steps)
{
    KERF_TRY(CacheSettings settings, cacheSettings(plan, network));
    for (std::size_t block = 0; block < settings.size(); ++block) {
        if (!settings[block].format->hasFixedStep())
            continue;
        const auto found = steps.find(static_cast<int>(block));
        if (found == steps.end())
            return fail(ErrorCode::BadFile,
                fmt::format("{}: the cache steps of block {} are missing. Start the same quantization again.",
                    plan.name, block));
        settings[block].keyStep = found->second.first;
        settings[block].valueStep = found->second.second;
    }
    return settings;
}

Result<CacheSettings> loadRunCaches(const Workspace& workspace, RowId run, const Network& network)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    KERF_TRY(const auto steps, workspace.cacheSteps(run));
    auto settings = cacheSettingsWith(row.plan, network, steps);
    if (!settings && settings.error().code == ErrorCode::BadFile)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: run {}: {}", workspace.file().string(), run, settings.error().message));
    return settings;
}

Result<Replacements> loadRun(const Workspace& workspace, RowId run)
{
    KERF_TRY(const RunTensors tensors, loadRunTensors(workspace, run));
    KERF_TRY(const LayerActivations activations, loadRunActivations(workspace, run));
    Replacements replacements;
    for (const auto& [name, tensor] : tensors) {
        const auto found = activations.find(name);
        const LayerActivation input = found == activations.end() ? LayerActivation {} : found->second;
        KERF_TRY(replacements[name], makeActivationLinear(tensor, input.format, input.step));
    }
    return replacements;
}

} // namespace kerf::core
