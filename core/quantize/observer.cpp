// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/observer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

namespace kerf::core {
namespace {

constexpr std::array kObservers {
    ObserverInfo { Observer::Mse, "mse", "The range for which the mean squared rounding error is least." },
    ObserverInfo { Observer::MinMax, "min-max", "From the smallest to the largest number that calibration saw." },
    ObserverInfo { Observer::Mean, "mean", "The mean over samples of each sample's smallest and largest number." },
    ObserverInfo { Observer::Percentile, "percentile", "The range that holds 99.999 % of the numbers." },
    ObserverInfo { Observer::Entropy, "entropy", "The range for which the histogram diverges least (TensorRT)." },
};

constexpr int kSteps = 255;

/// Ends of what bytes cover; 0 lies between them.
struct Ends {
    double low = 0, high = 0;
};

ValueQuantizer quantizerFor(const Ends& ends)
{
    const auto scale = static_cast<float>((ends.high - ends.low) / kSteps);
    if (!(scale >= std::numeric_limits<float>::min()))
        return { 1.0f, 0 };
    const double zero = std::nearbyint(-ends.low / static_cast<double>(scale));
    return { scale, static_cast<int>(std::clamp(zero, 0.0, static_cast<double>(kSteps))) };
}

/// Shrinks one end after the other to the best of a hundred places, until neither moves.
Ends leastError(const ValueRange& range, const Ends& whole)
{
    constexpr int kPlaces = 100, kRounds = 3;
    int low = kPlaces, high = kPlaces; // hundredths
    const auto at = [&](int l, int h) { return Ends { whole.low * l / kPlaces, whole.high * h / kPlaces }; };
    double least = roundingError(range, quantizerFor(whole));
    const auto tryEnd = [&](int& end, bool isLow) {
        const int before = end;
        for (int place = kPlaces; place > 0; --place) {
            const double error = roundingError(range, quantizerFor(isLow ? at(place, high) : at(low, place)));
            if (error < least) {
                least = error;
                end = place;
            }
        }
        return end != before;
    };
    for (int round = 0; round < kRounds; ++round) {
        const bool movesHigh = whole.high > 0 && tryEnd(high, false);
        const bool movesLow = whole.low < 0 && tryEnd(low, true);
        if (!movesHigh && !movesLow)
            break;
    }
    return at(low, high);
}

/// Ends that leave out as many numbers: half of the share on each side, or all of it where numbers lie on one alone.
Ends percentileEnds(const ValueRange& range, const Ends& whole)
{
    constexpr double kLeftOut = 1e-5;
    const auto total = static_cast<double>(range.total());
    const bool hasBoth = whole.low < 0 && whole.high > 0;
    const double cut = total * kLeftOut / (hasBoth ? 2 : 1);
    Ends ends;
    double outside = 0;
    for (std::int64_t bin = 2 * ValueRange::kHalf - 1; bin >= ValueRange::kHalf; --bin) {
        outside += static_cast<double>(range.counts[static_cast<std::size_t>(bin)]);
        if (outside > cut) {
            ends.high = std::min(whole.high, range.middleOf(bin) + range.binWidth() / 2);
            break;
        }
    }
    outside = 0;
    for (std::int64_t bin = 0; bin < ValueRange::kHalf; ++bin) {
        outside += static_cast<double>(range.counts[static_cast<std::size_t>(bin)]);
        if (outside > cut) {
            ends.low = std::max(whole.low, range.middleOf(bin) - range.binWidth() / 2);
            break;
        }
    }
    return ends;
}

/// Numbers by magnitude, in 2048 bins.
std::vector<double> magnitudes(const ValueRange& range)
{
    constexpr std::int64_t kBins = 2048, kJoined = ValueRange::kHalf / kBins;
    std::vector<double> bins(kBins);
    for (std::int64_t i = 0; i < ValueRange::kHalf; ++i)
        bins[static_cast<std::size_t>(i / kJoined)]
            += static_cast<double>(range.counts[static_cast<std::size_t>(ValueRange::kHalf + i)]
                + range.counts[static_cast<std::size_t>(ValueRange::kHalf - 1 - i)]);
    return bins;
}

/// KL(p || q) of two histograms that are no distributions yet; what is 0 in one gets a little of the rest.
double divergence(const std::vector<double>& p, const std::vector<double>& q)
{
    constexpr double kLittle = 1e-4;
    const auto sum = [](const std::vector<double>& of) {
        double total = 0;
        for (const double value : of)
            total += value;
        return total;
    };
    const double ofP = sum(p), ofQ = sum(q);
    if (!(ofP > 0) || !(ofQ > 0))
        return std::numeric_limits<double>::infinity();
    const auto smooth = [&](const std::vector<double>& of, double total) {
        const auto zeros = static_cast<double>(std::ranges::count(of, 0.0));
        const auto others = static_cast<double>(of.size()) - zeros;
        std::vector<double> made(of.size());
        for (std::size_t i = 0; i < of.size(); ++i)
            made[i] = of[i] > 0 ? std::max(of[i] / total - kLittle * zeros / others, kLittle * kLittle) : kLittle;
        return made;
    };
    const std::vector<double> a = smooth(p, ofP), b = smooth(q, ofQ);
    double result = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        result += a[i] * std::log(a[i] / b[i]);
    return result;
}

/// The first `used` bins in so many levels, each of which is spread evenly over its bins that are not empty.
std::vector<double> inLevels(const std::vector<double>& bins, std::size_t used, std::size_t levels)
{
    std::vector<double> made(used);
    for (std::size_t level = 0; level < levels; ++level) {
        const std::size_t first = level * used / levels, end = (level + 1) * used / levels;
        double mass = 0, filled = 0;
        for (std::size_t i = first; i < end; ++i) {
            mass += bins[i];
            filled += bins[i] > 0 ? 1 : 0;
        }
        for (std::size_t i = first; i < end; ++i)
            made[i] = bins[i] > 0 ? mass / filled : 0;
    }
    return made;
}

/// The magnitude up to which the histogram, with what lies beyond put into its last bin, is told best by its levels:
/// 128 for numbers of both signs, 256 where they have one.
Ends leastDivergence(const ValueRange& range, const Ends& whole)
{
    const std::vector<double> bins = magnitudes(range);
    const double width = range.binWidth() * static_cast<double>(ValueRange::kHalf) / static_cast<double>(bins.size());
    const std::size_t levels = whole.low < 0 && whole.high > 0 ? 128 : 256;
    const auto lastUsed = static_cast<std::size_t>(
        std::ranges::find_if(bins.rbegin(), bins.rend(), [](double count) { return count > 0; }).base() - bins.begin());
    double least = std::numeric_limits<double>::infinity(), beyond = 0,
           threshold = width * static_cast<double>(lastUsed);
    for (std::size_t used = lastUsed; used >= levels; --used) {
        std::vector<double> clipped(bins.begin(), bins.begin() + static_cast<std::ptrdiff_t>(used));
        clipped.back() += beyond;
        if (const double found = divergence(clipped, inLevels(bins, used, levels)); found < least) {
            least = found;
            threshold = width * static_cast<double>(used);
        }
        beyond += bins[used - 1];
    }
    return { std::max(whole.low, -threshold), std::min(whole.high, threshold) };
}

Ends endsOf(const ValueRange& range, Observer observer)
{
    const Ends whole { std::min(range.least, 0.0), std::max(range.largest, 0.0) };
    switch (observer) {
    case Observer::Mse:
        return leastError(range, whole);
    case Observer::MinMax:
        break;
    case Observer::Mean:
        return { range.sumLeast / static_cast<double>(range.samples),
            range.sumLargest / static_cast<double>(range.samples) };
    case Observer::Percentile:
        return percentileEnds(range, whole);
    case Observer::Entropy: {
        const Ends found = leastDivergence(range, whole);
        return roundingError(range, quantizerFor(found)) <= roundingError(range, quantizerFor(whole)) ? found : whole;
    }
    }
    return whole;
}

} // namespace

std::span<const ObserverInfo> allObservers()
{
    return kObservers;
}

std::string_view observerName(Observer observer)
{
    return std::ranges::find(kObservers, observer, &ObserverInfo::observer)->name;
}

Result<Observer> findObserver(std::string_view name)
{
    const auto found = std::ranges::find(kObservers, name, &ObserverInfo::name);
    if (found != kObservers.end())
        return found->observer;
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no observer \"{}\": mse, min-max, mean, percentile and entropy can be chosen.",
            name.substr(0, 100)));
}

double roundingError(const ValueRange& range, const ValueQuantizer& quantizer)
{
    double error = 0, total = 0;
    for (std::size_t bin = 0; bin < range.counts.size(); ++bin) {
        if (range.counts[bin] == 0)
            continue;
        const auto weight = static_cast<double>(range.counts[bin]);
        const double x = range.middleOf(static_cast<std::int64_t>(bin));
        const double apart = x - static_cast<double>(quantizer.round(static_cast<float>(x)));
        error += weight * apart * apart;
        total += weight;
    }
    return total > 0 ? error / total : 0;
}

Result<ValueQuantizer> quantizerOf(const ValueRange& range, Observer observer, const std::string& what)
{
    if (range.isEmpty())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: unsigned bytes need the numbers that calibration saw, and it saw none. Give calibration "
                        "data.",
                what));
    if (!range.isFinite)
        return fail(ErrorCode::Numerical, fmt::format("{}: calibration saw a number that is not finite.", what));
    return quantizerFor(endsOf(range, observer));
}

} // namespace kerf::core
