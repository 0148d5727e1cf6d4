// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/fitted_profile.h"

#include <map>

#include "core/jobs/run_ranks.h"

namespace kerf::core {
namespace {

/// Tokens a window that a divergence was measured on; 0 when that was not noted.
std::int64_t windowOf(const Metric& metric)
{
    const auto found = metric.settings.is_object() ? metric.settings.find("window") : metric.settings.end();
    return found != metric.settings.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

} // namespace

Plan planAsCarriedOut(const RunRow& run)
{
    Plan plan = run.plan;
    if (run.provenance.datasetHash.empty()) // no calibration text: nothing to search scales by
        plan.settings.set(kScaleSearch, false);
    return plan;
}

std::vector<MeasuredPlan> measuredPlans(const std::vector<RunRow>& runs, const std::vector<PredictionRow>& checks)
{
    std::map<std::int64_t, std::vector<MeasuredPlan>> byWindow;
    for (const RunRow& run : runs)
        for (const Metric& metric : run.metrics)
            if (!run.origin && isDivergence(metric.name) && metric.value > 0 && windowOf(metric) > 0)
                byWindow[windowOf(metric)].push_back(
                    { planAsCarriedOut(run), metric.value, metric.standardError.value_or(0), metric.datasetHash });
    for (const PredictionRow& check : checks)
        if (check.plan && check.measured > 0 && check.window > 0)
            byWindow[check.window].push_back({ *check.plan, check.measured, check.measuredStderr, check.datasetHash });
    std::vector<MeasuredPlan> most;
    for (auto& [window, plans] : byWindow)
        if (plans.size() >= most.size())
            most = std::move(plans);
    return most;
}

Result<std::optional<Profile>> fittedProfile(const Workspace& workspace, RowId model)
{
    KERF_TRY(std::optional<Profile> profile, workspace.latestProfile(model));
    if (!profile)
        return std::nullopt;
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    KERF_TRY(const std::vector<PredictionRow> checks, workspace.predictionRows(model));
    return refitProfile(*profile, measuredPlans(runs, checks));
}

} // namespace kerf::core
