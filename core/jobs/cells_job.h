// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/jobs/job.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// Swap-in divergence of chosen cells on demand: the model with only that layer in that format.
struct CellsJob {
    using Product = Profile;
    static constexpr const char* kKind = "cells";
    static constexpr bool kRoundsWeights = true;

    std::vector<PlanLayer> cells; ///< their method is not looked at: the profile's is used
    DataChoice calibration; ///< that of the profile
    DataChoice held; ///< empty files: the calibration files' windows after those used for calibration

    Json toJson() const;
    static Result<CellsJob> fromJson(const Json& json, const Network& network);
    static std::string title(const Json& settings, const RunNames& runs);
    Result<Product> perform(const JobScene& scene) const;
    JobReport report(const Product& made) const;
};
/// Measures the cells and stores them with the newest profile of the model, which is returned.
/// Errors: InvalidArgument (no profile; other calibration windows than the profile's; unknown cell), Cancelled.
Result<Profile> runMeasureCells(
    const Project& project, Workspace& workspace, const CellsJob& settings, const JobContext& job);

} // namespace kerf::core
