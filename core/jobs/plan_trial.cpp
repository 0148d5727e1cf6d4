// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/plan_trial.h"

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/format/layer_format.h"
#include "core/jobs/preflight.h"
#include "core/jobs/quantize_modes.h"
#include "core/plan/value_placement.h"

namespace kerf::core {
namespace {

constexpr std::size_t kMostBytes = std::size_t { 64 } << 20; ///< of a file of results

std::filesystem::path resultsFile(
    const std::filesystem::path& arrays, const Project& project, const StatisticsCache& cache, const Dataset& windows)
{
    const std::string key = Hasher()
                                .add("measured plans")
                                .add(project.modelHash)
                                .add(cache.key())
                                .add(windows.hash)
                                .add(static_cast<std::int64_t>(kEngineVersion))
                                .hex();
    return arrays / "trials" / (key + ".json");
}

} // namespace

PlanTrial::PlanTrial(const Project& project, Workspace& workspace, const StatisticsCache& cache,
    const Dataset& calibration, Dataset windows, ReferenceLogits reference)
    : m_project(&project)
    , m_workspace(&workspace)
    , m_calibration(&calibration)
    , m_cache(cache)
    , m_windows(std::move(windows))
    , m_reference(std::move(reference))
    , m_artifacts(workspace.arraysFolder())
    , m_file(resultsFile(workspace.arraysFolder(), project, cache, m_windows))
    , m_sites([statistics = cache](const std::string& site) { return statistics.load(site); })
{
}

Result<PlanTrial> PlanTrial::create(const Project& project, Workspace& workspace, const StatisticsCache& cache,
    const Dataset& calibration, Dataset windows, const JobContext& job)
{
    KERF_CHECK(checkMayQuantize(project));
    KERF_TRY(ReferenceLogits reference,
        ReferenceLogits::compute(
            *project.model.network, project.modelHash, windows, workspace.arraysFolder() / "reference", job));
    KERF_CHECK(workspace.addDataset(windows));
    PlanTrial trial(project, workspace, cache, calibration, std::move(windows), std::move(reference));
    KERF_CHECK(trial.load());
    return trial;
}

Result<std::vector<double>> PlanTrial::measure(const Plan& plan, const JobContext& job)
{
    const std::string hash = planHash(plan);
    if (const auto known = m_known.find(hash); known != m_known.end())
        return known->second;
    const Result<Trial> trial
        = plan.mode == QuantizeMode::Sequential || !valuesRoundedBetween(*m_project->model.network, plan).empty()
        ? carryOutTrial(*m_project, *m_workspace, plan, m_calibration, job)
        : carryOut(plan, job);
    if (!trial)
        return tl::unexpected(trial.error());
    KERF_TRY(const Evaluation found,
        evaluate(*trial->network, trial->replacements, m_windows, &m_reference, job, trial->caches));
    m_known[hash] = found.divergence->windowKld;
    KERF_CHECK(store());
    return m_known[hash];
}

Result<Trial> PlanTrial::carryOut(const Plan& plan, const JobContext& job)
{
    Trial trial { m_project->model.network, {}, {} };
    KERF_TRY(trial.caches, cacheSettings(plan, *trial.network));
    const std::vector<LayerInfo>& layers = trial.network->layers();
    std::map<std::string, LinearPtr> kept;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        KERF_CHECK(job.checkStop());
        job.progress({ "Quantizing " + layers[i].name, static_cast<std::int64_t>(i),
            static_cast<std::int64_t>(layers.size()), "layers" });
        const PlanLayer* row = plan.find(layers[i].name);
        LayerTask task { row->layer, {}, nullptr, plan.settings };
        KERF_TRY(task.format, parseLayerFormat(row->format));
        task.observer = plan.observer;
        if (task.format.weight->isUnquantized())
            continue;
        const std::string key = fmt::format("{} {} {}", row->layer, row->format, row->method);
        const auto known = m_layers.find(key);
        if (known != m_layers.end()) {
            trial.replacements[row->layer] = known->second;
        } else {
            KERF_TRY(task.method, findMethod(row->method));
            KERF_TRY(task.fusedLargest, largestOfFused(*trial.network, layers[i], *task.format.weight));
            KERF_TRY(trial.replacements[row->layer], makeLayer(layers[i], task, job));
        }
        kept[key] = trial.replacements[row->layer];
    }
    m_layers = std::move(kept);
    return trial;
}

Result<LinearPtr> PlanTrial::makeLayer(const LayerInfo& layer, const LayerTask& task, const JobContext& job)
{
    LayerInputs inputs;
    inputs.statisticsKey = statisticsKey(m_cache, layer.site, TransformChain {});
    inputs.weight = [&] { return m_project->model.network->layerWeight(layer.name); };
    inputs.site = [&] { return m_sites.at(layer.site); };
    KERF_TRY(LayerArtifacts::Layer obtained, m_artifacts.obtain(task, inputs, job));
    return solvedOperator(task, std::move(obtained.result.tensor), inputs.site);
}

Status PlanTrial::load()
{
    std::error_code error;
    if (!std::filesystem::exists(m_file, error))
        return {};
    KERF_TRY(const std::string text, readTextFile(m_file, kMostBytes));
    KERF_TRY(const Json json, parseJson(text, m_file.string()));
    for (const auto& [hash, values] : json.items()) {
        std::vector<double> klds;
        for (const Json& value : values)
            if (value.is_number())
                klds.push_back(value.get<double>());
        if (klds.size() == m_windows.windows.size()) // else it is not ours: measured again
            m_known[hash] = std::move(klds);
    }
    return {};
}

Status PlanTrial::store() const
{
    std::error_code error;
    std::filesystem::create_directories(m_file.parent_path(), error);
    return writeFileAtomically(m_file, std::string_view(Json(m_known).dump()));
}

} // namespace kerf::core
