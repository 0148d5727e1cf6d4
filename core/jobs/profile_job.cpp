// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/profile_job.h"

#include <fmt/format.h>

#include "core/jobs/data_use.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/preflight.h"
#include "core/jobs/statistics_folder.h"

namespace kerf::core {
namespace {

/// The held-out windows of the slopes; none when no slope is measured.
Result<Dataset> heldFor(const Project& project, const ProfileJob& settings, const JobContext& job)
{
    if (!settings.options.swapIns)
        return Dataset {};
    return settings.held.files.empty() ? loadHeldData(project, settings.calibration, settings.options.probeWindows, job)
                                       : loadData(project, settings.held, job);
}

Status tellUse(const Dataset& data, const Dataset& held, const JobContext& job)
{
    logUse(data, "Calibration", job);
    if (held.windows.empty())
        return {};
    logUse(held, "Held out", job);
    KERF_TRY(const Overlap overlap, findOverlap(data, held, job));
    if (overlap.isNotable())
        job.log(LogLevel::Warning, overlapWarning(overlap, held));
    return {};
}

/// Of the layers that both sampled, with the errors that they are compared with.
void takeSwapIns(const MethodProfile& from, MethodProfile& to)
{
    for (auto& [layer, cells] : to.layers) {
        const auto known = from.layers.find(layer);
        if (known == from.layers.end())
            continue;
        cells.swapIn = known->second.swapIn;
        for (const auto& [format, error] : known->second.relativeError)
            if (cells.swapIn.contains(format))
                cells.relativeError.emplace(format, error);
    }
}

/// A profile without slopes takes those that an earlier one of the same tokens and method has: they belong to the
/// layers, whatever formats are looked at.
Status takeSlopes(const Workspace& workspace, RowId model, Profile& profile)
{
    KERF_TRY(const std::optional<Profile> earlier, workspace.latestProfile(model));
    if (!earlier || earlier->datasetHash != profile.datasetHash || earlier->method != profile.method
        || !(earlier->settings == profile.settings) || earlier->layers.size() != profile.layers.size())
        return {};
    profile.probeWindows = earlier->probeWindows;
    for (std::size_t i = 0; i < profile.layers.size(); ++i) {
        const LayerProfile& from = earlier->layers[i];
        LayerProfile& to = profile.layers[i];
        to.slope = from.slope;
        to.slopeStderr = from.slopeStderr;
        to.swapIn = from.swapIn;
        for (const auto& [format, error] : from.relativeError)
            if (to.swapIn.contains(format))
                to.relativeError.emplace(format, error);
    }
    for (MethodProfile& to : profile.methods)
        for (const MethodProfile& from : earlier->methods)
            if (methodVariant(to.method, to.settings) == methodVariant(from.method, from.settings))
                takeSwapIns(from, to);
    return {};
}

Result<Profile> profile(const Project& project, Workspace& workspace, const ProfileJob& settings, const JobContext& job)
{
    KERF_CHECK(checkMayQuantize(project));
    const Network& network = *project.model.network;
    KERF_TRY(const Dataset data, loadData(project, settings.calibration, job));
    KERF_TRY(const Dataset held, heldFor(project, settings, job));
    KERF_CHECK(tellUse(data, held, job));
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_CHECK(checkWeights(project, job));
    KERF_TRY(const StatisticsCache cache, openStatistics(workspace, project.modelHash, data.hash));
    KERF_CHECK(calibrate(network, data, cache, job));
    KERF_TRY(const RowId dataset, keepCalibration(workspace, data));
    KERF_CHECK(workspace.addStatistics(model, dataset, cache.key()));
    KERF_TRY(Profile result, measureProfile(network, cache, held, settings.options, job));
    result.modelHash = project.modelHash;
    result.datasetHash = data.hash;
    if (result.name.empty())
        result.name = data.name;
    if (!settings.options.swapIns)
        KERF_CHECK(takeSlopes(workspace, model, result));
    KERF_CHECK(workspace.saveProfile(model, result));
    if (!held.windows.empty()) {
        KERF_CHECK(workspace.addDataset(held));
        result.heldHash = held.hash;
    }
    return result;
}

} // namespace

Result<Profile> runProfile(
    const Project& project, Workspace& workspace, const ProfileJob& settings, const JobContext& job)
{
    return atJobEdge([&] { return profile(project, workspace, settings, job); });
}

Json ProfileJob::toJson() const
{
    return { { "calibration", core::toJson(calibration) }, { "held", core::toJson(held) },
        { "formats", options.formats }, { "method", options.method }, { "settings", core::toJson(options.settings) },
        { "probe_windows", options.probeWindows }, { "caches", options.cacheFormats }, { "swap_ins", options.swapIns },
        { "methods", options.methods } };
}

Result<ProfileJob> ProfileJob::fromJson(const Json& json, const Network&)
{
    ProfileJob job;
    job.calibration = dataChoiceFrom(json.at("calibration"));
    job.held = dataChoiceFrom(json.at("held"));
    job.options.formats = json.at("formats").get<std::vector<std::string>>();
    job.options.method = json.at("method").get<std::string>();
    KERF_TRY(job.options.settings, methodSettingsFromJson(json.at("settings")));
    job.options.probeWindows = json.at("probe_windows").get<std::int64_t>();
    job.options.cacheFormats = json.at("caches").get<std::vector<std::string>>();
    job.options.swapIns = json.at("swap_ins").get<bool>();
    job.options.methods = json.at("methods").get<std::vector<std::string>>();
    return job;
}

std::string ProfileJob::title(const Json&, const RunNames&)
{
    return "Profile";
}

Result<Profile> ProfileJob::perform(const JobScene& scene) const
{
    return runProfile(scene.project, scene.workspace, *this, scene.context);
}

JobReport ProfileJob::report(const Profile& made) const
{
    return { fmt::format("{} layers in {} formats.", made.layers.size(), made.formats.size()),
        { { "layers", made.layers.size() }, { "formats", made.formats } } };
}

} // namespace kerf::core
