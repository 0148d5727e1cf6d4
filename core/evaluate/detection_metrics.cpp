// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/detection_metrics.h"

#include <algorithm>

#include "core/evaluate/precision_curve.h"

namespace kerf::core {
namespace {

struct AreaRange {
    double least, most;

    bool holds(double area) const { return area >= least && area <= most; }
};
constexpr std::array kAreas { AreaRange { 0, 1e10 }, AreaRange { 0, 32 * 32 }, AreaRange { 32 * 32, 96 * 96 },
    AreaRange { 96 * 96, 1e10 } };

/// Of a crowd the part of the detection that lies in it.
double cocoOverlap(const Box& found, const TruthBox& truth)
{
    if (!truth.isCrowd)
        return overlapOf(found, truth.box);
    const double width
        = std::min(found.x + found.width, truth.box.x + truth.box.width) - std::max(found.x, truth.box.x);
    const double height
        = std::min(found.y + found.height, truth.box.y + truth.box.height) - std::max(found.y, truth.box.y);
    return width <= 0 || height <= 0 ? 0 : width * height / found.area();
}

/// numpy.linspace(.5, .95, 10)
double cocoThreshold(std::size_t index)
{
    return index + 1 == kOverlapThresholds ? 0.95 : 0.5 + static_cast<double>(index) * ((0.95 - 0.5) / 9);
}

/// The detections of one category in one picture against its truths, of which those that count come first.
class CocoPicture {
public:
    CocoPicture(std::vector<Detection> found, std::vector<TruthBox> truths, const AreaRange& range)
        : m_found(std::move(found))
        , m_truths(std::move(truths))
        , m_range(range)
    {
        std::ranges::stable_sort(m_truths, {}, [this](const TruthBox& truth) { return isIgnored(truth); });
    }
    double counted() const
    {
        return static_cast<double>(
            std::ranges::count_if(m_truths, [this](const TruthBox& truth) { return !isIgnored(truth); }));
    }
    std::vector<DetectionOutcome> match(double threshold) const
    {
        std::vector<DetectionOutcome> outcomes;
        std::vector<bool> isTaken(m_truths.size());
        for (const Detection& detection : m_found) {
            const auto best = bestOf(detection, threshold, isTaken);
            if (!best) {
                outcomes.push_back(
                    m_range.holds(detection.box.area()) ? DetectionOutcome::Wrong : DetectionOutcome::Ignored);
                continue;
            }
            isTaken[*best] = true;
            outcomes.push_back(isIgnored(m_truths[*best]) ? DetectionOutcome::Ignored : DetectionOutcome::Right);
        }
        return outcomes;
    }

private:
    bool isIgnored(const TruthBox& truth) const { return truth.isCrowd || !m_range.holds(truth.area); }
    std::optional<std::size_t> bestOf(
        const Detection& detection, double threshold, const std::vector<bool>& isTaken) const
    {
        std::optional<std::size_t> best;
        double highest = std::min(threshold, 1 - 1e-10);
        for (std::size_t i = 0; i < m_truths.size(); ++i) {
            if (isTaken[i] && !m_truths[i].isCrowd)
                continue;
            if (best && !isIgnored(m_truths[*best]) && isIgnored(m_truths[i]))
                break;
            const double overlap = cocoOverlap(detection.box, m_truths[i]);
            if (overlap < highest)
                continue;
            highest = overlap;
            best = i;
        }
        return best;
    }

