// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

#include "core/decide/paired_loss.h"
#include "ui/plan/predicted_front.h"
#include "ui/runs/run_summary.h"

namespace kerf::ui {

/// What an axis of damage is called: in the list of axes, at the axis, there in brief.
struct FrontNames {
    QString choice, axis, brief;
};
FrontNames frontNames(core::FrontY y);

/// What a point of the Pareto chart stands for, as rich text.
QString paretoToolTip(const RunSummary& run, const DivergenceText& divergence);
/// The names of the chart's table of numbers, and a run's row; empty cells where a number is not known.
QStringList paretoHeads(const DivergenceText& divergence);
QStringList paretoRow(const RunSummary& run);

/// How a gate judged a run: ✓, ? or ✗.
QString gateMark(core::GateVerdict verdict);

/// What a point of the predicted front promises, as rich text and as a sentence, and its row of the table.
QString forecastCard(const PredictedFront::Point& point, const DivergenceText& divergence);
QString forecastName(const PredictedFront::Point& point, const DivergenceText& divergence);
QStringList paretoRow(const PredictedFront::Point& point);
/// What the predicted front is, how long it took, or why there is none.
QString forecastToolTip(const PredictedFront& front);

} // namespace kerf::ui
