// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>

#include "core/calibrate/statistics.h"
#include "core/jobs/project.h"
#include "core/profile/profile.h"

namespace kerf::core {

/// Errors: InvalidArgument, when the model has no profile yet.
Result<Profile> newestProfile(const Workspace& workspace, RowId model);

/// Measures something and enters it in the profile, from the statistics and the held-out windows that are its own.
using ProfileAddition = std::function<Status(Profile& profile, const StatisticsCache& statistics, const Dataset& held)>;

/// The newest profile with what is added to it, as it is stored then. Without held-out files they are the calibration
/// files' windows after those used for calibration.
/// Errors: InvalidArgument (no profile; other calibration windows than the profile's), those of `add`.
Result<Profile> addToProfile(const Project& project, Workspace& workspace, const DataChoice& calibration,
    const DataChoice& held, const ProfileAddition& add, const JobContext& job);

} // namespace kerf::core
