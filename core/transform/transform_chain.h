// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/task/samples.h"
#include "core/text/dataset.h"
#include "core/transform/transform.h"

namespace kerf::core {

/// What a chain is fitted to.
struct ChainInputs {
    std::shared_ptr<const Network> network; ///< the original
    std::string modelHash;
    const std::vector<TransformChoice>& transforms;
    std::map<std::string, std::string> formats; ///< of the quantized layers, by name
    std::string datasetHash; ///< empty: no calibration text
    std::int64_t engineVersion = 0;
};

/// The transforms of a plan, fitted one after another: each to the network and the statistics that those before it
/// leave. Immutable. An empty chain is the original network.
class TransformChain {
public:
    /// Statistics of a site of the original network.
    using Statistics = std::function<Result<SiteStatistics>(const std::string& site)>;
    /// Statistics of a site of a rewritten network, measured; `key` addresses that network.
    using Measured = std::function<Result<SiteStatistics>(
        const Network& network, const std::string& key, const std::string& site)>;

    TransformChain() = default;
    /// Content address of the factors: everything that decides them. Empty for no transforms.
    static std::string keyOf(const ChainInputs& inputs);
    /// Fits, and verifies every fold on the model before anything is rounded: the outputs of a few samples change by
    /// less than 1e-5 of their root mean square. Without `data` the samples are random. Errors: InvalidArgument (a
    /// network that cannot be rewritten; no calibration text where one is needed), Numerical (a fold that changes the
    /// function: named), Cancelled, Io.
    static Result<TransformChain> fit(const ChainInputs& inputs, const Dataset* data, const Statistics& statistics,
        const Measured& measured, const JobContext& job);
    /// Factors that were stored. Errors: BadFile, Io.
    static Result<TransformChain> load(const ChainInputs& inputs, const std::filesystem::path& file);
    /// Written atomically: scales as F64 tensors "<step>/<site>", settings and notes in the metadata. Returns the
    /// SHA-256 of the file. Errors: DiskFull, Io.
    Result<std::string> store(const std::filesystem::path& file) const;

    bool isEmpty() const { return m_steps.empty(); }
    const std::string& key() const { return m_key; }
    /// The rewritten network; tensors that nothing quantizes hold exactly what an export writes.
    const std::shared_ptr<const Network>& network() const { return m_network; }
    /// The rewritings, for exporters; null for an empty chain.
    std::shared_ptr<const TensorFolds> folds() const { return m_folds; }
    /// Bytes that an export has more than the source: the head of a model that shared it with the embedding.
    std::int64_t addedBytes() const;
    const std::vector<TransformFactors>& factors() const { return m_factors; }

    /// What moved the statistics of a site; empty where nothing did, so that its layers keep the keys they have without
    /// a chain.
    std::string siteKey(const std::string& site) const;
    /// Moves statistics of the original network to the rewritten one; `measured` is asked for what cannot be moved.
    /// Errors: Numerical, those of `measured`.
    Status moveStatistics(const std::string& site, SiteStatistics& statistics, const Measured& measured) const;

private:
    struct Step {
        const Transform* transform = nullptr;
        std::shared_ptr<const Network> before; ///< the network that it rewrites
    };

    static Result<TransformChain> start(const ChainInputs& inputs);
    Status append(const Transform& transform, TransformFactors factors);
    void finish(const ChainInputs& inputs);

    std::string m_key;
    std::vector<Step> m_steps;
    std::vector<TransformFactors> m_factors;
    std::shared_ptr<const Network> m_exact; ///< rewritten, nothing rounded
    std::shared_ptr<const TensorFolds> m_exactFolds;
    std::shared_ptr<const TensorFolds> m_folds;
    std::shared_ptr<const Network> m_network;
};

/// Root mean square of the change of an output over that of the output itself, for a few samples: the largest of all
/// outputs. Errors: those of reading, as Network::runBlock, Cancelled.
Result<double> relativeChange(
    const Network& before, const Network& after, const Samples& samples, const JobContext& job);

} // namespace kerf::core
