// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/layer_maker.h"

#include <optional>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/plan/left_out.h"
#include "core/quantize/bias_correction.h"

namespace kerf::core {

LayerMaker::LayerMaker(
    const Network& network, const Workspace& workspace, LayerSink& sink, const Plan& plan, const JobContext& job)
    : m_network(network)
    , m_sink(sink)
    , m_plan(plan)
    , m_commonest(commonestFormat(plan))
    , m_job(job)
    , m_artifacts(workspace.arraysFolder())
{
}

/// Data-free layers have nothing to be corrected by.
bool LayerMaker::corrects(const LayerInfo& layer, const LayerInputs& inputs) const
{
    return m_plan.settings.flag(kBiasCorrection) && !inputs.statisticsKey.empty()
        && takesBiasCorrection(m_network.graph(), layer);
}

Result<LayerMaker::Made> LayerMaker::make(const LayerInfo& layer, const LayerInputs& inputs)
{
    KERF_CHECK(m_job.checkStop());
    m_job.progress({ "Quantizing " + layer.name, m_done, static_cast<std::int64_t>(m_plan.layers.size()), "layers" });
    const PlanLayer& choice = *m_plan.find(layer.name);
    KERF_TRY(const LayerFormat wanted, parseLayerFormat(choice.format));
    if (wanted.weight->isUnquantized())
        return keep(layer, *wanted.weight);
    LayerTask task { layer.name, wanted, nullptr, m_plan.settings };
    task.correctsBias = corrects(layer, inputs);
    if (std::optional<Made> made = finished(layer.name, task.correctsBias)) {
        ++m_done;
        return std::move(*made);
    }
    KERF_TRY(task.method, findMethod(choice.method));
    task.observer = m_plan.observer;
    KERF_TRY(task.fusedLargest, largestOfFused(m_network, layer, *wanted.weight));
    KERF_TRY(LayerArtifacts::Layer obtained, m_artifacts.obtain(task, inputs, m_job));
    m_reused += obtained.isReused ? 1 : 0;
    RunLayerRow row;
    row.report = obtained.result.report;
    row.report.layer = layer.name;
    row.report.format = wanted.name();
    if (hasFixedStep(wanted.activation)) {
        KERF_TRY(const SiteWork* site, inputs.site());
        KERF_TRY(const LayerActivation activation, activationOf(task, site));
        row.activationStep = activation.step;
        row.activationZero = activation.zeroPoint;
    }
    Made made { std::make_shared<const QuantizedTensor>(std::move(obtained.result.tensor)), {} };
    if (task.correctsBias)
        made.shift = std::move(obtained.result.shift);
    row.artifactKey = obtained.key;
    row.tensorHash = contentHash(*made.tensor);
    KERF_CHECK(m_sink.addLayer(row));
    ++m_added;
    tell(row.report);
    ++m_done;
    return made;
}

void LayerMaker::tell(const LayerReport& report)
{
    if (report.driftShare > 0)
        m_job.log(LogLevel::Info,
            fmt::format(
                "{}: {:.0f} % of the drift of its inputs is corrected.", report.layer, 100 * report.driftShare));
    for (const Fallback& fallback : report.fallbacks)
        if (fallback.kind == "under_covered")
            ++m_underCovered;
        else
            m_job.log(LogLevel::Warning, fmt::format("{}: {} ({})", report.layer, fallback.kind, fallback.detail));
}

Result<LayerMaker::Made> LayerMaker::keep(const LayerInfo& layer, const Format& format)
{
    RunLayerRow row;
    row.report.layer = layer.name;
    row.report.format = format.name();
    row.report.bitsPerWeight = format.bitsPerWeight(layer.shape);
    if (const auto left = whyLeftOut(layer, format.name(), m_commonest))
        row.report.fallbacks.push_back({ "left_out", left->text() }); // told once for all such layers, by the job
    KERF_CHECK(m_sink.addLayer(row));
    ++m_done;
    return Made {};
}

std::optional<LayerMaker::Made> LayerMaker::finished(const std::string& layer, bool corrects)
{
    const auto row = m_sink.layer(layer);
    if (!row || !*row || (*row)->artifactKey.empty())
        return std::nullopt;
    std::optional<LayerResult> stored = m_artifacts.find((*row)->artifactKey, m_job);
    if (!stored || contentHash(stored->tensor) != (*row)->tensorHash || (corrects && stored->shift.size() == 0))
        return std::nullopt;
    return Made { std::make_shared<const QuantizedTensor>(std::move(stored->tensor)),
        corrects ? std::move(stored->shift) : Vector() };
}

} // namespace kerf::core
