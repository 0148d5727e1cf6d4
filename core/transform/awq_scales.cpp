// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/transform/no_settings.h"
#include "core/transform/scale_transform.h"
#include "core/transform/site_search.h"

namespace kerf::core {
namespace {

constexpr int kRatios = 20;
constexpr double kSmallestScale = 1e-4;
constexpr std::int64_t kRankedRows = 256; ///< of each layer, for the ranking of all candidates
constexpr std::size_t kMeasured = 5; ///< candidates that are measured in full

struct Candidate {
    double ratio = 0;
    bool byWeights = false;
    VectorD scales; ///< one a factor
    double error = 0;
};

/// Mean of the columns that share a factor.
VectorD byFactor(const Site& site, const Vector& columns)
{
    const std::vector<std::int32_t>& factorOf = site.producer->factorOf;
    const auto factors = static_cast<Eigen::Index>(site.producer->rowOf.size());
    VectorD sums = VectorD::Zero(factors), counts = VectorD::Zero(factors);
    for (std::size_t j = 0; j < factorOf.size(); ++j) {
        sums[factorOf[j]] += static_cast<double>(columns[static_cast<Eigen::Index>(j)]);
        counts[factorOf[j]] += 1;
    }
    return sums.cwiseQuotient(counts);
}

/// x^r, or x^r / w^(1-r); normalized by the square root of largest times smallest. Dead inputs and columns of zeros
/// would meet the floors and shift everything else: they keep 1 and are left out of the normalization.
VectorD candidateScales(const VectorD& inputs, const VectorD& weights, double ratio, bool byWeights)
{
    VectorD scales = VectorD::Ones(inputs.size());
    double largest = 0, smallest = 0;
    for (std::int64_t j = 0; j < inputs.size(); ++j) {
        if (!(inputs[j] > 0) || !(weights[j] > 0))
            continue;
        double scale = std::pow(inputs[j], ratio);
        if (byWeights)
            scale /= std::pow(weights[j], 1 - ratio) + kSmallestScale;
        scales[j] = std::isfinite(scale) ? std::max(scale, kSmallestScale) : 1.0;
        largest = std::max(largest, scales[j]);
        smallest = smallest == 0 ? scales[j] : std::min(smallest, scales[j]);
    }
    if (largest == 0)
        return scales;
    const double middle = std::sqrt(largest * smallest);
    for (std::int64_t j = 0; j < inputs.size(); ++j)
        if (inputs[j] > 0 && weights[j] > 0)
            scales[j] /= middle;
    return scales;
}

class AwqScales final : public ScaleTransform {
public:
    const std::string& name() const override { return m_name; }
    const std::string& summary() const override { return m_summary; }

    Result<Json> complete(const Json& settings) const override { return completeNoSettings(m_name, settings); }

    bool reaches(const Site& site) const override { return site.producer && site.groups == 1; }

    Result<TransformFactors> fit(const TransformProblem& problem, const JobContext& job) const override
    {
        TransformFactors factors;
        KERF_CHECK(SiteSearch(problem, job).forEachSite([&](SearchedSite& site) {
            return searchSite(problem, site, factors);
        }));
        return factors;
    }

private:
    static Result<std::vector<Candidate>> rankedCandidates(const TransformProblem& problem, SearchedSite& site)
    {
        KERF_TRY(const Vector means, site.columnMeans());
        const VectorD inputs = byFactor(site.site(), site.statistics().meanAbs);
        const VectorD weights = byFactor(site.site(), means);
        std::vector<Candidate> candidates;
        for (const bool byWeights : { false, true })
            for (int i = byWeights ? 0 : 1; i < kRatios; ++i) {
                Candidate candidate { static_cast<double>(i) / kRatios, byWeights, {}, 0 };
                candidate.scales = storableFactors(
                    problem.network, site.site(), candidateScales(inputs, weights, candidate.ratio, byWeights));
                KERF_TRY(candidate.error, site.hessianError(columnFactors(site.site(), candidate.scales), kRankedRows));
                candidates.push_back(std::move(candidate));
            }
        std::stable_sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.error < b.error; });
        return candidates;
    }

    /// Behind v and up the site's one reader is linear, so the Hessian gives the error of its outputs over all
    /// calibration tokens; in front of attention and activation the sub-module is run for the most promising.
    static Status searchSite(const TransformProblem& problem, SearchedSite& site, TransformFactors& factors)
    {
        const bool isLinear = site.site().producer->kind != ScaleProducer::Kind::Norm;
        const auto errorOf = [&](const VectorD& scales) {
            const VectorD columns = columnFactors(site.site(), scales);
            return isLinear ? site.hessianError(columns) : site.moduleError(columns);
        };
        KERF_TRY(std::vector<Candidate> candidates, rankedCandidates(problem, site));
        candidates.resize(std::min(candidates.size(), kMeasured));
        KERF_TRY(
            const double plain, errorOf(VectorD::Ones(static_cast<Eigen::Index>(site.site().producer->rowOf.size()))));
        if (!std::isfinite(plain))
            return fail(ErrorCode::Numerical,
                fmt::format("{}: rounding its weights to the nearest code gives no finite output.", site.site().id));
        const Candidate* best = nullptr;
        double bestError = plain;
        for (Candidate& candidate : candidates) {
            KERF_TRY(const double error, errorOf(candidate.scales));
            if (!(error < bestError)) // also keeps the identity on ties and when nothing is finite
                continue;
            bestError = error;
            best = &candidate;
        }
        const std::string& name = site.site().id;
        if (!best) {
            factors.notes.push_back({ name, fmt::format("no scaling: error {:.4g}", plain) });
            return {};
        }
        factors.scales[name] = best->scales;
        factors.notes.push_back({ name,
            fmt::format("ratio {:.2f}{}: error {:.4g} instead of {:.4g}", best->ratio,
                best->byWeights ? " with weights" : "", bestError, plain) });
        return {};
    }

    std::string m_name = "awq";
    std::string m_summary
        = "AWQ: scales up the weights of channels with large inputs, exactly, before they are rounded (Lin et al. "
          "2023).";
};

} // namespace

const Transform& awqTransform()
{
    static const AwqScales transform;
    return transform;
}

} // namespace kerf::core
