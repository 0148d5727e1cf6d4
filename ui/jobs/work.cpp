// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/jobs/work.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/jobs/measure_run.h"
#include "core/jobs/speed_job.h"

namespace kerf::ui {
namespace {

using core::JobContext;
using core::Status;

} // namespace

JobRunner::Work openWork(const std::filesystem::path& modelFolder, const std::shared_ptr<core::ProjectPtr>& result)
{
    return [modelFolder, result](const JobContext& job) -> Status {
        KERF_TRY(*result, core::openProject(modelFolder, job));
        return {};
    };
}

JobRunner::Work profileWork(
    const core::ProjectPtr& project, const std::filesystem::path& workspaceFile, const DataSettings& settings)
{
    return [project, workspaceFile, settings](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        // Held-out windows come from the calibration text, after those used: the evaluation text stays unseen.
        const core::ProfileJob profile { settings.calibration, {}, settings.profile };
        KERF_TRY(const core::Profile measured, core::runProfile(*project, workspace, profile, job));
        job.log(core::LogLevel::Info,
            fmt::format("{} layers in {} formats.", measured.layers.size(), measured.formats.size()));
        return {};
    };
}

JobRunner::Work planWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile,
    const core::Plan& plan, const DataSettings& settings, const std::shared_ptr<core::RowId>& result)
{
    return [project, workspaceFile, plan, settings, result](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(const core::RowId run, core::runQuantize(*project, workspace, { plan, settings.calibration, 0 }, job));
        *result = run;
        const core::RunMeasures measures { settings.evaluation, settings.bench };
        KERF_CHECK(core::measureRun(*project, workspace, run, measures, job));
        return core::measureOriginal(*project, workspace, measures, job);
    };
}

JobRunner::Work sweepWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile,
    std::vector<core::Plan> plans, const DataSettings& settings, const core::SweepSink& changed)
{
    return [project, workspaceFile, plans = std::move(plans), settings, changed](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        const core::SweepJob sweep { plans, settings.calibration, 0,
            core::RunMeasures { settings.evaluation, settings.bench } };
        KERF_TRY(const std::vector<core::SweepItem> items, core::runSweep(*project, workspace, sweep, changed, job));
        const auto failed = std::count_if(
            items.begin(), items.end(), [](const auto& item) { return item.state == core::SweepState::Failed; });
        job.log(core::LogLevel::Info,
            fmt::format("{} plans are done, {} failed.", items.size() - static_cast<std::size_t>(failed), failed));
        return {};
    };
}

JobRunner::Work cellsWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile,
    std::vector<core::PlanLayer> cells, const DataSettings& settings)
{
    return [project, workspaceFile, cells = std::move(cells), settings](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        const core::MeasureCellsJob measure { cells, settings.calibration, {}, settings.profile.settings };
        KERF_TRY(const core::Profile profile, core::runMeasureCells(*project, workspace, measure, job));
        for (const core::PlanLayer& cell : cells)
            if (const auto found = core::predictLayer(profile, cell.layer, cell.format))
                job.log(core::LogLevel::Info,
                    fmt::format(
                        "{} in {}: {:.3g} ± {:.1g} nats.", cell.layer, cell.format, found->kld, found->stderr_));
        return {};
    };
}

JobRunner::Work predictionWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile, int plans,
    const DataSettings& settings)
{
    return [project, workspaceFile, plans, settings](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        const core::PredictionCheckJob check { plans, 0, settings.calibration, settings.evaluation };
        KERF_TRY(const core::PredictionCheck found, core::runPredictionCheck(*project, workspace, check, job));
        job.log(core::LogLevel::Info,
            fmt::format("Rank correlation {:.3f}, mean relative error {:.1f} %.", found.spearman,
                100 * found.meanRelativeError));
        return {};
    };
}

JobRunner::Work timesWork(
    const core::ProjectPtr& project, const std::filesystem::path& workspaceFile, std::vector<std::string> formats)
{
    return [project, workspaceFile, formats = std::move(formats)](const JobContext& job) -> Status {
        KERF_TRY(const core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(const core::DecodeTimes times, core::runDecodeTimes(*project, workspace, formats, job));
        job.log(core::LogLevel::Info,
            fmt::format("{:.3g} ms a token are spent outside the quantizable layers.", 1e3 * times.otherSeconds));
        return {};
    };
}

JobRunner::Work refineWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile,
    const core::RefineJob& settings, const std::shared_ptr<core::Refinement>& result)
{
    return [project, workspaceFile, settings, result](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        const auto keep = [&](const core::Refinement& soFar) -> Status {
            *result = soFar;
            return {};
        };
        KERF_TRY(*result, core::runRefine(*project, workspace, settings, keep, job));
        return {};
    };
}

JobRunner::Work exportWork(const core::ProjectPtr& project, const std::filesystem::path& workspaceFile, core::RowId run,
    const std::string& target, const std::filesystem::path& out, const std::shared_ptr<core::ExportReport>& result)
{
    return [project, workspaceFile, run, target, out, result](const JobContext& job) -> Status {
        KERF_TRY(core::Workspace workspace, core::Workspace::open(workspaceFile));
        KERF_TRY(*result, core::runExport(*project, workspace, run, target, out, job));
        return {};
    };
}

} // namespace kerf::ui
