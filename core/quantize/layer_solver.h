// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/format/layer_format.h"
#include "core/graph/activation_linear.h"
#include "core/graph/linear.h"
#include "core/model/network.h"
#include "core/quantize/method.h"
#include "core/quantize/observer.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {

/// Statistics of one site and what was factorized from them, while its layers are solved.
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

/// Keeps the site that was asked for last: layers of a site stand together in a network. Not thread-safe.
class LastSite {
public:
    using Read = std::function<Result<SiteStatistics>(const std::string& site)>;

    explicit LastSite(Read read)
        : m_read(std::move(read))
    {
    }
    /// Valid until another site is asked for. Errors: those of reading it.
    Result<SiteWork*> at(const std::string& site);

private:
    Read m_read;
    std::string m_name;
    std::unique_ptr<SiteWork> m_work;
};

/// What is to become of one layer.
struct LayerTask {
    std::string layer;
    LayerFormat format; ///< quantizes the weight
    const Method* method = nullptr;
    MethodSettings settings;
    float fusedLargest = 0; ///< largestOfFused()
    Observer observer = kUsualObserver; ///< of u8-tensor
    bool correctsBias = false; ///< LayerResult::shift is wanted
};

/// The largest |w| of all layers that serving engines run as one with this one (LayerInfo::tie), for a format whose one
/// scale of the whole weight they then take for all of them: vLLM reads q, k and v with the largest of their scales. 0
/// for other formats and for layers that stand alone. Errors: those of reading the weights.
Result<float> largestOfFused(const Network& network, const LayerInfo& layer, const Format& format);

/// Chooses the layer's codes: the one way from a weight and its site to a quantized layer. `site` may be null:
/// data-free. An expert that calibration hardly saw (isUnderCovered) is rounded to nearest, as a fallback tells.
/// Errors: InvalidArgument: the method needs statistics and there is no site; those of Method::quantize.
Result<LayerResult> solveLayer(const LayerTask& task, const Matrix& weight, SiteWork* site, const JobContext& job);

/// How the layer's inputs are rounded: its activation format with what calibration fixes of it, which only formats with
/// a fixed step ask `site` for. Errors: as staticActivationStep and quantizerOf.
Result<LayerActivation> activationOf(const LayerTask& task, const SiteWork* site);

/// The operator that runs these codes in place of the layer. `site` is asked for only when the format has a fixed step.
/// Errors: those of `site`, activationOf and makeActivationLinear.
Result<LinearPtr> solvedOperator(
    const LayerTask& task, QuantizedTensor tensor, const std::function<Result<SiteWork*>()>& site);

} // namespace kerf::core
