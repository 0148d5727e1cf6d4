// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/json.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/calibrate/statistics.h"
#include "core/model/network.h"
#include "core/model/tensor_folds.h"
#include "core/text/dataset.h"
#include "core/transform/transform_choice.h"

namespace kerf::core {

/// What a transform is fitted to.
struct TransformProblem {
    const Network& network; ///< with the transforms before this one
    /// Statistics of a site's inputs in that network.
    std::function<Result<SiteStatistics>(const std::string& site)> statistics;
    /// Format of every layer, as the plan names it ("int8-channel+a8-token"); layers that stay 16 bit are not in it.
    const std::map<std::string, std::string>& formats;
    const Dataset& data; ///< calibration windows
    const Json& settings; ///< complete
};

/// What was chosen at one site, in words and numbers: stored with the run.
struct TransformNote {
    std::string site;
    std::string text; ///< "ratio 0.55: error 0.0123 instead of 0.0187"
};

/// What a fit found: enough to rebuild the folds.
struct TransformFactors {
    std::string name;
    Json settings; ///< complete
    /// By site: what the site's inputs are divided by, one number a factor of its ScaleProducer. Of bn-fold by
    /// batchNormKey(): what each channel of the norm multiplies by.
    std::map<std::string, VectorD> scales;
    std::vector<TransformNote> notes;
};

/// An exact rewriting of a network and of its statistics, before any rounding. Immutable, pure, deterministic.
class Transform {
public:
    Transform() = default;
    Transform(const Transform&) = delete;
    Transform& operator=(const Transform&) = delete;
    virtual ~Transform() = default;
    virtual const std::string& name() const = 0; ///< "smoothquant", "awq", "rotation", "bn-fold", "cle"
    virtual const std::string& summary() const = 0; ///< one plain sentence with the paper's name
    /// The settings with defaults filled in. Errors: InvalidArgument, naming key and value.
    virtual Result<Json> complete(const Json& settings) const = 0;
    /// Whether it can rewrite this network exactly. Cheap: for lists to choose from. Errors: InvalidArgument, in words.
    virtual Status check(const Network& network, const Json& settings) const
    {
        static_cast<void>(network), static_cast<void>(settings);
        return {};
    }
    /// Whether it multiplies whole rows of layers and nothing else of them: formats whose scales are by row or by group
    /// then round what they round without it, and what was measured of them holds.
    virtual bool scalesRowsAlone() const { return false; }
    /// Whether it can rewrite the inputs that layers read at this site. @pre not scalesRowsAlone()
    virtual bool reaches(const Site& site) const
    {
        static_cast<void>(site);
        return true;
    }
    /// Whether the factors depend on calibration data, and on the formats of the layers.
    virtual bool needsStatistics(const Json& settings) const = 0;
    virtual bool usesFormats(const Json& settings) const = 0;
    /// Whether moveStatistics can move abs-max and mean too; where not, they are measured again.
    virtual bool movesMagnitudes() const = 0;
    /// Errors: InvalidArgument (an architecture that it cannot rewrite exactly, in words), Numerical, Cancelled, Io.
    virtual Result<TransformFactors> fit(const TransformProblem& problem, const JobContext& job) const = 0;
    /// The rewritings of `network` that these factors mean. Errors: InvalidArgument (factors of another model).
    virtual Result<TensorFolds> folds(const Network& network, const TransformFactors& factors) const = 0;
    /// Statistics of a site of `network` as they are after the folds: x -> x / s gives H / (s sᵀ), x -> x Q gives
    /// Qᵀ H Q. Errors: Numerical, when they cannot be computed.
    virtual Status moveStatistics(const Network& network, const TransformFactors& factors, const std::string& site,
        SiteStatistics& statistics) const = 0;
};

/// Errors: InvalidArgument, listing those that exist.
Result<const Transform*> findTransform(std::string_view name);
/// In the order in which they are composed: BatchNorm folding, equalization, rotation, SmoothQuant, AWQ.
std::span<const Transform* const> allTransforms();
/// Whether the factors of some depend on the formats of the layers.
bool useFormats(const std::vector<TransformChoice>& transforms);

const Transform& batchNormFoldTransform();
const Transform& equalizationTransform();
const Transform& smoothQuantTransform();
const Transform& awqTransform();
const Transform& rotationTransform();
/// The setting of rotation that turns queries, keys and the inputs of the MLP's last layer while the network runs.
inline constexpr const char* kOnlineRotation = "online";
/// Whether transforms need a network that itself rotates what passes through it, which no runtime but Kerf does.
bool rotatesOnline(const std::vector<TransformChoice>& transforms);

} // namespace kerf::core
