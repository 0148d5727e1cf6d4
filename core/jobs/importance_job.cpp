// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/importance_job.h"

#include <fmt/format.h>

#include "core/jobs/data_use.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/statistics_folder.h"

namespace kerf::core {
namespace {

Result<ImportanceReport> write(const JobScene& scene, const DataChoice& calibration, const std::filesystem::path& out)
{
    const Project& project = scene.project;
    KERF_CHECK(checkImportance(*project.model.network, out)); // before the calibration, which may take long
    KERF_TRY(const Dataset data, loadData(project, calibration, scene.context));
    logUse(data, "Calibration", scene.context);
    KERF_TRY(const StatisticsCache cache, openStatistics(scene.workspace, project.modelHash, data.hash));
    KERF_CHECK(calibrate(*project.model.network, data, cache, scene.context));
    KERF_TRY(const RowId dataset, keepCalibration(scene.workspace, data));
    KERF_CHECK(scene.workspace.addStatistics(scene.model, dataset, cache.key()));
    const CalibrationText text { data.name, static_cast<std::int64_t>(data.windows.size()), data.windowLength() };
    return writeImportanceMatrix(*project.model.network, cache, text, out, scene.context);
}

} // namespace

Json ImportanceJob::toJson() const
{
    return { { "calibration", core::toJson(calibration) }, { "out", pathJson(out) } };
}

Result<ImportanceJob> ImportanceJob::fromJson(const Json& json, const Network&)
{
    return ImportanceJob { dataChoiceFrom(json.at("calibration")), json.at("out").get<std::string>() };
}

std::string ImportanceJob::title(const Json&, const RunNames&)
{
    return "Importance matrix";
}

Result<ImportanceReport> ImportanceJob::perform(const JobScene& scene) const
{
    return atJobEdge([&] { return write(scene, calibration, out); });
}

JobReport ImportanceJob::report(const ImportanceReport& made) const
{
    std::string text = fmt::format("{}: the importance of the inputs of {} tensors.", made.file.string(), made.layers);
    if (!made.left.empty())
        text += fmt::format(" {} layers have no place in llama.cpp: {}.", made.left.size(), made.left.front());
    return { text, { { "file", made.file.string() }, { "layers", made.layers }, { "left", made.left } } };
}

} // namespace kerf::core
