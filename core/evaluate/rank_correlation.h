// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <span>
#include <vector>

namespace kerf::core {

/// Ranks from 1; equal values share the mean of theirs.
std::vector<double> ranksOf(std::span<const double> values);
/// Product-moment correlation; NaN where one of the two does not vary. @pre as many of both
double pearson(std::span<const double> x, std::span<const double> y);
/// Spearman's: that of the ranks.
double spearman(std::span<const double> x, std::span<const double> y);
/// The same without each of the items in turn, in O(n) each.
std::vector<double> spearmanWithoutEach(std::span<const double> x, std::span<const double> y);

} // namespace kerf::core
