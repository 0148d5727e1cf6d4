// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/calibrate/channel_drift.h"

#include <algorithm>
#include <cmath>

namespace kerf::core {
namespace {

constexpr double kSilent = 1e-6; ///< of the site's largest magnitude
constexpr double kFar = 2;

/// Of ascending values.
double quantile(const std::vector<double>& sorted, double q)
{
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

} // namespace

double SiteDrift::movedShare() const
{
    return channels > 0 ? static_cast<double>(moved) / static_cast<double>(channels) : 0;
}

SiteDrift siteDrift(const std::string& site, const Vector& before, const Vector& after, std::size_t worst)
{
    SiteDrift drift;
    drift.site = site;
    drift.channels = before.size();
    if (drift.channels == 0)
        return drift;
    const double least = kSilent * std::max<double>(before.maxCoeff(), after.maxCoeff());
    std::vector<double> ratios;
    for (std::int64_t i = 0; i < drift.channels; ++i) {
        ChannelRange range { i, before[i], after[i], 1 };
        if (least > 0)
            range.ratio = std::max(range.after, least) / std::max(range.before, least);
        drift.moved += range.ratio > kFar || range.ratio < 1 / kFar;
        ratios.push_back(range.ratio);
        drift.worst.push_back(range);
    }
    std::ranges::stable_sort(
        drift.worst, std::greater(), [](const auto& one) { return std::abs(std::log(one.ratio)); });
    drift.worst.resize(std::min(drift.worst.size(), worst));
    std::ranges::sort(ratios);
    drift.low = quantile(ratios, 0.05);
    drift.median = quantile(ratios, 0.5);
    drift.high = quantile(ratios, 0.95);
    return drift;
}

Json toJson(const SiteDrift& drift)
{
    Json worst = Json::array();
    for (const ChannelRange& one : drift.worst)
        worst.push_back(
            { { "channel", one.channel }, { "before", one.before }, { "after", one.after }, { "ratio", one.ratio } });
    return { { "site", drift.site }, { "channels", drift.channels }, { "ratio_p5", drift.low },
        { "ratio_median", drift.median }, { "ratio_p95", drift.high }, { "moved", drift.moved },
        { "worst", std::move(worst) } };
}

} // namespace kerf::core
