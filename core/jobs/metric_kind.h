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
/// Metrics whose every item is right or wrong, in the order in which one is looked for where none is named.
std::span<const char* const> answerMetrics();
/// Whether it is one of them; its answers are kept with it.
bool isOfAnswers(const std::string& metric);
/// Whether it scores against right answers or labels, and so says how a task goes.
bool isOfTask(const std::string& metric);
/// What the original has of a metric without being measured, on whatever text: it does not diverge from itself.
std::optional<double> valueOfOriginal(const std::string& metric);

} // namespace kerf::core
