// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/job_run.h"

#include <chrono>

#include <fmt/format.h>

#include "core/jobs/job_edge.h"
#include "core/jobs/run_state.h"
#include "core/jobs/speed_job.h"

namespace kerf::core {
namespace {

/// One overload for each kind of job.
class Performer {
public:
    Performer(const Project& project, Workspace& workspace, RowId model, const JobSinks& sinks, const JobContext& job)
        : m_project(project)
        , m_workspace(workspace)
        , m_model(model)
        , m_sinks(sinks)
        , m_job(job)
    {
    }

    Result<JobProduct> operator()(const ProfileJob& settings) const
    {
        return product(runProfile(m_project, m_workspace, settings, m_job));
    }
    Result<JobProduct> operator()(const RunJob& settings) const
    {
        KERF_TRY(const RowId run, runQuantize(m_project, m_workspace, settings.quantize, m_job));
        if (settings.measures) {
            KERF_CHECK(measureRun(m_project, m_workspace, run, *settings.measures, m_job));
            KERF_CHECK(measureOriginal(m_project, m_workspace, *settings.measures, m_job));
        }
        return JobProduct(run);
    }
    Result<JobProduct> operator()(const SweepJob& settings) const
    {
        return product(runSweep(m_project, m_workspace, settings, m_sinks.sweepChanged, m_job));
    }
    Result<JobProduct> operator()(const RefineJob& settings) const
    {
        const auto keep = [&](const Refinement& soFar) -> Status {
            KERF_TRY([[maybe_unused]] const RowId row, m_workspace.savePlan(m_model, soFar.plan));
            return m_sinks.improved ? m_sinks.improved(soFar) : Status();
        };
        KERF_TRY(Refinement found, runRefine(m_project, m_workspace, settings, keep, m_job));
        KERF_TRY([[maybe_unused]] const RowId row, m_workspace.savePlan(m_model, found.plan));
        return JobProduct(std::move(found));
    }
    Result<JobProduct> operator()(const MeasureCellsJob& settings) const
    {
        return product(runMeasureCells(m_project, m_workspace, settings, m_job));
    }
    Result<JobProduct> operator()(const MeasureMethodsJob& settings) const
    {
        return product(runMeasureMethods(m_project, m_workspace, settings, m_job));
    }
    Result<JobProduct> operator()(const PredictionCheckJob& settings) const
    {
        return product(runPredictionCheck(m_project, m_workspace, settings, m_job));
    }
    Result<JobProduct> operator()(const EvaluateRunJob& settings) const
    {
        return product(runEvaluate(m_project, m_workspace, settings.run, settings.evaluate, m_job));
    }
    Result<JobProduct> operator()(const BenchRunJob& settings) const
    {
        return product(runBench(m_project, m_workspace, settings.run, settings.options, m_job));
    }
    Result<JobProduct> operator()(const ExportRunJob& settings) const
    {
        return product(runExport(m_project, m_workspace, settings.run, settings.target, settings.out, m_job));
    }
    Result<JobProduct> operator()(const SittingJob& settings) const
    {
        KERF_CHECK(runSittings(m_project, m_workspace, settings, m_job));
        return JobProduct(std::monostate());
    }

private:
    template <class T> static Result<JobProduct> product(Result<T> made)
    {
        return std::move(made).map([](T&& value) { return JobProduct(std::move(value)); });
    }

    const Project& m_project;
    Workspace& m_workspace;
    RowId m_model;
    const JobSinks& m_sinks;
    const JobContext& m_job;
};

Result<JobProduct> recorded(const Project& project, Workspace& workspace, const JobSettings& settings,
    const JobSinks& sinks, const JobContext& job)
{
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_TRY(const RowId row, workspace.beginJob(model, jobKind(settings), toJson(settings)));
    const auto start = std::chrono::steady_clock::now();
    const JobContext logged = job.withLog([&](LogLevel level, const std::string& line) {
        job.log(level, line);
        // A log line that the full disk cannot take must not end the job.
        (void)workspace.addJobEvent(row, levelName(level), line);
    });
    Result<JobProduct> made
        = atJobEdge([&] { return std::visit(Performer(project, workspace, model, sinks, logged), settings); });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const Status status = made ? Status() : tl::unexpected(made.error());
    const Status noted
        = workspace.endJob(row, stateAfter(status), status ? std::string() : status.error().message, seconds);
    KERF_CHECK(status);
    KERF_CHECK(noted);
    return made;
}

} // namespace

Result<JobProduct> runJob(const Project& project, Workspace& workspace, const JobSettings& settings,
    const JobSinks& sinks, const JobContext& job)
{
    return atJobEdge([&] { return recorded(project, workspace, settings, sinks, job); });
}

Result<JobSettings> storedJob(const Project& project, const Workspace& workspace, RowId job)
{
    KERF_TRY(const JobRow row, workspace.job(job));
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    for (const ModelRow& model : models)
        if (model.id == row.model && model.hash != project.modelHash)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Job {} belongs to the model {} ({}). Open that one.", job, model.name, model.path));
    return jobSettingsFromJson(
        row.kind, row.settings, *project.model.network, fmt::format("{}: job {}", workspace.file().string(), job));
}

} // namespace kerf::core
