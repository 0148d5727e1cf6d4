// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/transform/scale_site.h"
#include "core/transform/transform.h"

namespace kerf::core {

/// The hidden states that go into a block, for a few calibration windows, and its weights.
struct SearchBlock {
    int index = 0;
    std::shared_ptr<const BlockWeights> weights;
    Hidden hidden;
};

/// A site while its factors are searched.
class SearchedSite {
public:
    SearchedSite(const TransformProblem& problem, const Site& site, const SearchBlock& block, SiteStatistics statistics,
        const JobContext& job);

    const Site& site() const { return m_site; }
    const SiteStatistics& statistics() const { return m_statistics; }
    /// max |W_rj| over the rows of all layers that read the site, [cols].
    Result<Vector> columnMaxima() const;
    /// mean of |W_rj| / max|W| of its group over the rows of all quantized layers that read the site, [cols].
    Result<Vector> columnMeans() const;

    /// Σ tr(D H Dᵀ) over the quantized layers that read the site, D = Q(W s) / s - W, one factor a column. With a
    /// limit, so many rows of each layer at most, evenly spread: enough to rank factors. Errors: Cancelled.
    Result<double> hessianError(const VectorD& columns, std::int64_t rowLimit = 0) const;
    /// Mean square of the change of the sub-module's output (self_attn for q k v, mlp for gate and up) over the windows
    /// when its quantized layers run with Q(W s) / s. Errors: as Network::runBlock.
    Result<double> moduleError(const VectorD& columns);
    /// Mean square of the change of the outputs of the layers that read the site when weights run as Q(W s) and inputs
    /// x / s rounded as their activation format says (8 bits a token where it says nothing). Errors: as
    /// Network::runBlock.
    Result<double> roundedOutputError(const VectorD& columns);

private:
    Result<Matrix> rounded(
        const LayerInfo& layer, const MatrixRef& weight, const VectorD& columns, bool divideBack) const;
    Result<Matrix> inputsOf(const Site& wanted, const Replacements& replacements) const;
    std::vector<const LayerInfo*> readers() const;

    const TransformProblem& m_problem;
    const Site& m_site;
    const SearchBlock& m_block;
    SiteStatistics m_statistics;
    const JobContext& m_job;
    std::optional<Matrix> m_next; ///< inputs of the next site, nothing rounded
    std::optional<Matrix> m_inputs; ///< inputs of the site
};

/// Goes through the blocks with a few calibration windows.
class SiteSearch {
public:
    /// Tokens of the windows that are run at most (one window at least).
    static constexpr std::int64_t kTokens = 4096;

    SiteSearch(const TransformProblem& problem, const JobContext& job)
        : m_problem(problem)
        , m_job(job)
    {
    }
    /// Calls visit for every site with such a producer that a quantized layer reads, in the network's order.
    Status forEachSite(ScaleProducer::Kind producer, const std::function<Status(SearchedSite&)>& visit) const;
    /// The same with any producer, but for sites of convolutions in groups.
    Status forEachSite(const std::function<Status(SearchedSite&)>& visit) const;

private:
    Result<Hidden> firstWindows() const;
    Status visitSites(const std::vector<const Site*>& sites, const std::function<Status(SearchedSite&)>& visit) const;

    const TransformProblem& m_problem;
    const JobContext& m_job;
};

} // namespace kerf::core
