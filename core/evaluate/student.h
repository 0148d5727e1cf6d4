// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

namespace kerf::core {

/// The 97.5 % quantile of Student's t: mean ± t · s holds 95 %. @pre degrees >= 1
double studentQuantile(int degrees);

/// Mean and spread of a few draws.
struct Draws {
    double mean = 0;
    double variance = 0; ///< of one draw, n - 1 in the denominator; 0 for a single one
    int count = 0;

    /// Half the width of the interval that holds the true mean in 95 % of cases.
    double halfWidthOfMean() const;
    /// Half the width of the interval that holds the next draw in 95 % of cases.
    double halfWidthOfNext() const;
};

/// `leastVariance`: what is known of a draw's variance from within it, so that draws that agree by luck do not claim
/// more than that. @pre not empty
Draws drawsOf(const std::vector<double>& values, double leastVariance = 0);

} // namespace kerf::core
