// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/plan_summary.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/cli/table.h"
#include "core/base/number_text.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/speed_job.h"
#include "core/task/task.h"

namespace kerf::cli {

using namespace kerf::core;
namespace fs = std::filesystem;

namespace {

bool workspaceExists(const Invocation& invocation)
{
    std::error_code ignored;
    return invocation.hasWorkspace() && fs::exists(invocation.options().workspace, ignored);
}

/// Adds the decode speed by the workspace's table of kernel times, where it has the plan's formats.
Status addSpeedOf(const Invocation& invocation, const Project& project, const Plan& plan, Json& json)
{
    if (!workspaceExists(invocation))
        return {};
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    if (model == 0)
        return {};
    KERF_TRY(const ModelSpeeds speeds, loadSpeeds(workspace, model));
    const std::optional<SpeedFigure> figure = speeds.figure(plan);
    if (!figure)
        return {};
    json["predicted_tokens_per_second"] = figure->tokensPerSecond;
    json["predicted_speed_ratio"] = figure->ratio;
    if (const auto& interval = figure->ratioInterval)
        json.update(
            { { "predicted_speed_ratio_low", interval->low }, { "predicted_speed_ratio_high", interval->high } });
    json["speed_machine"] = speeds.table.machine();
    return {};
}

std::string speedLine(const Json& summary)
{
    if (!summary.contains("predicted_tokens_per_second"))
        return {};
    std::string text = fmt::format("  predicted speed {:.1f} decoded tokens/s, {:.2f} x the original",
        summary.at("predicted_tokens_per_second").get<double>(), summary.at("predicted_speed_ratio").get<double>());
    if (summary.contains("predicted_speed_ratio_low"))
        text += fmt::format(" ({:.2f}–{:.2f})", summary.at("predicted_speed_ratio_low").get<double>(),
            summary.at("predicted_speed_ratio_high").get<double>());
    return text + fmt::format(", on {}\n", summary.at("speed_machine").get<std::string>());
}

std::string fittedText(int runs)
{
    if (runs == 0)
        return {};
    return runs == 1 ? ", fitted to 1 measured plan" : fmt::format(", fitted to {} measured plans", runs);
}

} // namespace

Result<std::optional<Profile>> profileOf(const Invocation& invocation, const Project& project)
{
    if (!workspaceExists(invocation))
        return std::nullopt;
    KERF_TRY(const Workspace workspace, invocation.openExisting());
    KERF_TRY(const RowId model, modelRowOf(workspace, project));
    if (model == 0)
        return std::nullopt;
    return fittedProfile(workspace, model);
}

Result<Plan> findPlan(const Invocation& invocation, const Project& project, const std::string& fileOrName)
{
    std::error_code ignored;
    if (fs::exists(fileOrName, ignored))
        return readPlan(fileOrName, *project.model.network);
    std::string known;
    if (workspaceExists(invocation)) {
        KERF_TRY(const Workspace workspace, invocation.openExisting());
        KERF_TRY(const RowId model, modelRowOf(workspace, project));
        KERF_TRY(const std::vector<Plan> plans, workspace.plans(model));
        for (const Plan& plan : plans) {
            if (plan.name == fileOrName)
                return plan;
            known += (known.empty() ? " The workspace has: " : ", ") + plan.name;
        }
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no plan file \"{}\" and no plan of that name in the workspace.{}", fileOrName, known));
}

Result<Json> planSummary(const Invocation& invocation, const Project& project, const Plan& plan)
{
    const PlanSize size = planSize(plan, *project.model.network, project.otherBytes);
    std::map<std::string, int> formats;
    for (const PlanLayer& layer : plan.layers)
        ++formats[layer.format];
    Json json { { "name", plan.name }, { "layers", plan.layers.size() }, { "bits_per_weight", size.bitsPerWeight },
        { "size_bytes", size.sizeBytes }, { "layer_bytes", size.layerBytes },
        { "mode", plan.mode == QuantizeMode::Sequential ? "sequential" : "independent" }, { "formats", formats } };
    KERF_TRY(const std::optional<Profile> profile, profileOf(invocation, project));
    json["divergence"] = divergenceTitle(*nearestTask(*project.model.network));
    if (profile) {
        if (const auto predicted = predictPlan(*profile, plan)) {
            json["predicted_kld"] = predicted->kld;
            json["predicted_kld_stderr"] = predicted->stderr_;
            json["fitted_runs"] = profile->fittedRuns;
        } else {
            json["not_predicted"] = predicted.error().message;
        }
    }
    KERF_CHECK(addSpeedOf(invocation, project, plan, json));
    return json;
}

std::string summaryText(const Json& summary)
{
    std::string formats;
    for (const auto& [format, count] : summary.at("formats").items())
        formats += fmt::format("{}{} × {}", formats.empty() ? "" : ", ", count.get<int>(), format);
    std::string text = fmt::format("{}: {:.3f} bits per weight, {}, {} mode\n  {}\n",
        summary.at("name").get<std::string>(), summary.at("bits_per_weight").get<double>(),
        sizeText(summary.at("size_bytes").get<std::int64_t>()), summary.at("mode").get<std::string>(), formats);
    if (summary.contains("predicted_kld"))
        text += fmt::format("  predicted {}: {}{}\n", summary.at("divergence").get<std::string>(),
            measuredText(summary.at("predicted_kld").get<double>(), summary.at("predicted_kld_stderr").get<double>()),
            fittedText(summary.at("fitted_runs").get<int>()));
    if (summary.contains("not_predicted"))
        text += fmt::format("  {} not predicted: {}\n", summary.at("divergence").get<std::string>(),
            summary.at("not_predicted").get<std::string>());
    return text + speedLine(summary);
}

Result<Outcome> finishPlan(const fs::path& out, Invocation& invocation, const Project& project, const Plan& plan)
{
    if (!out.empty())
        KERF_CHECK(writePlan(out, plan));
    if (invocation.hasWorkspace()) {
        KERF_TRY(Workspace workspace, invocation.openWorkspace());
        KERF_TRY(const RowId model, registerModel(project, workspace));
        KERF_CHECK(workspace.savePlan(model, plan));
    }
    Outcome outcome;
    KERF_TRY(outcome.json, planSummary(invocation, project, plan));
    outcome.text = summaryText(outcome.json);
    if (!out.empty())
        outcome.json["out"] = out.string();
    else if (!invocation.hasWorkspace())
        outcome.text = toJson(plan).dump(2) + "\n"; // nowhere else to go
    outcome.json["plan"] = toJson(plan);
    return outcome;
}

Result<Profile> neededProfile(const Project& project, const Invocation& invocation)
{
    KERF_TRY(Workspace workspace, invocation.openWorkspace());
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    for (const ModelRow& model : models) {
        if (model.hash != project.modelHash)
            continue;
        KERF_TRY(std::optional<Profile> profile, fittedProfile(workspace, model.id));
        if (profile)
            return std::move(*profile);
    }
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} has no profile of this model yet: kerf-cli profile makes one.", workspace.file().string()));
}

} // namespace kerf::cli
