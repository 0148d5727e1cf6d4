// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/precision_curve.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/resampling.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostGroups = 200; ///< of pictures, of which each is left out once

double truthsOf(const CategoryMatches& matches, const PictureWeights& weights)
{
    return std::inner_product(matches.truths.begin(), matches.truths.end(), weights.begin(), 0.0);
}

} // namespace

PrecisionCurve precisionCurve(
    const CategoryMatches& matches, std::size_t threshold, int most, const PictureWeights& weights)
{
    const double truths = truthsOf(matches, weights);
    PrecisionCurve curve;
    double right = 0, wrong = 0;
    for (const JudgedDetection& judged : matches.found) {
        const double weight = weights[judged.picture];
        if (judged.rank >= most || weight == 0)
            continue;
        right += judged.outcomes[threshold] == DetectionOutcome::Right ? weight : 0;
        wrong += judged.outcomes[threshold] == DetectionOutcome::Wrong ? weight : 0;
        curve.recall.push_back(right / truths);
        curve.precision.push_back(right / (right + wrong + std::numeric_limits<double>::epsilon()));
    }
    return curve;
}

std::vector<Detection> byScore(std::vector<Detection> found)
{
    std::ranges::stable_sort(found, std::ranges::greater {}, &Detection::score);
    return found;
}

std::optional<double> meanOfCategories(
    const AllMatches& all, const PictureWeights& weights, const CategoryNumber& number)
{
    double sum = 0, categories = 0;
    for (const CategoryMatches& matches : all)
        if (truthsOf(matches, weights) > 0) {
            sum += number(matches, weights);
            ++categories;
        }
    return categories > 0 ? std::optional(sum / categories) : std::nullopt;
}

std::optional<LabelMetric> detectionMetric(
    const std::string& name, const AllMatches& all, std::size_t pictures, const CategoryNumber& number)
{
    const std::optional<double> value = meanOfCategories(all, PictureWeights(pictures, 1), number);
    if (!value)
        return std::nullopt;
    const std::size_t groups = std::min(pictures, kMostGroups);
    std::vector<double> without(groups);
    parallelFor(static_cast<std::int64_t>(groups), [&](std::int64_t group) {
        PictureWeights weights(pictures, 1);
        for (auto picture = static_cast<std::size_t>(group); picture < pictures; picture += groups)
            weights[picture] = 0;
        // Nothing is left of a set whose only truths lie in this group: it tells nothing of the spread.
        without[static_cast<std::size_t>(group)] = meanOfCategories(all, weights, number).value_or(*value);
    });
    LabelMetric metric;
    metric.name = name;
    metric.value = *value;
    metric.draws = pseudoValues(groups, *value, [&](std::size_t group) { return without[group]; });
    metric.standardError = sampleMean(metric.draws).standardError;
    return metric;
}

AllMatches matchCategories(std::int64_t categories, const std::function<CategoryMatches(std::int64_t)>& of)
{
    AllMatches all;
    for (std::int64_t category = 0; category < categories; ++category)
        all.push_back(of(category));
    return all;
}

} // namespace kerf::core
