// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/cells_job.h"

#include <fmt/format.h>

#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/profile_addition.h"

namespace kerf::core {

Result<Profile> runMeasureCells(
    const Project& project, Workspace& workspace, const CellsJob& settings, const JobContext& job)
{
    const auto add = [&](Profile& profile, const StatisticsCache& cache, const Dataset& held) {
        return measureSwapIn(profile, *project.model.network, cache, held, settings.cells, profile.settings, job);
    };
    return atJobEdge([&] { return addToProfile(project, workspace, settings.calibration, settings.held, add, job); });
}

Json CellsJob::toJson() const
{
    Json list = Json::array();
    for (const PlanLayer& cell : cells)
        list.push_back({ { "layer", cell.layer }, { "format", cell.format } });
    return { { "cells", std::move(list) }, { "calibration", core::toJson(calibration) },
        { "held", core::toJson(held) } };
}

Result<CellsJob> CellsJob::fromJson(const Json& json, const Network&)
{
    CellsJob job;
    for (const Json& cell : json.at("cells"))
        job.cells.push_back({ cell.at("layer").get<std::string>(), cell.at("format").get<std::string>(), "" });
    job.calibration = dataChoiceFrom(json.at("calibration"));
    job.held = dataChoiceFrom(json.at("held"));
    return job;
}

std::string CellsJob::title(const Json& settings, const RunNames&)
{
    return "Measure " + counted(sizeOf(settings, "cells"), "cell");
}

Result<Profile> CellsJob::perform(const JobScene& scene) const
{
    return runMeasureCells(scene.project, scene.workspace, *this, scene.context);
}

JobReport CellsJob::report(const Profile& made) const
{
    JobReport report;
    report.json["cells"] = Json::array();
    for (const PlanLayer& cell : cells) {
        const auto found = predictLayer(made, cell.layer, cell.format);
        if (!found)
            continue;
        report.text += fmt::format("{}{} in {}: divergence {:.3g} ± {:.1g}.", report.text.empty() ? "" : "\n",
            cell.layer, cell.format, found->kld, found->stderr_);
        report.json["cells"].push_back({ { "layer", cell.layer }, { "format", cell.format }, { "kld", found->kld },
            { "kld_stderr", found->stderr_ } });
    }
    return report;
}

} // namespace kerf::core
