// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluate/detection.h"
#include "core/evaluate/label_metric.h"

namespace kerf::core {

/// Thresholds of overlap at which COCO judges; VOC's is the first.
inline constexpr std::size_t kOverlapThresholds = 10;
inline constexpr int kMostDetections = 100; ///< of a category in a picture

enum class DetectionOutcome : std::uint8_t { Wrong, Right, Ignored };

/// What became of one detection, at each threshold of overlap.
struct JudgedDetection {
    double score;
    std::size_t picture;
    int rank; ///< among those of its category in its picture, from 0
    std::array<DetectionOutcome, kOverlapThresholds> outcomes;
};

/// One category: all detections by falling score, and how many truths of each picture count.
struct CategoryMatches {
    std::vector<JudgedDetection> found;
    std::vector<double> truths;
};

/// How often each picture is counted: 1 of the whole, more or less in resamples.
using PictureWeights = std::vector<double>;

/// Recall and precision after each detection.
struct PrecisionCurve {
    std::vector<double> recall, precision;

    double lastRecall() const { return recall.empty() ? 0 : recall.back(); }
    /// From the right, no precision is lower than one behind it.
    void makeMonotone()
    {
        for (std::size_t i = precision.size(); i-- > 1;)
            precision[i - 1] = std::max(precision[i - 1], precision[i]);
    }
};

/// @param most Detections of a picture, of highest score, that count.
PrecisionCurve precisionCurve(
    const CategoryMatches& matches, std::size_t threshold, int most, const PictureWeights& weights);

/// Detections or truths of one category in one picture.
template <class T> std::vector<T> ofCategory(const std::vector<T>& all, std::int64_t category)
{
    std::vector<T> some;
    std::ranges::copy_if(
        all, std::back_inserter(some), [category](const T& each) { return each.category == category; });
    return some;
}

/// By falling score; equal ones keep their order.
std::vector<Detection> byScore(std::vector<Detection> found);

/// What one number makes of one category that has truths.
using CategoryNumber = std::function<double(const CategoryMatches&, const PictureWeights&)>;

/// Of all categories.
using AllMatches = std::vector<CategoryMatches>;
AllMatches matchCategories(std::int64_t categories, const std::function<CategoryMatches(std::int64_t)>& of);

/// The mean over categories that have a truth; nothing where none has.
std::optional<double> meanOfCategories(
    const AllMatches& all, const PictureWeights& weights, const CategoryNumber& number);

/// With its error over pictures by the jackknife, in which groups of pictures are left out where there are many (Shao
/// and Tu, "The Jackknife and Bootstrap", 1995, section 2.3): a bootstrap would sum up every curve a thousand times.
std::optional<LabelMetric> detectionMetric(
    const std::string& name, const AllMatches& all, std::size_t pictures, const CategoryNumber& number);

} // namespace kerf::core
