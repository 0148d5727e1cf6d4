// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/prediction_trust.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace kerf::core {
namespace {

constexpr std::size_t kLeastPlans = 4;
constexpr double kOneSided95 = 1.6449; ///< standard normal
constexpr double kFieller = 1.06;
constexpr std::array<std::string_view, 5> kNames { "too_few", "none", "low", "fair", "high" };

} // namespace

std::string_view trustName(Trust trust)
{
    return kNames[static_cast<std::size_t>(trust)];
}

PredictionTrust trustOf(const PredictionCheck& check)
{
    PredictionTrust found;
    const std::size_t plans = check.rows.size();
    if (plans < kLeastPlans || std::isnan(check.spearman)) {
        found.spearmanLow = std::numeric_limits<double>::quiet_NaN();
        return found;
    }
    const double spread = std::sqrt(kFieller / static_cast<double>(plans - 3));
    const double rank = std::clamp(check.spearman, -1 + 1e-6, 1 - 1e-6); // 1 alone would be certain
    found.spearmanLow = std::tanh(std::atanh(rank) - kOneSided95 * spread);
    found.trust = found.spearmanLow >= 0.8 ? Trust::High
        : found.spearmanLow >= 0.5         ? Trust::Fair
        : found.spearmanLow > 0            ? Trust::Low
                                           : Trust::None;
    return found;
}

} // namespace kerf::core
