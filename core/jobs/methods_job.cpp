// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/methods_job.h"

#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/profile_addition.h"

namespace kerf::core {

Result<Profile> runMeasureMethods(
    const Project& project, Workspace& workspace, const MethodsJob& settings, const JobContext& job)
{
    const auto add = [&](Profile& profile, const StatisticsCache& cache, const Dataset& held) {
        return measureMethods(profile, *project.model.network, cache, held, settings.methods, settings.settings, job);
    };
    return atJobEdge([&] { return addToProfile(project, workspace, settings.calibration, settings.held, add, job); });
}

Json MethodsJob::toJson() const
{
    return { { "methods", methods }, { "settings", core::toJson(settings) },
        { "calibration", core::toJson(calibration) }, { "held", core::toJson(held) } };
}

Result<MethodsJob> MethodsJob::fromJson(const Json& json, const Network&)
{
    MethodsJob job;
    job.methods = json.at("methods").get<std::vector<std::string>>();
    KERF_TRY(job.settings, methodSettingsFromJson(json.at("settings")));
    job.calibration = dataChoiceFrom(json.at("calibration"));
    job.held = dataChoiceFrom(json.at("held"));
    return job;
}

std::string MethodsJob::title(const Json&, const RunNames&)
{
    return "Compare methods";
}

Result<Profile> MethodsJob::perform(const JobScene& scene) const
{
    return runMeasureMethods(scene.project, scene.workspace, *this, scene.context);
}

JobReport MethodsJob::report(const Profile&) const
{
    return { "The methods are compared.", { { "methods", methods } } };
}

} // namespace kerf::core
