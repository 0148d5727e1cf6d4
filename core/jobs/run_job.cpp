// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_job.h"

#include <fmt/format.h>

#include "core/jobs/job_json.h"

namespace kerf::core {

Json RunJob::toJson() const
{
    return { { "plan", core::toJson(quantize.plan) }, { "calibration", core::toJson(quantize.calibration) },
        { "seed", quantize.seed }, { "measures", core::toJson(measures) } };
}

Result<RunJob> RunJob::fromJson(const Json& json, const Network& network)
{
    RunJob job;
    KERF_TRY(job.quantize.plan, planFromJson(json.at("plan"), network, "plan"));
    job.quantize.calibration = dataChoiceFrom(json.at("calibration"));
    job.quantize.seed = json.at("seed").get<std::int64_t>();
    job.measures = runMeasuresFrom(json.at("measures"));
    return job;
}

std::string RunJob::title(const Json& settings, const RunNames&)
{
    return "Run " + planNameOf(settings);
}

Result<RowId> RunJob::perform(const JobScene& scene) const
{
    KERF_TRY(const RowId run, runQuantize(scene.project, scene.workspace, quantize, scene.context));
    if (measures) {
        KERF_CHECK(measureRun(scene.project, scene.workspace, run, *measures, scene.context));
        KERF_CHECK(measureOriginal(scene.project, scene.workspace, *measures, scene.context));
    }
    return run;
}

JobReport RunJob::report(const RowId& made) const
{
    return { fmt::format("Run {} ({}) is done.", made, quantize.plan.name), { { "run", made } } };
}

} // namespace kerf::core
