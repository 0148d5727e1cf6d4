// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/calibrate/value_range.h"
#include "core/model/network.h"
#include "core/task/samples.h"

namespace kerf::core {

/// What calibration recorded at one site (the input shared by q/k/v, or by gate/up, or of o, or of down).
struct SiteStatistics {
    std::int64_t tokens = 0;
    /// H = (2 / tokens) * sum of x xᵀ, [cols, cols], symmetric. float32 products, double sums of chunks
    /// (Frantar et al., GPTQ, arXiv 2210.17323, section 3.3; the factor by tokens as in GPTQModel). Of a site whose
    /// layers have groups the blocks on its diagonal alone, one below the other: [cols, cols / groups].
    Matrix hessian;
    Vector absMax; ///< max |x_j|
    Vector meanAbs; ///< mean |x_j|
    /// Tokens that went through the block: more than `tokens` where a router sent some of them elsewhere; 0: not known.
    std::int64_t passed = 0;
    ValueRange range {}; ///< of all its numbers; empty where samples are windows of tokens
    Vector mean {}; ///< mean x_j; empty: not known, of files from before it was kept

    std::int64_t groups() const { return hessian.cols() > 0 ? hessian.rows() / hessian.cols() : 1; }
    Vector diagonal() const; ///< of H, [cols]
    /// What is known of the columns of one group.
    SiteStatistics ofGroup(std::int64_t group) const;
};

/// Fewest tokens that the layers of an expert are fitted to: 256, or 0.5 % of those that went through its block (docs/
/// methods.md, "Experts").
std::int64_t leastCoverage(std::int64_t passed);
/// Whether a router sent it fewer: `tokens` of `passed` that went through the block.
bool isUnderCovered(std::int64_t tokens, std::int64_t passed);

/// Accumulates SiteStatistics over batches, in their order. Memory: 8 cols² / groups bytes.
class StatisticsAccumulator {
public:
    /// `rowsOfSample`: 0 where they differ, as those of texts do: then there is no range.
    explicit StatisticsAccumulator(std::int64_t cols, std::int64_t groups = 1, std::int64_t rowsOfSample = 0);
    StatisticsAccumulator(const Graph& graph, const Site& site);
    static std::int64_t bytes(const Site& site) { return 8 * site.width * site.width / site.groups; } ///< of memory
    void add(const MatrixRef& x); ///< x [tokens, cols]; same result for any thread count
    SiteStatistics finish() const;

private:
    std::int64_t m_tokens = 0;
    std::int64_t m_rowsOfSample;
    ValueRange m_range;
    MatrixD m_sum;
    Vector m_absMax;
    VectorD m_sumAbs, m_sums;
};

/// Statistics of every site of a model for one calibration set, one file a site in a folder addressed by
/// hash(model, tokens, engine version). Files are written atomically; a stopped calibration goes on where it was.
class StatisticsCache {
public:
    /// Opens (or creates) the folder. Errors: Io.
    static Result<StatisticsCache> open(
        const std::filesystem::path& root, const std::string& modelHash, const std::string& datasetHash);

    const std::string& key() const { return m_key; }
    const std::filesystem::path& folder() const { return m_folder; }
    bool has(const std::string& site) const;
    Result<SiteStatistics> load(const std::string& site) const;
    Status store(const std::string& site, const SiteStatistics& statistics) const;

private:
    StatisticsCache() = default;

    std::string m_key;
    std::filesystem::path m_folder;
};

/// Takes the samples through the original network, block by block, and fills the cache with what is missing: in one
/// pass, or in several through a block whose Hessians are large together (experts). Memory: one block's weights, 512 MB
/// of Hessians (or one, where that is larger), the hidden states of all samples.
/// Errors: Numerical (names the block), Cancelled, Io.
Status calibrate(const Network& network, const Samples& samples, const StatisticsCache& cache, const JobContext& job);

} // namespace kerf::core
