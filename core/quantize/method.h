// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/calibrate/drift_statistics.h"
#include "core/calibrate/statistics.h"
#include "core/format/format.h"
#include "core/quantize/method_settings.h"

namespace kerf::core {

class SiteFactors;

/// What is known about one layer when a method is called.
struct LayerProblem {
    std::string name;
    const Matrix& weight; ///< [rows, cols], finite
    const SiteStatistics* statistics = nullptr; ///< null: data-free
    FormatPtr format;
    MethodSettings settings;
    /// Factorizations of the site's Hessian, shared by the layers that read it (core/quantize/site_factors.h) and by
    /// calls for several formats. Null: factorized for this call alone. Same result either way.
    SiteFactors* factors = nullptr;
    /// How the inputs drifted from those of the original model. Null: not known (independent mode).
    const DriftStatistics* drift = nullptr;
    /// Factorizations of drift->fitted, shared as `factors` are. Null: as there.
    SiteFactors* fittedFactors = nullptr;
};

/// A numerical safeguard that had to act. Counted, stored and shown; none is silent.
struct Fallback {
    std::string kind; ///< "damping_raised", "rtn_instead", "dead_columns", "few_tokens", "left_out", ...
    std::string detail; ///< "damping 0.04 instead of 0.01"
};

struct LayerReport {
    std::string layer;
    std::string format;
    std::string method;
    double bitsPerWeight = 0;
    double relativeError = 0; ///< tr(D H Dᵀ) / tr(W H Wᵀ), D = W - Q, H undamped; 0 without statistics
    double rtnRelativeError = 0; ///< the same for plain round to nearest
    double weightMse = 0; ///< mean (W - Q)²
    double damping = 0; ///< the fraction that was used
    double driftShare = 0; ///< of the drift of the inputs that the layer was corrected for
    double seconds = 0;
    std::vector<Fallback> fallbacks;
};

struct LayerResult {
    QuantizedTensor tensor;
    LayerReport report;
    Vector shift {}; ///< added to the layer's outputs: biasCorrection(); empty: nothing is
};

/// How a format's codes are chosen for one layer: pure, deterministic, asks the job whether to stop.
class Method {
public:
    Method() = default;
    Method(const Method&) = delete;
    Method& operator=(const Method&) = delete;
    virtual ~Method() = default;
    virtual const std::string& name() const = 0; ///< "rtn", "hcd", "gptq"
    virtual const std::string& summary() const = 0; ///< one plain sentence with the paper's name
    virtual bool needsStatistics() const = 0;
    /// Its settings: what it reads of LayerProblem::settings, all of it and nothing else.
    virtual std::span<const MethodSetting* const> settings() const { return {}; }
    /// Whether LayerProblem::drift would be used: costs a second stream through the original blocks.
    virtual bool usesDrift(const MethodSettings&) const { return false; }
    /// Errors: InvalidArgument (shape), Numerical (names the layer), Cancelled.
    virtual Result<LayerResult> quantize(const LayerProblem& problem, const JobContext& job) const = 0;
};

/// The method that is used where none is named: the most accurate one.
inline constexpr const char* kDefaultMethod = "hcd";

/// The method of that name. Errors: InvalidArgument, listing those that exist.
Result<const Method*> findMethod(std::string_view name);
std::span<const Method* const> allMethods();
/// The method's own settings, every value by its name: what of the settings decides its result.
Json ownSettings(const Method& method, const MethodSettings& settings);
/// A method with what its settings change of it: "rtn", "rtn scale_search=false". Equal text: equal codes from equal
/// statistics in independent mode. Of an unknown method its name alone.
std::string methodVariant(std::string_view method, const MethodSettings& settings);

/// tr(D H Dᵀ) / tr(W H Wᵀ) with D = W - Q: 0 is exact, 1 is as bad as dropping the layer. Time O(rows cols²).
double relativeError(const MatrixRef& weight, const MatrixRef& quantized, const MatrixRef& hessian);

} // namespace kerf::core
