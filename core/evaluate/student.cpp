// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/student.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "core/base/normal_distribution.h"
#include "core/base/sample_mean.h"

namespace kerf::core {
namespace {

/// P(|T| <= √degrees · tan(angle)).
double shareWithin(int degrees, double angle)
{
    const bool isOdd = degrees % 2 == 1;
    const double cosine = std::cos(angle), square = cosine * cosine;
    double term = isOdd ? cosine : 1, sum = 0;
    for (int k = isOdd ? 3 : 2; k <= degrees; k += 2) {
        sum += term;
        term *= square * (k - 1) / k;
    }
    return isOdd ? (angle + std::sin(angle) * sum) * 2 / std::numbers::pi : std::sin(angle) * sum;
}

double byClosedForm(int degrees, double share)
{
    double low = 0, high = std::numbers::pi / 2; // of the angle whose tangent is t / √degrees
    for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (low + high);
        (shareWithin(degrees, middle) < 2 * share - 1 ? low : high) = middle;
    }
    return std::sqrt(degrees) * std::tan(0.5 * (low + high));
}

double byExpansion(int degrees, double share)
{
    const double z = normalQuantile(share), n = degrees;
    const double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, z9 = z7 * z * z;
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
        + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
        + (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92160 * n * n * n * n);
}

} // namespace

double studentQuantile(int degrees, double share)
{
    assert(degrees >= 1 && share >= 0.5 && share < 1);
    constexpr int kFew = 10;
    return degrees <= kFew ? byClosedForm(degrees, share) : byExpansion(degrees, share);
}

double Draws::halfWidthOfMean() const
{
    return studentQuantile(count - 1) * std::sqrt(variance / count);
}

double Draws::halfWidthOfNext(double confidence) const
{
    return studentQuantile(count - 1, confidence) * std::sqrt(variance * (1 + 1.0 / count));
}

Draws drawsOf(const std::vector<double>& values, double leastVariance)
{
    assert(!values.empty());
    Draws draws;
    draws.count = static_cast<int>(values.size());
    for (const double value : values)
        draws.mean += value / draws.count;
    draws.variance = std::max(leastVariance, varianceAround(draws.mean, values));
    return draws;
}

} // namespace kerf::core
