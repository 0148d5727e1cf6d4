// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <vector>

namespace kerf::core {

/// Mean of equally weighted independent draws, and its standard error: 0 for a single draw, which tells nothing of it.
struct SampleMean {
    double value = 0;
    double standardError = 0;
};
/// @pre not empty
SampleMean sampleMean(std::span<const double> draws);

/// Variance of one draw around the mean of all, n - 1 in the denominator; 0 for a single draw.
double varianceAround(double mean, std::span<const double> draws);
/// Standard error of the mean of these draws; 0 for a single draw.
double standardErrorAround(double mean, std::span<const double> draws);

/// The middle one, or the mean of the two in the middle. @pre not empty
double median(std::vector<double> values);
/// The same with its standard error from the median absolute deviation (normal draws: sd = 1.4826 MAD, and the median's
/// error is sqrt(pi / 2) of the mean's). @pre not empty
SampleMean sampleMedian(const std::vector<double>& draws);

} // namespace kerf::core
