// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

namespace kerf::core {

/// The t with P(T <= t) = share for Student's t; with the share that is given, mean ± t · s holds 95 %. Up to 10
/// degrees by its closed form (Abramowitz and Stegun, 26.7.3 and 26.7.4), from 11 on by Cornish and Fisher's expansion
/// (26.7.5), which is less than 1e-4 off up to a share of 0.99. @pre degrees >= 1, 0.5 <= share < 1
double studentQuantile(int degrees, double share = 0.975);

/// Mean and spread of a few draws.
struct Draws {
    double mean = 0;
    double variance = 0; ///< of one draw, n - 1 in the denominator; 0 for a single one
    int count = 0;

    /// Half the width of the interval that holds the true mean in 95 % of cases.
    double halfWidthOfMean() const;
    /// Half the width of an interval for the next draw, each end of which is passed in one of 1 / (1 - confidence)
    /// cases: as it is, it holds that draw in 95 %.
    double halfWidthOfNext(double confidence = 0.975) const;
};

/// `leastVariance`: what is known of a draw's variance from within it, so that draws that agree by luck do not claim
/// more than that. @pre not empty
Draws drawsOf(const std::vector<double>& values, double leastVariance = 0);

} // namespace kerf::core
