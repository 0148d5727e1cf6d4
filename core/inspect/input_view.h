// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/job_context.h"
#include "core/base/result.h"
#include "core/calibrate/statistics.h"

namespace kerf::core {

/// An input channel this many times larger than the median one is an outlier.
inline constexpr double kOutlierRatio = 10;

/// What calibration saw at the input of a layer, channel by channel.
struct InputView {
    std::int64_t tokens = 0;
    Vector absMax; ///< max |x_j|, [cols]
    double median = 0; ///< of absMax over the channels that are not dead
    std::vector<std::int64_t> outliers; ///< channels with absMax over kOutlierRatio times the median, ascending
    std::vector<std::int64_t> dead; ///< channels that were 0 in every token, ascending
    Vector diagonal; ///< of the Hessian: 2 mean(x_j²), [cols]
    double trace = 0; ///< of the Hessian
    double outlierShare = 0; ///< of the trace that lies on the outliers

    /// absMax of a channel over the median.
    double ratio(std::int64_t channel) const { return static_cast<double>(absMax[channel]) / median; }
    /// Of the largest channel; 0 when all are dead.
    double largestRatio() const;
};

/// @pre statistics of at least one channel
InputView viewInputs(const SiteStatistics& statistics);

/// Largest absMax over the median one once the inputs are divided by these factors, one a channel; dead ones left out.
double ratioAfter(const InputView& inputs, const VectorD& factors);

/// Eigenvalues of a Hessian, descending.
struct Spectrum {
    std::vector<double> values;
    bool isWhole = true; ///< false: only the largest
    double trace = 0; ///< sum of all

    /// Of the trace, on the first so many.
    double share(std::size_t count) const;
};

/// Up to this width all eigenvalues are computed (LAPACK dsyevd, in double), above it the largest kLargestValues.
inline constexpr std::int64_t kWholeSpectrum = 1536;
inline constexpr int kLargestValues = 64;

/// All eigenvalues of a symmetric matrix, or the largest by subspace iteration with Rayleigh-Ritz (Halko, Martinsson,
/// Tropp, SIAM Review 53, 2011, algorithm 4.4) until they change by less than a thousandth of the largest.
/// Deterministic. Time O(n³), of wide ones O(100 n²) an iteration. Errors: Numerical (not finite), Cancelled.
Result<Spectrum> spectrumOf(const Matrix& hessian, const JobContext& job);

} // namespace kerf::core
