// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/layer_artifacts.h"

#include <chrono>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/quantize/bias_correction.h"

namespace kerf::core {

std::string artifactKey(const LayerTask& task, const Matrix& weight, const std::string& statisticsKey)
{
    const std::string weightHash
        = sha256(std::as_bytes(std::span(weight.data(), static_cast<std::size_t>(weight.size()))));
    Hasher hasher;
    hasher.add("quantized layer")
        .add(weightHash)
        .add(static_cast<std::int64_t>(weight.rows()))
        .add(static_cast<std::int64_t>(weight.cols()))
        .add(statisticsKey)
        .add(task.format.weight->name())
        .add(task.method->name())
        .add(ownSettings(*task.method, task.settings).dump())
        .add(static_cast<std::int64_t>(kEngineVersion));
    if (task.fusedLargest > 0)
        hasher.add(static_cast<double>(task.fusedLargest));
    return hasher.hex();
}

std::optional<LayerResult> LayerArtifacts::find(const std::string& key, const JobContext& job) const
{
    if (!m_store.has(key))
        return std::nullopt;
    Result<LayerResult> stored = m_store.load(key);
    if (stored)
        return std::move(*stored);
    job.log(LogLevel::Warning, stored.error().message);
    return std::nullopt;
}

namespace {

Status addCorrection(const LayerTask& task, const Matrix& weight, const SiteWork& site, LayerResult& result)
{
    Result<Vector> shift = biasCorrection(weight, result.tensor, site.statistics);
    if (!shift)
        return fail(shift.error().code, fmt::format("{}: {}", task.layer, shift.error().message));
    result.shift = std::move(*shift);
    return {};
}

} // namespace

Result<LayerArtifacts::Layer> LayerArtifacts::obtain(
    const LayerTask& task, const LayerInputs& inputs, const JobContext& job) const
{
    const auto start = std::chrono::steady_clock::now();
    KERF_TRY(const Matrix weight, inputs.weight());
    Layer layer { artifactKey(task, weight, inputs.statisticsKey), {}, true };
    const bool corrects = task.correctsBias && !inputs.statisticsKey.empty();
    std::optional<LayerResult> found = find(layer.key, job);
    if (found && (!corrects || found->shift.size() > 0)) {
        layer.result = std::move(*found);
        return layer;
    }
    KERF_TRY(SiteWork* const site, inputs.site());
    if (found) { // made without the correction, which decides no code
        layer.result = std::move(*found);
    } else {
        KERF_TRY(layer.result, solveLayer(task, weight, site, job));
    }
    if (corrects && site)
        KERF_CHECK(addCorrection(task, weight, *site, layer.result));
    KERF_CHECK(m_store.store(layer.key, layer.result));
    layer.result.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    layer.isReused = false;
    return layer;
}

} // namespace kerf::core
