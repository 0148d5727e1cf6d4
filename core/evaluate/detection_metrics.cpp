// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/detection_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/sample_mean.h"
#include "core/evaluate/resampling.h"

namespace kerf::core {
namespace {

constexpr std::size_t kThresholds = 10;
constexpr int kMostFound = 100; ///< of a category in a picture
constexpr std::size_t kMostGroups = 200; ///< of pictures, of which each is left out once

enum class Outcome : std::uint8_t { Wrong, Right, Ignored };

/// What became of one detection, at each threshold of overlap.
struct Judged {
    double score;
    std::size_t picture;
    int rank; ///< among those of its category in its picture, from 0
    std::array<Outcome, kThresholds> outcomes;
};

/// One category: all detections by falling score, and how many truths of each picture count.
struct CategoryMatches {
    std::vector<Judged> found;
    std::vector<double> truths;
};

/// How often each picture is counted: 1 of the whole, more or less in resamples.
using Weights = std::vector<double>;

struct AreaRange {
    double least, most;

    bool holds(double area) const { return area >= least && area <= most; }
};
constexpr std::array kAreas { AreaRange { 0, 1e10 }, AreaRange { 0, 32 * 32 }, AreaRange { 32 * 32, 96 * 96 },
    AreaRange { 96 * 96, 1e10 } };

/// Detections or truths of one category in one picture.
template <class T> std::vector<T> ofCategory(const std::vector<T>& all, std::int64_t category)
{
    std::vector<T> some;
    std::ranges::copy_if(
        all, std::back_inserter(some), [category](const T& each) { return each.category == category; });
    return some;
}

std::vector<Detection> byScore(std::vector<Detection> found)
{
    std::ranges::stable_sort(found, std::ranges::greater {}, &Detection::score);
    return found;
}

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
    return index + 1 == kThresholds ? 0.95 : 0.5 + static_cast<double>(index) * ((0.95 - 0.5) / 9);
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
    std::vector<Outcome> match(double threshold) const
    {
        std::vector<Outcome> outcomes;
        std::vector<bool> isTaken(m_truths.size());
        for (const Detection& detection : m_found) {
            const auto best = bestOf(detection, threshold, isTaken);
            if (!best) {
                outcomes.push_back(m_range.holds(detection.box.area()) ? Outcome::Wrong : Outcome::Ignored);
                continue;
            }
            isTaken[*best] = true;
            outcomes.push_back(isIgnored(m_truths[*best]) ? Outcome::Ignored : Outcome::Right);
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
        best.resize(std::min<std::size_t>(best.size(), kMostFound));
        const std::size_t first = matches.found.size();
        for (std::size_t i = 0; i < best.size(); ++i)
            matches.found.push_back({ best[i].score, picture, static_cast<int>(i), {} });
        const CocoPicture judge(std::move(best), ofCategory(truths[picture], category), range);
        matches.truths.push_back(judge.counted());
        for (std::size_t t = 0; t < kThresholds; ++t) {
            const std::vector<Outcome> outcomes = judge.match(cocoThreshold(t));
            for (std::size_t i = 0; i < outcomes.size(); ++i)
                matches.found[first + i].outcomes[t] = outcomes[i];
        }
    }
    std::ranges::stable_sort(matches.found, std::ranges::greater {}, &Judged::score);
    return matches;
}

/// Recall and precision after each detection.
struct Curve {
    std::vector<double> recall, precision;

    double lastRecall() const { return recall.empty() ? 0 : recall.back(); }
    /// From the right, no precision is lower than one behind it.
    void makeMonotone()
    {
        for (std::size_t i = precision.size(); i-- > 1;)
            precision[i - 1] = std::max(precision[i - 1], precision[i]);
    }
};

double truthsOf(const CategoryMatches& matches, const Weights& weights)
{
    return std::inner_product(matches.truths.begin(), matches.truths.end(), weights.begin(), 0.0);
}

Curve curveOf(const CategoryMatches& matches, std::size_t threshold, int most, const Weights& weights)
{
    const double truths = truthsOf(matches, weights);
    Curve curve;
    double right = 0, wrong = 0;
    for (const Judged& judged : matches.found) {
        const double weight = weights[judged.picture];
        if (judged.rank >= most || weight == 0)
            continue;
        right += judged.outcomes[threshold] == Outcome::Right ? weight : 0;
        wrong += judged.outcomes[threshold] == Outcome::Wrong ? weight : 0;
        curve.recall.push_back(right / truths);
        curve.precision.push_back(right / (right + wrong + std::numeric_limits<double>::epsilon()));
    }
    return curve;
}

/// Mean precision at recalls 0, .01 … 1.
double cocoArea(Curve curve)
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

double vocArea2007(const Curve& curve)
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

double vocArea2010(Curve curve)
{
    curve.makeMonotone();
    double sum = 0, before = 0;
    for (std::size_t i = 0; i < curve.recall.size(); ++i) {
        sum += (curve.recall[i] - before) * curve.precision[i];
        before = curve.recall[i];
    }
    return sum;
}

/// What one number makes of one category that has truths.
using CategoryNumber = std::function<double(const CategoryMatches&, const Weights&)>;

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

