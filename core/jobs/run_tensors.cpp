// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>

#include "core/graph/shifted_linear.h"
#include "core/jobs/artifact_store.h"
#include "core/jobs/run_tensors.h"
#include "core/quantize/bias_correction.h"

namespace kerf::core {

Result<RunLayers> RunLayers::open(const Workspace& workspace, RowId run)
{
    RunLayers layers(workspace.arraysFolder(), run);
    KERF_TRY(const std::vector<RunLayerRow> rows, workspace.runLayers(run));
    for (const RunLayerRow& row : rows)
        if (!row.artifactKey.empty())
            layers.m_artifacts.emplace(row.report.layer, Artifact { row.artifactKey, row.tensorHash });
    return layers;
}

std::vector<std::string> RunLayers::names() const
{
    std::vector<std::string> names;
    for (const auto& [name, artifact] : m_artifacts)
        names.push_back(name);
    return names;
}

Result<LayerResult> RunLayers::loadWhole(const std::string& layer) const
{
    const auto found = m_artifacts.find(layer);
    if (found == m_artifacts.end())
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "Run {} has no quantized layer {}: it is not finished or stays as it is stored.", m_run, layer));
    const ArtifactStore store(m_arrays);
    KERF_TRY(ArtifactStore::Stored stored, store.load(found->second.key));
    if (stored.hash != found->second.hash)
        return fail(ErrorCode::BadFile,
            fmt::format(
                "{}: is not the layer {} that run {} made. Run the quantization again; only this layer is redone.",
                store.path(found->second.key).string(), layer, m_run));
    return LayerResult(std::move(stored));
}

Result<QuantizedTensor> RunLayers::load(const std::string& layer) const
{
    KERF_TRY(LayerResult found, loadWhole(layer));
    return std::move(found.tensor);
}

std::optional<std::string> RunLayers::hash(const std::string& layer) const
{
    const auto found = m_artifacts.find(layer);
    return found == m_artifacts.end() ? std::nullopt : std::optional(found->second.hash);
}

Result<RunTensors> loadRunTensors(const Workspace& workspace, RowId run)
{
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    if (row.state != RunState::Done)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} ({}) is not finished: {} of {} layers. Start the same quantization again to go on.",
                run, row.name, row.layersDone, row.layersTotal));
    KERF_TRY(const RunLayers layers, RunLayers::open(workspace, run));
    RunTensors tensors;
    for (const std::string& name : layers.names()) {
        KERF_TRY(QuantizedTensor tensor, layers.load(name));
        tensors[name] = std::make_shared<const QuantizedTensor>(std::move(tensor));
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
            activations[row.report.layer] = { format.activation, row.activationStep, row.activationZero };
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

Result<LayerShifts> loadRunShifts(const Workspace& workspace, RowId run, const Network& network)
{
    LayerShifts shifts;
    KERF_TRY(const RunRow row, workspace.run(std::to_string(run)));
    if (!row.plan.settings.flag(kBiasCorrection) || row.provenance.datasetHash.empty())
        return shifts;
    KERF_TRY(const RunLayers layers, RunLayers::open(workspace, run));
    for (const std::string& name : layers.names()) {
        const LayerInfo* info = findLayer(network, name);
        if (!info || !takesBiasCorrection(network.graph(), *info))
            continue;
        KERF_TRY(LayerResult found, layers.loadWhole(name));
        if (found.shift.size() == 0)
            return fail(ErrorCode::BadFile,
                fmt::format("Run {} ({}): the bias correction of {} is not on disk any more. Run the quantization "
                            "again; only what is missing is redone.",
                    row.id, row.name, name));
        shifts[name] = std::move(found.shift);
    }
    return shifts;
}

Result<Replacements> replacementsOf(
    const RunTensors& tensors, const LayerActivations& activations, const LayerShifts& shifts)
{
    Replacements replacements;
    for (const auto& [name, tensor] : tensors) {
        const auto found = activations.find(name);
        const LayerActivation input = found == activations.end() ? LayerActivation {} : found->second;
        KERF_TRY(LinearPtr linear, makeActivationLinear(tensor, input));
        const auto shift = shifts.find(name);
        replacements[name] = shift == shifts.end() ? linear : makeShiftedLinear(linear, shift->second);
    }
    return replacements;
}

} // namespace kerf::core
