// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/jobs/check_parts.h"
#include "core/jobs/measure_run.h"

namespace kerf::core {

/// What a run or a sweep does: plans carried out one after the other, each measured.
struct RunsToCheck {
    std::vector<const Plan*> plans;
    DataChoice calibration;
    const RunMeasures* measures = nullptr; ///< null: none
};

/// Errors: as checkJob.
Result<JobChecks> checkRuns(const Project& project, const Workspace& workspace, const RunsToCheck& runs,
    const CheckWishes& wishes, const JobContext& context);

} // namespace kerf::core