    double of(const CategoryMatches& matches, const Weights& weights) const
    {
        return meanOver(firstThreshold, endThreshold, [&](std::size_t t) {
            const Curve curve = curveOf(matches, t, most, weights);
            return isRecall ? curve.lastRecall() : cocoArea(curve);
        });
    }
};
constexpr std::array<CocoNumber, kCocoNumbers> kNumbers { { { "ap", 0, 0, 10, 100, false },
    { "ap50", 0, 0, 1, 100, false }, { "ap75", 0, 5, 6, 100, false }, { "ap_small", 1, 0, 10, 100, false },
    { "ap_medium", 2, 0, 10, 100, false }, { "ap_large", 3, 0, 10, 100, false }, { "ar_1", 0, 0, 10, 1, true },
    { "ar_10", 0, 0, 10, 10, true }, { "ar_100", 0, 0, 10, 100, true }, { "ar_small", 1, 0, 10, 100, true },
    { "ar_medium", 2, 0, 10, 100, true }, { "ar_large", 3, 0, 10, 100, true } } };

/// Of all categories.
using AllMatches = std::vector<CategoryMatches>;

/// The mean over categories that have a truth; nothing where none has.
std::optional<double> meanOfCategories(const AllMatches& all, const Weights& weights, const CategoryNumber& number)
{
    double sum = 0, categories = 0;
    for (const CategoryMatches& matches : all)
        if (truthsOf(matches, weights) > 0) {
            sum += number(matches, weights);
            ++categories;
        }
    return categories > 0 ? std::optional(sum / categories) : std::nullopt;
}

/// With its error over pictures by the jackknife, in which groups of pictures are left out where there are many (Shao
/// and Tu, "The Jackknife and Bootstrap", 1995, section 2.3): a bootstrap would sum up every curve a thousand times.
std::optional<LabelMetric> metricOf(
    const std::string& name, const AllMatches& all, std::size_t pictures, const CategoryNumber& number)
{
    const std::optional<double> value = meanOfCategories(all, Weights(pictures, 1), number);
    if (!value)
        return std::nullopt;
    const std::size_t groups = std::min(pictures, kMostGroups);
    std::vector<double> without(groups);
    parallelFor(static_cast<std::int64_t>(groups), [&](std::int64_t group) {
        Weights weights(pictures, 1);
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

AllMatches allMatches(std::int64_t categories, const std::function<CategoryMatches(std::int64_t)>& of)
{
    AllMatches all;
    for (std::int64_t category = 0; category < categories; ++category)
        all.push_back(of(category));
    return all;
}

std::array<AllMatches, kAreas.size()> cocoAreas(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories)
{
    std::array<AllMatches, kAreas.size()> areas;
    for (std::size_t i = 0; i < areas.size(); ++i)
        areas[i] = allMatches(
            categories, [&](std::int64_t category) { return cocoMatches(found, truths, category, kAreas[i]); });
    return areas;
}

/// VOC's boxes hold their last pixel.
Box withLastPixel(const Box& box)
{
    return { box.x, box.y, box.width + 1, box.height + 1 };
}

std::vector<Outcome> vocOutcomes(const std::vector<Detection>& found, const std::vector<TruthBox>& truths)
{
    std::vector<Outcome> outcomes;
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
            outcomes.push_back(Outcome::Wrong);
        else if (truths[best].isDifficult)
            outcomes.push_back(Outcome::Ignored);
        else
            outcomes.push_back(isTaken[best] ? Outcome::Wrong : Outcome::Right);
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
        const std::vector<Outcome> outcomes = vocOutcomes(sorted, there);
        for (std::size_t i = 0; i < sorted.size(); ++i)
            matches.found.push_back({ sorted[i].score, picture, 0, { outcomes[i] } });
    }
    std::ranges::stable_sort(matches.found, std::ranges::greater {}, &Judged::score);
    return matches;
}

CategoryNumber vocNumber(VocYear year)
{
    return [year](const CategoryMatches& matches, const Weights& weights) {
        const Curve curve = curveOf(matches, 0, kMostFound, weights);
        return year == VocYear::Voc2007 ? vocArea2007(curve) : vocArea2010(curve);
    };
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
        numbers[i] = meanOfCategories(areas[kNumbers[i].area], Weights(found.size(), 1),
            [i](const CategoryMatches& matches, const Weights& weights) { return kNumbers[i].of(matches, weights); });
    return numbers;
}

std::vector<LabelMetric> cocoMetrics(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, const std::string& prefix)
{
    const auto areas = cocoAreas(found, truths, categories);
    std::vector<LabelMetric> metrics;
    for (const CocoNumber& number : kNumbers) {
        auto metric = metricOf(prefix + number.name, areas[number.area], found.size(),
            [&number](const CategoryMatches& matches, const Weights& weights) { return number.of(matches, weights); });
        if (metric)
            metrics.push_back(std::move(*metric));
    }
    return metrics;
}

std::optional<double> vocAp(const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, VocYear year)
{
    const AllMatches all
        = allMatches(categories, [&](std::int64_t category) { return vocMatches(found, truths, category); });
    return meanOfCategories(all, Weights(found.size(), 1), vocNumber(year));
}

std::optional<LabelMetric> vocMetric(
    const FoundBoxes& found, const TruthBoxes& truths, std::int64_t categories, VocYear year)
{
    const AllMatches all
        = allMatches(categories, [&](std::int64_t category) { return vocMatches(found, truths, category); });
    return metricOf(year == VocYear::Voc2007 ? "voc2007_ap" : "voc2010_ap", all, found.size(), vocNumber(year));
}

} // namespace kerf::core
