// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/evaluate/entities.h"
#include "core/evaluate/label_metric.h"
#include "core/evaluate/resampling.h"

namespace kerf::core {

/// Classes that were expected and found, one each a text.
struct ClassAnswers {
    std::vector<std::int64_t> expected, found;
    std::int64_t classes = 0;
};
/// accuracy, f1_macro, f1_micro.
std::vector<LabelMetric> classMetrics(const ClassAnswers& answers);

/// Of each sentence.
struct TagAnswers {
    std::vector<std::vector<std::string>> expected, found; ///< tags of its words
};
/// entity_f1, entity_precision, entity_recall, word_accuracy.
std::vector<LabelMetric> tagMetrics(const TagAnswers& answers);

/// spearman and pearson. @pre both vary
std::vector<LabelMetric> correlationMetrics(const std::vector<double>& found, const std::vector<double>& scores);

/// The mean of such values with its standard error.
LabelMetric meanMetric(std::string name, std::vector<double> draws);
/// A metric that is no mean: its error by resampling the items, jackknife pseudo-values in place of draws
/// (core/evaluate/resampling.h). `without`: the statistic without one item.
LabelMetric resampledMetric(std::string name, std::size_t count, const StatisticOf& statistic,
    const std::function<double(std::size_t item)>& without);

/// Sets the original's value of the same name, and the difference from it by paired resampling, item by item: not with
/// fewer than kLeastPairs.
void compareWithOriginal(std::vector<LabelMetric>& metrics, const std::vector<LabelMetric>& original);

} // namespace kerf::core
