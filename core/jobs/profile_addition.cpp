// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/profile_addition.h"

#include <fmt/format.h>

#include "core/jobs/data_use.h"
#include "core/jobs/preflight.h"
#include "core/jobs/statistics_folder.h"

namespace kerf::core {
namespace {

/// Tells what is used, and enters it for those who ask by its hash.
Status useTexts(Workspace& workspace, const Dataset& calibration, const Dataset& held, const JobContext& job)
{
    logUse(calibration, "Calibration", job);
    logUse(held, "Held out", job);
    KERF_CHECK(workspace.addDataset(calibration));
    return workspace.addDataset(held).map([](RowId) {});
}

} // namespace

Result<Profile> newestProfile(const Workspace& workspace, RowId model)
{
    KERF_TRY(std::optional<Profile> profile, workspace.latestProfile(model));
    if (!profile)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{} has no profile of this model yet: profile it first.", workspace.file().string()));
    return std::move(*profile);
}

Result<Profile> addToProfile(const Project& project, Workspace& workspace, const DataChoice& calibration,
    const DataChoice& held, const ProfileAddition& add, const JobContext& job)
{
    KERF_CHECK(checkMayQuantize(project));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_TRY(Profile profile, newestProfile(workspace, model));
    KERF_TRY(const Dataset data, loadData(project, calibration, job));
    if (data.hash != profile.datasetHash)
        return fail(ErrorCode::InvalidArgument,
            "The profile was measured with other calibration windows. Give the texts, window and samples it was made "
            "with, or profile again.");
    if (profile.probeWindows == 0)
        profile.probeWindows = ProfileOptions {}.probeWindows;
    KERF_TRY(const Dataset probe,
        held.files.empty() ? loadHeldData(project, calibration, profile.probeWindows, job)
                           : loadData(project, held, job));
    KERF_TRY(const StatisticsCache cache, openStatistics(workspace, project.modelHash, data.hash));
    KERF_CHECK(useTexts(workspace, data, probe, job));
    KERF_CHECK(calibrate(*project.model.network, data, cache, job));
    KERF_CHECK(add(profile, cache, probe));
    KERF_CHECK(workspace.saveProfile(model, profile));
    profile.heldHash = probe.hash;
    return profile;
}

} // namespace kerf::core
