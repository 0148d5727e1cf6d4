// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_forecast.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/version.h"
#include "core/format/layer_format.h"
#include "core/jobs/artifact_store.h"
#include "core/jobs/preflight.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

bool usesDrift(const Plan& plan)
{
    return std::ranges::any_of(plan.layers, [&](const PlanLayer& layer) {
        const auto method = findMethod(layer.method);
        return method && (*method)->usesDrift(plan.settings);
    });
}

/// Runs whose layers may be those of the plan.
bool isComparable(const RunRow& run, const Project& project, const Plan& plan, const std::string& datasetHash)
{
    const Provenance& made = run.provenance;
    const Plan& other = run.plan;
    if (run.origin || made.modelHash != project.modelHash || made.datasetHash != datasetHash
        || made.engineVersion != std::to_string(kEngineVersion) || other.layers.size() != plan.layers.size())
        return false;
    if (plan.mode != other.mode || plan.transforms != other.transforms)
        return false;
    if (useFormats(plan.transforms))
        return planHash(other) == planHash(plan);
    return plan.mode == QuantizeMode::Independent || usesDrift(plan) == usesDrift(other);
}

/// What decides a layer's codes beside its inputs. The format of inputs is no part of it.
Result<std::string> recipeOf(const PlanLayer& layer, const MethodSettings& settings)
{
    KERF_TRY(const LayerFormat format, parseLayerFormat(layer.format));
    return format.weight->isUnquantized() ? std::string()
                                          : format.weight->name() + ' ' + methodVariant(layer.method, settings);
}

using Recipes = std::map<std::string, std::string>; ///< by layer; empty: it stays as it is

Result<Recipes> recipesOf(const Plan& plan)
{
    Recipes recipes;
    for (const PlanLayer& layer : plan.layers) {
        KERF_TRY(recipes[layer.layer], recipeOf(layer, plan.settings));
    }
    return recipes;
}

/// Layers that are alike in both, and in sequential mode lie behind nothing that is not.
std::set<std::string> alike(const Network& network, const Recipes& wanted, const Recipes& made, QuantizeMode mode)
{
    std::vector<const LayerInfo*> order;
    for (const LayerInfo& layer : network.layers())
        order.push_back(&layer);
    const auto place = [](const LayerInfo* layer) { return std::tuple(layer->block, layer->part, layer->step); };
    std::ranges::stable_sort(order, {}, place);
    std::set<std::string> found;
    bool before = true, here = true; // all layers of earlier steps, and of this one
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && place(order[i]) != place(order[i - 1]))
            before = before && here;
        const auto other = made.find(order[i]->name);
        const bool isSame = other != made.end() && other->second == wanted.at(order[i]->name);
        here = here && isSame;
        if (isSame && (before || mode == QuantizeMode::Independent))
            found.insert(order[i]->name);
    }
    return found;
}

/// Of a run's layers those that are alike, finished and on disk.
Result<std::set<std::string>> onDisk(
    const Workspace& workspace, const ArtifactStore& store, RowId run, const std::set<std::string>& alike)
{
    KERF_TRY(const std::vector<RunLayerRow> rows, workspace.runLayers(run));
    std::set<std::string> found;
    for (const RunLayerRow& row : rows)
        if (!row.artifactKey.empty() && alike.contains(row.report.layer) && store.has(row.artifactKey))
            found.insert(row.report.layer);
    return found;
}

Status findCached(RunForecast& forecast, const Project& project, const Workspace& workspace, RowId model,
    const Plan& plan, const std::string& datasetHash)
{
    const ArtifactStore store(workspace.arraysFolder());
    const Network& network = *project.model.network;
    KERF_TRY(const Recipes wanted, recipesOf(plan));
    for (const auto& [layer, recipe] : wanted)
        if (recipe.empty())
            forecast.kept.insert(layer);
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    std::size_t most = 0;
    Recipes nearest;
    for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
        if (!isComparable(*run, project, plan, datasetHash))
            continue;
        KERF_TRY(const Recipes made, recipesOf(run->plan));
        KERF_TRY(const std::set<std::string> found,
            onDisk(workspace, store, run->id, alike(network, wanted, made, plan.mode)));
        forecast.cached.insert(found.begin(), found.end());
        if (found.size() > most) {
            most = found.size();
            forecast.nearest = run->id;
            forecast.nearestName = run->name;
            nearest = made;
        }
    }
    for (const LayerInfo& layer : network.layers()) {
        if (forecast.kept.contains(layer.name) || forecast.cached.contains(layer.name))
            continue;
        forecast.toDo.push_back(layer.name);
        if (forecast.nearest != 0 && nearest.at(layer.name) != wanted.at(layer.name))
            forecast.edited.push_back(layer.name);
    }
    return {};
}

std::optional<LayerTimes::Estimate> timeOf(
    const RunForecast& forecast, const Network& network, const Plan& plan, const LayerTimes& times)
{
    std::map<std::string, const LayerInfo*> layers;
    for (const LayerInfo& layer : network.layers())
        layers.emplace(layer.name, &layer);
    LayerTimes::Estimate sum { 0, 0.0, 0 };
    for (const std::string& name : forecast.toDo) {
        const auto one = times.of(*layers.at(name), plan.find(name)->method);
        if (!one)
            return std::nullopt;
        sum.seconds += one->seconds;
        sum.measurements += one->measurements;
        if (sum.deviation && one->deviation)
            *sum.deviation += *one->deviation;
        else
            sum.deviation.reset();
    }
    return sum;
}

} // namespace

Result<RunForecast> forecastRun(const Project& project, const Workspace& workspace, RowId model, const Plan& plan,
    const std::string& datasetHash, const LayerTimes& times)
{
    const Network& network = *project.model.network;
    KERF_CHECK(checkPlan(plan, network));
    RunForecast forecast;
    KERF_CHECK(findCached(forecast, project, workspace, model, plan, datasetHash));
    forecast.time = timeOf(forecast, network, plan, times);
    return forecast;
}

} // namespace kerf::core
