// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>

#include "core/evaluate/throughput.h"
#include "core/jobs/project.h"

namespace kerf::core {

/// What is measured of a finished run, so that it stands on the Pareto chart.
struct RunMeasures {
    DataChoice text;
    std::optional<ThroughputOptions>
        bench; ///< empty: no speed; formats that no kernel runs have none either, which is logged
};

/// Evaluates a run on the text and measures its speed, each only when the run does not have the metric yet (the
/// divergence on these tokens, a speed at all): started again, it goes on where it was. Errors: as runEvaluate,
/// runBench.
Status measureRun(
    const Project& project, Workspace& workspace, RowId run, const RunMeasures& measures, const JobContext& job);

/// The same for the original, so that it stands beside its runs. Does nothing when the model is itself quantized.
Status measureOriginal(
    const Project& project, Workspace& workspace, const RunMeasures& measures, const JobContext& job);

} // namespace kerf::core
