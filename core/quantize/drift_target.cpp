// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/drift_target.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <vector>

#include <cblas.h>
#include <fmt/format.h>

#include "core/base/parallel.h"
#include "core/calibrate/drift_statistics.h"
#include "core/quantize/output_error.h"
#include "core/quantize/row_tile.h"

namespace kerf::core {
namespace {

// tile · drift, its columns in the order of the factor.
Matrix orderedProduct(const MatrixRef& rows, const Matrix& drift, const FactorizedHessian& factor)
{
    const std::int64_t cols = drift.cols();
    Matrix product(rows.rows(), cols), ordered(rows.rows(), cols);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(rows.rows()), static_cast<int>(cols),
        static_cast<int>(cols), 1.0f, rows.data(), static_cast<int>(rows.outerStride()), drift.data(),
        static_cast<int>(cols), 0.0f, product.data(), static_cast<int>(cols));
    for (std::int64_t k = 0; k < cols; ++k)
        ordered.col(k) = product.col(factor.order[static_cast<std::size_t>(k)]);
    return ordered;
}

// B ((F + I) diag(p) (F + I)ᵀ)⁻¹ in place.
void solveRows(Matrix& rows, const FactorizedHessian& factor)
{
    const auto solve = [&](CBLAS_TRANSPOSE transposed) {
        cblas_strsm(CblasRowMajor, CblasRight, CblasUpper, transposed, CblasUnit, static_cast<int>(rows.rows()),
            static_cast<int>(rows.cols()), 1.0f, factor.feedback.data(), static_cast<int>(rows.cols()), rows.data(),
            static_cast<int>(rows.cols()));
    };
    solve(CblasTrans);
    for (std::int64_t k = 0; k < rows.cols(); ++k)
        rows.col(k) /= static_cast<float>(factor.pivots[k]);
    solve(CblasNoTrans);
}

// Σ A B over all elements of W A Bᵀ in tiles of rows: tr(W A Bᵀ).
Result<double> traceOf(const Matrix& weight, const Matrix& middle, const Matrix& right, const JobContext& job)
{
    std::vector<double> sums(static_cast<std::size_t>(rowTiles(weight.rows())));
    parallelFor(rowTiles(weight.rows()), [&](std::int64_t index) {
        if (job.stopRequested())
            return;
        const std::int64_t first = index * kRowTile, count = std::min(kRowTile, weight.rows() - first);
        Matrix product(count, middle.cols());
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<int>(count), static_cast<int>(middle.cols()),
            static_cast<int>(middle.rows()), 1.0f, &weight(first, 0), static_cast<int>(weight.cols()), middle.data(),
            static_cast<int>(middle.cols()), 0.0f, product.data(), static_cast<int>(middle.cols()));
        sums[static_cast<std::size_t>(index)]
            = product.cast<double>().cwiseProduct(right.middleRows(first, count).cast<double>()).sum();
    });
    KERF_CHECK(job.checkStop());
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// The share that the held windows prefer; 0 where nothing can be said.
Result<double> heldShare(const LayerProblem& problem, LayerReport& report, const JobContext& job)
{
    const DriftStatistics& drift = *problem.drift;
    const MethodSettings& settings = problem.settings;
    if (drift.held.tokens == 0 || drift.fitted.tokens == 0) {
        report.fallbacks.push_back({ "no_held_windows",
            "too few calibration windows to choose the share of the drift that is corrected; it is not corrected" });
        return 0.0;
    }
    SiteFactors own(drift.fitted);
    KERF_TRY(const std::shared_ptr<const FactorizedHessian> factor,
        (problem.fittedFactors ? *problem.fittedFactors : own)
            .get(settings.activationOrder(), settings.number(kHcdDamping),
                problem.format->groupSize(problem.weight.cols()), job));
    if (!factor)
        return 0.0;
    KERF_TRY(const Matrix correction, driftCorrection(problem.weight, drift.fittedDrift, *factor, job));
    // ‖W (f - x) - α M x‖² = const - 2 α tr(W C Mᵀ) + α² tr(M H Mᵀ), up to the common factor.
    KERF_TRY(const double gain, traceOf(problem.weight, drift.heldDrift, correction, job));
    KERF_TRY(const double cost, outputEnergy(correction, drift.held.hessian, job));
    if (!(gain > 0)) {
        if (cost > 0)
            report.fallbacks.push_back(
                { "drift_not_corrected", "the correction does not hold on windows that it was not fitted to" });
        return 0.0;
    }
    return cost > 0 ? std::min(gain / cost, 1.0) : 0.0;
}

} // namespace

MethodSetting driftShareSetting()
{
    MethodSetting share = fractionSetting(kDriftShare, 0);
    share.usual = kHeldOut;
    share.allowed = fmt::format("\"{}\" or {}", kHeldOut, share.allowed);
    share.read = [fraction = share.read](const Json& value) { return value == kHeldOut ? value : fraction(value); };
    share.decidesCodes = false; // inputs drift in sequential mode only
    return share;
}

Result<Matrix> driftCorrection(
    const Matrix& weight, const Matrix& drift, const FactorizedHessian& factor, const JobContext& job)
{
    Matrix correction(weight.rows(), weight.cols());
    parallelFor(rowTiles(weight.rows()), [&](std::int64_t index) {
        if (job.stopRequested())
            return;
        const std::int64_t first = index * kRowTile, count = std::min(kRowTile, weight.rows() - first);
        Matrix rows = orderedProduct(weight.middleRows(first, count), drift, factor);
        solveRows(rows, factor);
        for (std::int64_t k = 0; k < rows.cols(); ++k)
            correction.block(first, factor.order[static_cast<std::size_t>(k)], count, 1) = rows.col(k);
    });
    KERF_CHECK(job.checkStop());
    return correction;
}

Result<Matrix> driftTarget(
    const LayerProblem& problem, const FactorizedHessian& factor, LayerReport& report, const JobContext& job)
{
    const Json& share = problem.settings.value(kDriftShare);
    if (share.is_number()) {
        report.driftShare = share.get<double>();
    } else {
        KERF_TRY(report.driftShare, heldShare(problem, report, job));
    }
    if (report.driftShare == 0)
        return Matrix();
    KERF_TRY(Matrix target, driftCorrection(problem.weight, problem.drift->drift, factor, job));
    target = problem.weight + static_cast<float>(report.driftShare) * target;
    if (target.allFinite())
        return target;
    report.driftShare = 0;
    report.fallbacks.push_back({ "drift_not_corrected", "the corrected target is not finite" });
    return Matrix();
}

} // namespace kerf::core
