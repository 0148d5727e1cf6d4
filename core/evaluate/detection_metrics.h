// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/detection.h"
#include "core/evaluate/label_metric.h"

namespace kerf::core {

/// The names of pycocotools' twelve numbers, in its order: ap, ap50, ap75, ap_small, ap_medium, ap_large, ar_1, ar_10,
/// ar_100, ar_small, ar_medium, ar_large.
inline constexpr std::size_t kCocoNumbers = 12;
const std::array<const char*, kCocoNumbers>& cocoNumberNames();

/// The twelve numbers alone; nothing where there is no truth to find (pycocotools: -1).
///
/// In each category and picture the 100 detections with the highest scores, by falling score: each takes the free truth
/// of highest overlap >= t (of equal ones the later), one that counts before one that is ignored. Ignored are crowds,
/// whose overlap is intersection over the detection's area and which may be taken often, and truths whose area is
/// outside the range; what takes one of those, or takes none and lies outside the range itself, counts neither way.
/// Then all pictures' detections by score: precision, made non-increasing, at 101 recalls; the mean over t = .50, .55 …
/// .95 and the categories that have a truth. Areas: small to 32², medium to 96², large, both ends included. Source:
/// cocoapi, cocoeval.py.
/// @pre as many pictures of both; categories inside [0, categories)
std::array<std::optional<double>, kCocoNumbers> cocoNumbers(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories);

/// The same as metrics, with standard errors over pictures (bootstrap) and draws, one a picture, for paired
/// comparisons; those that have nothing to count are left out. `prefix`: "agreement_" where the truths are the
/// original's (truthsFrom).
std::vector<LabelMetric> cocoMetrics(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, const std::string& prefix = {});

enum class VocYear {
    Voc2007, ///< mean of the highest precision at recall >= 0, .1 … 1
    Voc2010, ///< area under the precision, made non-increasing
};
/// PASCAL VOC's mean AP: overlap >= .5 of boxes whose last pixel is inside (one more in each direction); each
/// detection, by falling score, looks at the truth of highest overlap: right when nothing took it before, wrong
/// otherwise; nothing when that is difficult. Nothing where no category has a truth that counts. Source: VOCdevkit,
/// VOCevaldet.m.
std::optional<double> vocAp(const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, VocYear year);
/// The same as a metric: voc2007_ap or voc2010_ap.
std::optional<LabelMetric> vocMetric(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, VocYear year);

} // namespace kerf::core
