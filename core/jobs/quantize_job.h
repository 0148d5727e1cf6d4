// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>

#include "core/jobs/project.h"
#include "core/plan/plan.h"

namespace kerf::core {

struct QuantizeSettings {
    Plan plan;
    DataChoice calibration;
    std::int64_t seed = 0;
};
/// Carries a plan out, layer by layer. Each finished layer is written atomically to the arrays folder under
/// hash(weights, statistics, format, method, settings, engine version) and then committed. The same started again
/// after a stop or a crash resumes its run, and after it was done checks its layers and makes damaged ones anew; layers
/// that another run already made are reused. Returns the run's number.
/// Before any work every weight is checked for NaN and Inf and the free space against the plan's size.
/// Memory: two blocks in float32, the Hessians of one block, the hidden states of the calibration set.
/// Errors: InvalidArgument (plan does not fit the model, or needs a calibration text), Cancelled, DiskFull (run left
/// Stopped, finished layers stay), Numerical (run Failed), Locked (workspace is read-only).
Result<RowId> runQuantize(
    const Project& project, Workspace& workspace, const QuantizeSettings& settings, const JobContext& job);

} // namespace kerf::core
