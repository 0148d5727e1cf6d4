// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/compared_runs.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/jobs/fitted_profile.h"
#include "core/jobs/job_edge.h"

namespace kerf::core {
namespace {

Result<std::vector<std::optional<double>>> errorsOf(
    const Network& network, const Workspace& workspace, const RunRow& run)
{
    std::vector<std::optional<double>> errors(network.layers().size());
    if (run.origin) // of others' codes no error by inputs was measured
        return errors;
    KERF_TRY(const std::vector<RunLayerRow> rows, workspace.runLayers(run.id));
    std::map<std::string, double> byLayer;
    for (const RunLayerRow& row : rows)
        byLayer.emplace(row.report.layer, row.report.relativeError);
    for (std::size_t i = 0; i < errors.size(); ++i)
        if (const auto found = byLayer.find(network.layers()[i].name); found != byLayer.end())
            errors[i] = found->second;
    return errors;
}

Result<ComparedRuns> load(const Project& project, const Workspace& workspace, const std::vector<RowId>& ids,
    RowId reference, const JobContext& job)
{
    ComparedRuns found;
    for (const RowId id : ids) {
        KERF_TRY(RunRow run, workspace.run(std::to_string(id)));
        found.runs.push_back(std::move(run));
    }
    const auto at = static_cast<std::size_t>(std::ranges::find(ids, reference) - ids.begin());
    if (found.runs.empty() || at == ids.size())
        return fail(ErrorCode::InvalidArgument, "The reference is none of the runs that are compared.");
    const RowId model = found.runs.front().model;
    KERF_TRY(const std::vector<RunRow> all, workspace.runs(model));
    if (const RunRow* original = findOriginal(all, model))
        found.original = *original;
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, model));
    KERF_CHECK(job.checkStop());
    KERF_TRY(found.metrics, compareMetrics(found.runs, at, speeds, found.original ? &*found.original : nullptr));
    KERF_CHECK(job.checkStop());
    KERF_TRY(const std::optional<Profile> profile, fittedProfile(workspace, model));
    const Network& network = *project.model.network;
    for (const RunRow& run : found.runs) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(auto errors, errorsOf(network, workspace, run));
        found.errors.push_back(std::move(errors));
        KERF_TRY(PlanComparison plan, comparePlans(network, found.runs[at], run, profile ? &*profile : nullptr));
        found.plans.push_back(std::move(plan));
    }
    return found;
}

} // namespace

Result<ComparedRuns> loadComparison(const Project& project, const Workspace& workspace, const std::vector<RowId>& runs,
    RowId reference, const JobContext& job)
{
    return atJobEdge([&] { return load(project, workspace, runs, reference, job); });
}

} // namespace kerf::core
