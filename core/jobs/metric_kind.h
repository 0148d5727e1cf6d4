// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/evaluate/paired_difference.h"

namespace kerf::core {

/// Which way of a metric is better.
enum class Direction { Lower, Higher, None };

/// What is known of a metric by its name.
struct MetricKind {
    const char* name;
    Direction direction;
    bool isExact = false; ///< follows from the plan: has no error
    bool isOneSitting = false; ///< a speed of one moment
    OfMean of = OfMean::Itself;
};

/// In the order in which metrics are listed.
std::span<const MetricKind> metricKinds();
/// One without a direction for a name that is not known.
const MetricKind& metricKind(const std::string& name);
/// What the original has of a metric without being measured, on whatever text: it does not diverge from itself.
std::optional<double> valueOfOriginal(const std::string& metric);

} // namespace kerf::core
