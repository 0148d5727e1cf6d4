// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStringList>

#include "ui/runs/run_summary.h"

namespace kerf::ui {

/// What a point of the Pareto chart stands for, as rich text.
QString paretoToolTip(const RunSummary& run);
/// The names of the chart's table of numbers, and a run's row; empty cells where a number is not known.
QStringList paretoHeads();
QStringList paretoRow(const RunSummary& run);

} // namespace kerf::ui
