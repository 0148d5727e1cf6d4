// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/jobs/metric_comparison.h"

namespace kerf::core {

/// How pages for people name a metric.
struct MetricLabel {
    std::string text; ///< "Accuracy, %"
    double factor = 1; ///< of the value in that unit
};
/// Its own name where none is known.
MetricLabel metricLabel(std::string_view metric);
/// "0.0125 ± 0.0004" of a measured cell in that unit; "–" where there is none.
std::string cellText(const std::optional<MetricCell>& cell, double factor);

} // namespace kerf::core
