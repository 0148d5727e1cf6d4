// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "core/evaluate/detection_metrics.h"
#include "core/evaluate/precision_curve.h"

namespace kerf::core {
namespace {

double vocArea2007(const PrecisionCurve& curve)
{
    double sum = 0;
    for (int i = 0; i <= 10; ++i) {
        double highest = 0;
        for (std::size_t at = 0; at < curve.recall.size(); ++at)
            if (curve.recall[at] >= i * 0.1)
                highest = std::max(highest, curve.precision[at]);
        sum += highest / 11;
    }
    return sum;
}

double vocArea2010(PrecisionCurve curve)
{
    curve.makeMonotone();
    double sum = 0, before = 0;
    for (std::size_t i = 0; i < curve.recall.size(); ++i) {
        sum += (curve.recall[i] - before) * curve.precision[i];
        before = curve.recall[i];
    }
    return sum;
}

/// VOC's boxes hold their last pixel.
Box withLastPixel(const Box& box)
{
    return { box.x, box.y, box.width + 1, box.height + 1 };
}

std::vector<DetectionOutcome> vocOutcomes(const std::vector<Detection>& found, const std::vector<TruthBox>& truths)
{
    std::vector<DetectionOutcome> outcomes;
    std::vector<bool> isTaken(truths.size());
    for (const Detection& detection : found) {
        std::size_t best = 0;
        double highest = -1;
        for (std::size_t i = 0; i < truths.size(); ++i) {
            const double overlap = overlapOf(withLastPixel(detection.box), withLastPixel(truths[i].box));
            if (overlap > highest) {
                highest = overlap;
                best = i;
            }
        }
        if (highest < 0.5)
            outcomes.push_back(DetectionOutcome::Wrong);
        else if (truths[best].isDifficult)
            outcomes.push_back(DetectionOutcome::Ignored);
        else
            outcomes.push_back(isTaken[best] ? DetectionOutcome::Wrong : DetectionOutcome::Right);
        if (highest >= 0.5)
            isTaken[best] = true;
    }
    return outcomes;
}

CategoryMatches vocMatches(const FoundBoxes& found, const TruthBoxes& truths, std::int64_t category)
{
    CategoryMatches matches;
    for (std::size_t picture = 0; picture < found.size(); ++picture) {
        const std::vector<Detection> sorted = byScore(ofCategory(found[picture], category));
        const std::vector<TruthBox> there = ofCategory(truths[picture], category);
        matches.truths.push_back(static_cast<double>(
            std::ranges::count_if(there, [](const TruthBox& truth) { return !truth.isDifficult; })));
        const std::vector<DetectionOutcome> outcomes = vocOutcomes(sorted, there);
        for (std::size_t i = 0; i < sorted.size(); ++i)
            matches.found.push_back({ sorted[i].score, picture, 0, { outcomes[i] } });
    }
    std::ranges::stable_sort(matches.found, std::ranges::greater {}, &JudgedDetection::score);
    return matches;
}

CategoryNumber vocNumber(VocYear year)
{
    return [year](const CategoryMatches& matches, const PictureWeights& weights) {
        const PrecisionCurve curve = precisionCurve(matches, 0, kMostDetections, weights);
        return year == VocYear::Voc2007 ? vocArea2007(curve) : vocArea2010(curve);
    };
}

} // namespace

std::optional<double> vocAp(const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, VocYear year)
{
    const AllMatches all
        = matchCategories(categories, [&](std::int64_t category) { return vocMatches(found, truths, category); });
    return meanOfCategories(all, PictureWeights(found.size(), 1), vocNumber(year));
}

std::optional<LabelMetric> vocMetric(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, VocYear year)
{
    const AllMatches all
        = matchCategories(categories, [&](std::int64_t category) { return vocMatches(found, truths, category); });
    return detectionMetric(year == VocYear::Voc2007 ? "voc2007_ap" : "voc2010_ap", all, found.size(), vocNumber(year));
}

} // namespace kerf::core
