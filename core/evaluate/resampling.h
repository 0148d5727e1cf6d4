// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace kerf::core {

/// A number that is made of some of a data set's items, each as often as it is named.
using StatisticOf = std::function<double(std::span<const std::size_t> items)>;

inline constexpr int kSpreadResamples = 1000;

/// Standard error of a statistic that is no mean (F1, a rank correlation): its deviation over resamples of the items,
/// drawn with replacement (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 6). Resamples in
/// which it is not defined (NaN) are left out. The same for the same statistic. @pre count > 1
double bootstrapError(std::size_t count, const StatisticOf& statistic);

/// What stands for such a statistic's value of each item where two of them are compared item by item: jackknife
/// pseudo-values n t - (n - 1) t(without item) (the same book, chapter 11), shifted so that their mean is t itself.
/// @param without the statistic without one item
std::vector<double> pseudoValues(
    std::size_t count, double whole, const std::function<double(std::size_t item)>& without);

} // namespace kerf::core
