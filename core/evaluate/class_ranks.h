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

/// How many classes come before one: those with a larger logit, and equal ones with a lower number. 0: it is the
/// answer. NaN comes before every number, so a broken network is never right by chance.
std::int64_t rankOfClass(std::span<const float> logits, std::int64_t label);

/// top1 and, of more than five classes, top5: the share of samples whose label's rank is below 1 and 5. Draws are 1 or
/// 0, so that two models are compared item by item (McNemar). @param logits [samples, classes] Errors: InvalidArgument
/// (another number of labels, a label that is no class: which sample; no sample).
Result<std::vector<LabelMetric>> rankMetrics(const MatrixRef& logits, std::span<const std::int64_t> labels);

/// Without labels: top1_agreement (the share of samples whose answer is the original's) and, of more than five classes,
/// top5_agreement (the original's answer is among the first five). Errors: InvalidArgument (other shapes, no sample).
Result<std::vector<LabelMetric>> agreementMetrics(const MatrixRef& logits, const MatrixRef& original);

/// Of probabilities that are one number a sample (is it speech?), against the original's: agreement (both on the same
/// side of the threshold, at least it being yes), probability_difference (mean |p - p'|) and, where there are labels (0
/// or 1, both there), auc: the chance that a yes has the higher probability (equal ones count half), by ranks. Errors:
/// InvalidArgument (other sizes, no sample, another label).
Result<std::vector<LabelMetric>> probabilityMetrics(std::span<const double> probabilities,
    std::span<const double> original, double threshold, std::span<const std::int64_t> labels = {});

} // namespace kerf::core
