// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/student.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "core/base/sample_mean.h"

namespace kerf::core {

double studentQuantile(int degrees)
{
    assert(degrees >= 1);
    constexpr std::array kFew { 12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281 };
    if (degrees <= static_cast<int>(kFew.size()))
        return kFew[static_cast<std::size_t>(degrees - 1)];
    // Cornish and Fisher's expansion (Abramowitz and Stegun, 26.7.5): below 1e-4 off from 11 degrees on.
    const double z = 1.959964, n = degrees;
    const double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, z9 = z7 * z * z;
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
        + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
        + (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92160 * n * n * n * n);
}

double Draws::halfWidthOfMean() const
{
    return studentQuantile(count - 1) * std::sqrt(variance / count);
}

double Draws::halfWidthOfNext() const
{
    return studentQuantile(count - 1) * std::sqrt(variance * (1 + 1.0 / count));
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
