// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/layer_maker.h"

#include <chrono>
#include <span>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/format/layer_format.h"
#include "core/graph/activation_linear.h"
#include "core/plan/left_out.h"

namespace kerf::core {

using TensorPtr = std::shared_ptr<const QuantizedTensor>;

std::string artifactKey(const Matrix& weight, const std::string& statisticsKey, const Format& format,
    const std::string& method, const MethodSettings& settings)
{
    const std::string weightHash
        = sha256(std::as_bytes(std::span(weight.data(), static_cast<std::size_t>(weight.size()))));
    return Hasher()
        .add("quantized layer")
        .add(weightHash)
        .add(static_cast<std::int64_t>(weight.rows()))
        .add(static_cast<std::int64_t>(weight.cols()))
        .add(statisticsKey)
        .add(format.name())
        .add(method)
        .add(toJson(settings).dump())
        .add(static_cast<std::int64_t>(kEngineVersion))
        .hex();
}

LayerMaker::LayerMaker(const Workspace& workspace, LayerSink& sink, const Plan& plan, const JobContext& job)
    : m_sink(sink)
    , m_plan(plan)
    , m_commonest(commonestFormat(plan))
    , m_job(job)
    , m_store(workspace.arraysFolder())
{
}

Result<TensorPtr> LayerMaker::make(const LayerInfo& layer, const LayerInputs& inputs)
{
    KERF_CHECK(m_job.checkStop());
    m_job.progress({ "Quantizing " + layer.name, m_done, static_cast<std::int64_t>(m_plan.layers.size()), "layers" });
    const PlanLayer& choice = *m_plan.find(layer.name);
    KERF_TRY(const LayerFormat wanted, parseLayerFormat(choice.format));
    const FormatPtr& format = wanted.weight;
    if (format->isUnquantized())
        return keep(layer, *format);
    if (TensorPtr tensor = finished(layer.name)) {
        ++m_done;
        return tensor;
    }
    const auto start = std::chrono::steady_clock::now();
    KERF_TRY(const Method* method, findMethod(choice.method));
    KERF_TRY(const Matrix weight, inputs.weight());
    const std::string key = artifactKey(weight, inputs.statisticsKey, *format, choice.method, m_plan.settings);
    RunLayerRow row;
    TensorPtr tensor = taken(key, {}, row.report);
    if (tensor) {
        ++m_reused;
    } else {
        KERF_TRY(LayerResult result, quantize(layer, format, *method, weight, inputs));
        KERF_CHECK(m_store.store(key, result));
        row.report = result.report;
        tensor = std::make_shared<const QuantizedTensor>(std::move(result.tensor));
        row.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    row.report.layer = layer.name;
    row.report.format = wanted.name();
    if (wanted.activation == ActivationFormat::Int8Tensor) {
        KERF_TRY(row.activationStep, activationStep(layer, inputs));
    }
    row.artifactKey = key;
    row.tensorHash = contentHash(*tensor);
    KERF_CHECK(m_sink.addLayer(row));
    ++m_added;
    if (row.report.driftShare > 0)
        m_job.log(LogLevel::Info,
            fmt::format(
                "{}: {:.0f} % of the drift of its inputs is corrected.", layer.name, 100 * row.report.driftShare));
    for (const Fallback& fallback : row.report.fallbacks)
        m_job.log(LogLevel::Warning, fmt::format("{}: {} ({})", layer.name, fallback.kind, fallback.detail));
    ++m_done;
    return tensor;
}

Result<TensorPtr> LayerMaker::keep(const LayerInfo& layer, const Format& format)
{
    RunLayerRow row;
    row.report.layer = layer.name;
    row.report.format = format.name();
    row.report.bitsPerWeight = format.bitsPerWeight(layer.shape);
    if (const auto left = whyLeftOut(layer, format.name(), m_commonest))
        row.report.fallbacks.push_back({ "left_out", left->text() }); // told once for all such layers, by the job
    KERF_CHECK(m_sink.addLayer(row));
    ++m_done;
    return TensorPtr();
}

TensorPtr LayerMaker::finished(const std::string& layer)
{
    const auto row = m_sink.layer(layer);
    if (!row || !*row || (*row)->artifactKey.empty())
        return nullptr;
    LayerReport ignored;
    return taken((*row)->artifactKey, (*row)->tensorHash, ignored);
}

/// An artifact that is on disk and whole; a damaged one is reported and made anew.
TensorPtr LayerMaker::taken(const std::string& key, const std::string& expectedHash, LayerReport& report)
{
    if (!m_store.has(key))
        return nullptr;
    auto stored = m_store.load(key);
    if (!stored) {
        m_job.log(LogLevel::Warning, stored.error().message);
        return nullptr;
    }
    if (!expectedHash.empty() && contentHash(stored->tensor) != expectedHash)
        return nullptr;
    report = stored->report;
    return std::make_shared<const QuantizedTensor>(std::move(stored->tensor));
}

Result<LayerResult> LayerMaker::quantize(const LayerInfo& layer, const FormatPtr& format, const Method& method,
    const Matrix& weight, const LayerInputs& inputs)
{
    KERF_TRY(SiteWork* const site, inputs.site());
    if (!site && method.needsStatistics())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs a calibration text; give one or choose rtn.", layer.name, method.name()));
    LayerProblem problem { layer.name, weight, site ? &site->statistics : nullptr, format, m_plan.settings,
        site ? &site->factors : nullptr };
    if (site && site->drift) {
        problem.drift = &*site->drift;
        problem.fittedFactors = &*site->fittedFactors;
    }
    return method.quantize(problem, m_job.withProgress({}));
}

/// The fixed step of a8-tensor, from the layer's own statistics.
Result<float> LayerMaker::activationStep(const LayerInfo& layer, const LayerInputs& inputs)
{
    KERF_TRY(SiteWork* const site, inputs.site());
    if (!site)
        return staticActivationStep(layer.name, 0, 0);
    return staticActivationStep(layer.name, site->statistics.tokens, site->statistics.absMax.maxCoeff());
}

} // namespace kerf::core
