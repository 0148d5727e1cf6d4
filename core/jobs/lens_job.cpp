// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/lens_job.h"

#include "core/jobs/job_json.h"

namespace kerf::core {

Json LensJob::toJson() const
{
    return { { "calibration", core::toJson(calibration) }, { "against", against ? core::toJson(*against) : Json() },
        { "format", options.format }, { "halvings", options.halvings }, { "worst", options.worst } };
}

Result<LensJob> LensJob::fromJson(const Json& json, const Network&)
{
    LensJob job { dataChoiceFrom(json.at("calibration")), std::nullopt,
        { json.at("format").get<std::string>(), json.at("halvings").get<int>(), json.at("worst").get<std::size_t>() } };
    if (!json.at("against").is_null())
        job.against = dataChoiceFrom(json.at("against"));
    return job;
}

std::string LensJob::title(const Json&, const RunNames&)
{
    return "Lens on the calibration text";
}

Result<DataLens> LensJob::perform(const JobScene& scene) const
{
    return lookThroughLens(scene.project, scene.workspace, calibration, against, options, scene.context);
}

JobReport LensJob::report(const DataLens& lens) const
{
    std::string text = rankingText(lens.ranking);
    if (!lens.drift.empty())
        text += " " + driftText(lens);
    return { text, core::toJson(lens) };
}

} // namespace kerf::core
