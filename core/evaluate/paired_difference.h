// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kerf::core {

/// What a metric is of the mean of its draws.
enum class OfMean {
    Itself,
    Exponential, ///< perplexity: exp of the mean negative log-likelihood
};

/// What two models gave for the same windows or items, one number each.
struct PairedDraws {
    std::span<const double> draws, reference;
    /// Of each, the document or passage it belongs to (clustersOf), which is then drawn whole; empty: each stands
    /// alone.
    std::span<const std::int32_t> clusters {};
};

/// A difference of two metrics and the interval that holds the true one in 95 % of cases.
struct PairedDifference {
    double value = 0;
    double low = 0;
    double high = 0;

    /// Zero is outside: the difference has a sign.
    bool isSignificant() const { return low > 0 || high < 0; }
};

/// Fewer windows (or clusters of them) than this give no interval: resamples of so few say little about their spread.
inline constexpr std::size_t kLeastPairs = 8;
inline constexpr int kResamples = 10000;

/// f(mean of `draws`) - f(mean of `reference`) with its interval by the paired bootstrap (Efron and Tibshirani, "An
/// Introduction to the Bootstrap", 1993, chapter 16): windows are drawn with replacement and both means are taken over
/// the same ones, so that what a text does to both cancels. Of windows in clusters whole clusters are drawn, as many as
/// there are (Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8). The interval is the
/// expanded percentile interval (Hesterberg, "What Teachers Should Know About the Bootstrap", 2015, section 4.3): the
/// percentiles belong to t(n - 1) * sqrt(n / (n - 1)) in place of 1.96, because those of plain resamples are too narrow
/// with few windows. The same bits for the same draws, seed and number of resamples.
/// @pre as many of both, at least two
PairedDifference pairedDifference(
    const PairedDraws& paired, OfMean of, int resamples = kResamples, std::uint64_t seed = 0);

/// A difference and bounds of the true one, each of which is wrong in one of 1 / (1 - confidence) cases.
struct PairedBounds {
    double value = 0;
    double lower = 0;
    double upper = 0;
};

/// The same difference with bounds of any confidence, corrected for bias and skewness: BCa (Efron, "Better Bootstrap
/// Confidence Intervals", JASA 82, 1987; Efron and Tibshirani 1993, section 14.3), the acceleration by the jackknife.
/// For a decision by one side; fewer than some twenty draws (or clusters) do not carry it.
/// @pre as pairedDifference; 0.5 < confidence < 1
PairedBounds pairedBounds(
    const PairedDraws& paired, OfMean of, double confidence, int resamples = kResamples, std::uint64_t seed = 0);

/// The share of resamples below the interval's lower end, with n draws: 0.025 for many, less for few.
double tailOfInterval(std::size_t draws);

} // namespace kerf::core