    std::vector<Detection> m_found;
    std::vector<TruthBox> m_truths;
    AreaRange m_range;
};

CategoryMatches cocoMatches(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t category, const AreaRange& range)
{
    CategoryMatches matches;
    for (std::size_t picture = 0; picture < found.size(); ++picture) {
        std::vector<Detection> best = byScore(ofCategory(found[picture], category));
        best.resize(std::min<std::size_t>(best.size(), kMostDetections));
        const std::size_t first = matches.found.size();
        for (std::size_t i = 0; i < best.size(); ++i)
            matches.found.push_back({ best[i].score, picture, static_cast<int>(i), {} });
        const CocoPicture judge(std::move(best), ofCategory(truths[picture], category), range);
        matches.truths.push_back(judge.counted());
        for (std::size_t t = 0; t < kOverlapThresholds; ++t) {
            const std::vector<DetectionOutcome> outcomes = judge.match(cocoThreshold(t));
            for (std::size_t i = 0; i < outcomes.size(); ++i)
                matches.found[first + i].outcomes[t] = outcomes[i];
        }
    }
    std::ranges::stable_sort(matches.found, std::ranges::greater {}, &JudgedDetection::score);
    return matches;
}

/// Mean precision at recalls 0, .01 … 1.
double cocoArea(PrecisionCurve curve)
{
    curve.makeMonotone();
    double sum = 0;
    std::size_t at = 0;
    for (int i = 0; i <= 100; ++i) {
        while (at < curve.recall.size() && curve.recall[at] < i * 0.01)
            ++at;
        sum += at < curve.recall.size() ? curve.precision[at] : 0;
    }
    return sum / 101;
}

double meanOver(std::size_t first, std::size_t end, const std::function<double(std::size_t)>& value)
{
    double sum = 0;
    for (std::size_t t = first; t < end; ++t)
        sum += value(t);
    return sum / static_cast<double>(end - first);
}

/// One of the twelve: in which range of areas, and how.
struct CocoNumber {
    const char* name;
    std::size_t area, firstThreshold, endThreshold;
    int most;
    bool isRecall;

    double of(const CategoryMatches& matches, const PictureWeights& weights) const
    {
        return meanOver(firstThreshold, endThreshold, [&](std::size_t t) {
            const PrecisionCurve curve = precisionCurve(matches, t, most, weights);
            return isRecall ? curve.lastRecall() : cocoArea(curve);
        });
    }
};
constexpr std::array<CocoNumber, kCocoNumbers> kNumbers { { { "ap", 0, 0, 10, 100, false },
    { "ap50", 0, 0, 1, 100, false }, { "ap75", 0, 5, 6, 100, false }, { "ap_small", 1, 0, 10, 100, false },
    { "ap_medium", 2, 0, 10, 100, false }, { "ap_large", 3, 0, 10, 100, false }, { "ar_1", 0, 0, 10, 1, true },
    { "ar_10", 0, 0, 10, 10, true }, { "ar_100", 0, 0, 10, 100, true }, { "ar_small", 1, 0, 10, 100, true },
    { "ar_medium", 2, 0, 10, 100, true }, { "ar_large", 3, 0, 10, 100, true } } };

std::array<AllMatches, kAreas.size()> cocoAreas(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories)
{
    std::array<AllMatches, kAreas.size()> areas;
    for (std::size_t i = 0; i < areas.size(); ++i)
        areas[i] = matchCategories(
            categories, [&](std::int64_t category) { return cocoMatches(found, truths, category, kAreas[i]); });
    return areas;
}

} // namespace

const std::array<const char*, kCocoNumbers>& cocoNumberNames()
{
    static const auto names = [] {
        std::array<const char*, kCocoNumbers> all {};
        std::ranges::transform(kNumbers, all.begin(), &CocoNumber::name);
        return all;
    }();
    return names;
}

std::array<std::optional<double>, kCocoNumbers> cocoNumbers(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories)
{
    const auto areas = cocoAreas(found, truths, categories);
    std::array<std::optional<double>, kCocoNumbers> numbers;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = meanOfCategories(areas[kNumbers[i].area], PictureWeights(found.size(), 1),
            [i](const CategoryMatches& matches, const PictureWeights& weights) {
                return kNumbers[i].of(matches, weights);
            });
    return numbers;
}

std::vector<LabelMetric> cocoMetrics(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, const std::string& prefix)
{
    const auto areas = cocoAreas(found, truths, categories);
    std::vector<LabelMetric> metrics;
    for (const CocoNumber& number : kNumbers) {
        auto metric = detectionMetric(prefix + number.name, areas[number.area], found.size(),
            [&number](
                const CategoryMatches& matches, const PictureWeights& weights) { return number.of(matches, weights); });
        if (metric)
            metrics.push_back(std::move(*metric));
    }
    return metrics;
}

} // namespace kerf::core
