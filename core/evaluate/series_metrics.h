// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/evaluate/label_scores.h"

namespace kerf::core {

/// What forecasts are measured against.
struct SeriesTruth {
    MatrixRef expected; ///< [windows, horizon * columns], step after step
    std::int64_t columns = 1;
    /// Of each column of the series, to measure errors in: from deviationsOf(). Empty: no relative errors.
    std::vector<double> deviations {};
};
/// The standard deviation of each column over all windows and steps, n in the denominator.
std::vector<double> deviationsOf(const MatrixRef& expected, std::int64_t columns);

/// rmse and mae over all steps and columns; rmse_step_1 …, mae_step_1 … of each step of the horizon (of more than one);
/// with deviations also rmse_relative and rmse_relative_step_1 …: each column's errors divided by its deviation, so
/// that 1 is as good as always saying the mean. Errors over windows (bootstrap for root means), draws one a window.
/// Errors: InvalidArgument (another shape, no window, a deviation that is not above 0), Numerical (NaN: which window).
Result<std::vector<LabelMetric>> seriesMetrics(const MatrixRef& found, const SeriesTruth& truth);

/// How far a network whose states are fed back runs away: at each step the root mean square of found - original over
/// that of the original, over all sequences and numbers; 0 where both are 0, infinite where only the original is.
/// @param found    of each step: [sequences, numbers], outputs or one state
/// Errors: InvalidArgument (another number of steps, another shape: which step).
Result<std::vector<double>> relativeErrorByStep(std::span<const Matrix> found, std::span<const Matrix> original);

} // namespace kerf::core
