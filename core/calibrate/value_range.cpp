// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/value_range.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/parallel.h"

namespace kerf::core {
namespace {

/// Histograms that are counted beside each other; more than cores that a machine has would only cost memory.
constexpr std::int64_t kParts = 16;

struct Extremes {
    float least = 0, largest = 0;
    bool isFinite = true;
};

Extremes extremesOf(const MatrixRef& rows)
{
    Extremes found;
    for (std::int64_t row = 0; row < rows.rows(); ++row)
        for (std::int64_t col = 0; col < rows.cols(); ++col) {
            const float x = rows(row, col);
            found.isFinite = found.isFinite && std::isfinite(x);
            found.least = std::min(found.least, x);
            found.largest = std::max(found.largest, x);
        }
    return found;
}

void count(const MatrixRef& rows, double binsOfOne, std::int64_t* counts)
{
    constexpr std::int64_t half = ValueRange::kHalf;
    for (std::int64_t row = 0; row < rows.rows(); ++row)
        for (std::int64_t col = 0; col < rows.cols(); ++col) {
            const double bin = std::floor(static_cast<double>(rows(row, col)) * binsOfOne);
            ++counts[std::clamp(static_cast<std::int64_t>(bin), -half, half - 1) + half];
        }
}

} // namespace

double ValueRange::binWidth() const
{
    return std::ldexp(1.0, exponent);
}

double ValueRange::middleOf(std::int64_t bin) const
{
    return std::ldexp(static_cast<double>(bin - kHalf) + 0.5, exponent);
}

std::int64_t ValueRange::total() const
{
    return std::accumulate(counts.begin(), counts.end(), std::int64_t { 0 });
}

void ValueRange::coarsen(int to)
{
    for (; exponent < to; ++exponent) {
        std::vector<std::int64_t> joined(counts.size());
        for (std::int64_t bin = -kHalf; bin < kHalf && !counts.empty(); ++bin) // >> rounds down, also below 0
            joined[static_cast<std::size_t>((bin >> 1) + kHalf)] += counts[static_cast<std::size_t>(bin + kHalf)];
        counts = std::move(joined);
    }
}

void ValueRange::widen(double magnitude)
{
    int needed = exponent;
    while (std::ldexp(static_cast<double>(kHalf), needed) < magnitude)
        ++needed;
    if (counts.empty()) {
        exponent = needed;
        counts.resize(2 * kHalf);
    }
    coarsen(needed);
}

void ValueRange::add(const MatrixRef& x, std::int64_t rowsOfSample)
{
    const std::int64_t added = x.rows() / rowsOfSample;
    if (added == 0)
        return;
    std::vector<Extremes> extremes(static_cast<std::size_t>(added));
    parallelFor(added, [&](std::int64_t sample) {
        extremes[static_cast<std::size_t>(sample)] = extremesOf(x.middleRows(sample * rowsOfSample, rowsOfSample));
    });
    for (const Extremes& own : extremes) {
        isFinite = isFinite && own.isFinite;
        sumLeast += static_cast<double>(own.least);
        sumLargest += static_cast<double>(own.largest);
        least = std::min(least, static_cast<double>(own.least));
        largest = std::max(largest, static_cast<double>(own.largest));
    }
    samples += added;
    if (!isFinite)
        return; // nothing is made of it
    widen(std::max(-least, largest));
    std::vector<std::vector<std::int64_t>> parts(static_cast<std::size_t>(std::min(kParts, added)));
    const auto partCount = static_cast<std::int64_t>(parts.size());
    parallelFor(partCount, [&](std::int64_t part) {
        auto& own = parts[static_cast<std::size_t>(part)];
        own.resize(2 * kHalf);
        const std::int64_t first = added * part / partCount, end = added * (part + 1) / partCount;
        count(x.middleRows(first * rowsOfSample, (end - first) * rowsOfSample), std::ldexp(1.0, -exponent), own.data());
    });
    for (const auto& part : parts)
        std::ranges::transform(counts, part, counts.begin(), std::plus<>());
}

void ValueRange::merge(const ValueRange& other)
{
    samples += other.samples;
    sumLeast += other.sumLeast;
    sumLargest += other.sumLargest;
    least = std::min(least, other.least);
    largest = std::max(largest, other.largest);
    isFinite = isFinite && other.isFinite;
    if (other.counts.empty())
        return;
    if (counts.empty()) {
        exponent = other.exponent;
        counts = other.counts;
        return;
    }
    coarsen(other.exponent);
    ValueRange finer;
    finer.exponent = other.exponent;
    finer.counts = other.counts;
    finer.coarsen(exponent);
    std::ranges::transform(counts, finer.counts, counts.begin(), std::plus<>());
}

} // namespace kerf::core
