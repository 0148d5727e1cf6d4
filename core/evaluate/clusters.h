// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kerf::core {

/// Which items of a data set belong together: windows of one document, questions on one passage. What is independent of
/// one another, and so what is resampled, are the clusters.
struct Clusters {
    std::vector<std::size_t> ofItem; ///< from 0 in the order of the clusters' first items
    std::size_t count = 0; ///< of them; that of the items where each stands alone
    std::size_t toldApart = 0; ///< documents or passages that are known; 0: none

    /// None is known, or all items are of a single one and stand for it, or each has one of its own.
    bool areItems() const { return count == ofItem.size(); }
};

/// `numbers`: the document or passage of each item, any numbers; of another length than the items, nothing is known.
Clusters clustersOf(std::span<const std::int32_t> numbers, std::size_t items);

/// How many times as large the variance of the values' mean is as if the items were independent (Kish, "Survey
/// Sampling", 1965, section 5.4; the mean's variance between clusters with its k / (k - 1)). 1 where items stand alone
/// or do not differ.
double designEffect(std::span<const double> values, const Clusters& clusters);

/// The same for values that are seldom other than 0 (flips), as a bound of their mean is to be widened by: of a few
/// flips the effect cannot be read off, so that one more is added of which whole clusters would flip together; not
/// below 1 (Rao and Scott, "A simple method for the analysis of clustered binary data", Biometrics 48, 1992); and
/// Student's t of the clusters takes the place of the normal distribution (Korn and Graubard, Survey Methodology 24,
/// 1998). Exactly 1 where items stand alone. @pre 0.5 < confidence < 1
double guardedDesignEffect(std::span<const double> values, const Clusters& clusters, double confidence);

} // namespace kerf::core
