// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QString>

#include "core/jobs/metric_comparison.h"

namespace kerf::ui {

/// How a metric is shown: its name, and what its values are multiplied with to be in the unit.
struct MetricWords {
    QString name; ///< "KLD", "Decode"
    QString unit; ///< "nats", "tokens/s", "MB", "%"; may be empty
    double factor = 1;
    QString meaning; ///< one line of definition
};
MetricWords wordsOf(const core::MetricLine& line);
QString metricTitle(const core::MetricLine& line); ///< "KLD, nats ↓"
QString cellText(const core::MetricLine& line, const core::MetricCell& cell); ///< "0.0064 ± 0.0001"
/// "−0.0005": with its sign, to the place that its interval leaves known; "–" where it is not known.
QString differenceText(const core::MetricLine& line, const core::MetricDifference& difference);
QString intervalText(const core::MetricLine& line, const core::MetricDifference& difference); ///< "−0.0007 … −0.0003"
/// "Paired over 64 windows of evaluation.txt: KLD, Perplexity."
QString pairedText(const core::PairedSet& set);
QString verdictText(core::Verdict verdict); ///< "✓ better", "✗ worse", "same", "equal", "–"
QString whyText(core::Hindrance hindrance); ///< one sentence; empty where there is a verdict

} // namespace kerf::ui
