// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <vector>

#include "core/jobs/metric_comparison.h"
#include "core/jobs/plan_comparison.h"
#include "core/jobs/project.h"

namespace kerf::core {

/// Runs of one model with all that is shown of them side by side: window and report.
struct ComparedRuns {
    std::vector<RunRow> runs;
    std::optional<RunRow> original; ///< the run of the model as it is stored
    MetricComparison metrics;
    /// By run and layer, in the network's order: LayerReport::relativeError, 0 where the layer is kept in 16 bit.
    /// Nothing for layers that are not done and for checkpoints of others.
    std::vector<std::vector<std::optional<double>>> errors;
    std::vector<PlanComparison> plans; ///< by run: from the reference's plan to its; of the reference nothing changes
};

/// Reads them from the workspace; no layer's weights. @param reference one of `runs`
/// Errors: InvalidArgument (no run, more than kMostCompared, of another model, no such run), Cancelled.
Result<ComparedRuns> loadComparison(const Project& project, const Workspace& workspace, const std::vector<RowId>& runs,
    RowId reference, const JobContext& job);

} // namespace kerf::core
