// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/resampling.h"

#include <cmath>

#include "core/base/random.h"
#include "core/base/sample_mean.h"

namespace kerf::core {

double bootstrapError(std::size_t count, const StatisticOf& statistic)
{
    const CounterRng random(0);
    std::vector<double> found;
    std::vector<std::size_t> items(count);
    for (std::uint64_t resample = 0; resample < kSpreadResamples; ++resample) {
        CounterRng draw(random.at(resample));
        for (std::size_t& item : items)
            item = draw.below(count);
        if (const double value = statistic(items); std::isfinite(value))
            found.push_back(value);
    }
    return found.size() < 2 ? 0 : std::sqrt(varianceAround(sampleMean(found).value, found));
}

std::vector<double> pseudoValues(
    std::size_t count, double whole, const std::function<double(std::size_t item)>& without)
{
    const auto n = static_cast<double>(count);
    std::vector<double> values(count);
    double mean = 0;
    for (std::size_t item = 0; item < count; ++item) {
        values[item] = n * whole - (n - 1) * without(item);
        mean += values[item] / n;
    }
    for (double& value : values)
        value += whole - mean;
    return values;
}

} // namespace kerf::core
