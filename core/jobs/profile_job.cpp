// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job_edge.h"
#include "core/jobs/jobs.h"
#include "core/jobs/preflight.h"

namespace kerf::core {
namespace {

Result<Profile> profile(const Project& project, Workspace& workspace, const ProfileJob& settings, const JobContext& job)
{
    const Network& network = *project.model.network;
    KERF_TRY(const Dataset data, loadData(project, settings.calibration));
    Result<Dataset> held = settings.held.files.empty()
        ? loadHeldData(project, settings.calibration, settings.options.probeWindows)
        : loadData(project, settings.held);
    if (!held)
        return tl::unexpected(held.error());
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_CHECK(checkWeights(project, job));
    KERF_TRY(const StatisticsCache cache,
        StatisticsCache::open(workspace.arraysFolder() / "statistics", project.modelHash, data.hash));
    KERF_CHECK(calibrate(network, data, cache, job));
    KERF_TRY(const RowId dataset, workspace.addDataset(data));
    KERF_CHECK(workspace.addStatistics(model, dataset, cache.key()));
    KERF_TRY(Profile result, measureProfile(network, cache, *held, settings.options, job));
    result.modelHash = project.modelHash;
    result.datasetHash = data.hash;
    if (result.name.empty())
        result.name = data.name;
    KERF_CHECK(workspace.saveProfile(model, result));
    return result;
}

} // namespace

Result<Profile> runProfile(
    const Project& project, Workspace& workspace, const ProfileJob& settings, const JobContext& job)
{
    return atJobEdge([&] { return profile(project, workspace, settings, job); });
}

} // namespace kerf::core
