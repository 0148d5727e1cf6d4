// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <string_view>

namespace kerf::core {

/// How pages for people name a metric.
struct MetricLabel {
    std::string text; ///< "Accuracy, %"
    double factor = 1; ///< of the value in that unit
};
/// Its own name where none is known.
MetricLabel metricLabel(std::string_view metric);

} // namespace kerf::core
