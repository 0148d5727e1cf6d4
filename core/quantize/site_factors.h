// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/calibrate/statistics.h"
#include "core/quantize/method.h"

namespace kerf::core {

/// A damped Hessian, its columns in the order in which they are rounded, factorized as H = (F + I) diag(p) (F + I)ᵀ
/// with F strictly upper. Rounding column k after the columns before it were moved by d_j = w_j - q_j is then optimal
/// at w_k + Σ_{j<k} d_j F_jk, and leaves the loss p_k (w_k + Σ - q_k)². This is GPTQ's recursion without the inverse of
/// H: its U = inv(V), V = (F + I) diag(√p) (Frantar et al., GPTQ, Algorithm 1; Chee et al., QuIP, arXiv 2307.13304,
/// theorem 6).
struct FactorizedHessian {
    std::vector<std::int32_t> order; ///< column of the weight that is rounded k-th
    /// [cols, cols]: F strictly above the diagonal; on and below it the damped Hessian itself, its columns in that
    /// order. One matrix, because for wide layers it is the largest thing in memory.
    Matrix feedback;
    VectorD pivots; ///< p, [cols]
    double damping = 0; ///< the fraction of mean(diag H) that was added
    double added = 0; ///< that fraction times mean(diag H)
};

/// The factorizations of one site's Hessian that were asked for: layers of the site and formats share them.
/// Not thread-safe; belongs to the thread that quantizes.
class SiteFactors {
public:
    /// The statistics must outlive this object.
    explicit SiteFactors(const SiteStatistics& statistics)
        : m_statistics(statistics)
    {
    }

    /// Doubles the damping up to 1 until H is positive definite; null when even that does not help (H is zero).
    /// `groupSize` matters for ActivationOrder::GroupAware only. Errors: Cancelled.
    Result<std::shared_ptr<const FactorizedHessian>> get(
        ActivationOrder order, double damping, std::int64_t groupSize, const JobContext& job);

private:
    const SiteStatistics& m_statistics;
    std::map<std::tuple<ActivationOrder, double, std::int64_t>, std::shared_ptr<const FactorizedHessian>> m_factors;
};

/// Columns in the order in which they are rounded (docs/methods.md section 3): stable, ties by index.
std::vector<std::int32_t> roundingOrder(const Vector& diagonal, ActivationOrder order, std::int64_t groupSize);

} // namespace kerf::core
