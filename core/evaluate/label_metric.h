// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/paired_difference.h"

namespace kerf::core {

/// One score of what a network says against what is right.
struct LabelMetric {
    std::string name; ///< "accuracy", "f1_macro", "entity_f1", "spearman", "cosine_to_original", "ap", …
    double value = 0;
    double standardError = 0;
    /// What the value is the mean of, one an item: of accuracies 1 or 0, of others pseudo-values (resampling.h).
    std::vector<double> draws;
    std::optional<double> original {}; ///< the original's, where another network was scored
    std::optional<PairedDifference> difference {}; ///< from it; nothing with fewer than kLeastPairs items
};

} // namespace kerf::core
