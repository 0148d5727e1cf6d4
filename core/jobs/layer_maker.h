// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/job_context.h"
#include "core/jobs/artifact_store.h"
#include "core/jobs/layer_sink.h"
#include "core/jobs/project.h"
#include "core/quantize/site_factors.h"
#include "core/workspace/workspace.h"

namespace kerf::core {

/// Statistics of one site and what was factorized from them, while its layers are quantized.
struct SiteWork {
    explicit SiteWork(SiteStatistics from)
        : statistics(std::move(from))
        , factors(statistics)
    {
    }
    explicit SiteWork(SiteWithDrift from)
        : statistics(std::move(from.statistics))
        , factors(statistics)
        , drift(std::move(from.drift))
        , fittedFactors(drift->fitted)
    {
    }
    SiteWork(const SiteWork&) = delete; // the factors refer to the statistics
    SiteWork& operator=(const SiteWork&) = delete;

    SiteStatistics statistics;
    SiteFactors factors;
    std::optional<DriftStatistics> drift;
    std::optional<SiteFactors> fittedFactors;
};

/// Where one layer's inputs come from; each is asked for only when the layer has to be made.
struct LayerInputs {
    std::string statisticsKey; ///< content address of the statistics; empty: data-free
    std::function<Result<Matrix>()> weight;
    std::function<Result<SiteWork*>()> site; ///< may give null: data-free
};

/// Content address of a quantized layer: the hash of everything that decides it. The artifact is the weight's alone:
/// what is done to activations is no part of it.
std::string artifactKey(const Matrix& weight, const std::string& statisticsKey, const Format& format,
    const std::string& method, const MethodSettings& settings);

/// Makes the layers of one plan one after another: takes what is finished, reuses what a run made from the same inputs,
/// quantizes the rest. A layer is on disk (atomically) before it is noted in the sink.
class LayerMaker {
public:
    LayerMaker(const Workspace& workspace, LayerSink& sink, const Plan& plan, const JobContext& job);

    /// The quantized layer; null for one that stays as it is stored.
    /// Errors: Cancelled, Numerical, DiskFull, Io, BadFile.
    Result<std::shared_ptr<const QuantizedTensor>> make(const LayerInfo& layer, const LayerInputs& inputs);

    int done() const { return m_done; }
    int reused() const { return m_reused; }
    /// Layers that the sink did not have before, reused ones among them.
    int added() const { return m_added; }

private:
    Result<std::shared_ptr<const QuantizedTensor>> keep(const LayerInfo& layer, const Format& format);
    std::shared_ptr<const QuantizedTensor> finished(const std::string& layer);
    std::shared_ptr<const QuantizedTensor> taken(
        const std::string& key, const std::string& expectedHash, LayerReport& report);
    Result<LayerResult> quantize(const LayerInfo& layer, const FormatPtr& format, const Method& method,
        const Matrix& weight, const LayerInputs& inputs);
    static Result<float> activationStep(const LayerInfo& layer, const LayerInputs& inputs);

    LayerSink& m_sink;
    const Plan& m_plan;
    std::string m_commonest; ///< format of the plan, which layers that stay as stored could not take
    const JobContext& m_job;
    ArtifactStore m_store;
    int m_done = 0;
    int m_reused = 0;
    int m_added = 0;
};

} // namespace kerf::core
