// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/refine_job.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/jobs/data_use.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/plan_trial.h"
#include "core/jobs/preflight.h"
#include "core/jobs/statistics_folder.h"
#include "core/plan/plan_transforms.h"
#include "core/solve/plan_search.h"
#include "core/solve/solver.h"

namespace kerf::core {
namespace {

constexpr int kCellRounds = 3; ///< of measuring a plan's cells and solving again
constexpr double kKeepBelow = -2; ///< standard errors: of dozens of changes that do nothing, few must pass

/// Window by window, so that what makes a window hard falls out.
SampleMean difference(const std::vector<double>& after, const std::vector<double>& before)
{
    std::vector<double> changes;
    for (std::size_t i = 0; i < after.size(); ++i)
        changes.push_back(after[i] - before[i]);
    return sampleMean(changes);
}

BeforeAfter compare(const PlanTrial& trial, const std::vector<double>& before, const std::vector<double>& after)
{
    const SampleMean change = difference(after, before);
    return { sampleMean(before).value, sampleMean(after).value, change.value, change.standardError,
        trial.datasetHash() };
}

Status checkRefine(const RefineJob& settings, const Network& network)
{
    KERF_CHECK(checkPlan(settings.plan, network));
    if (!changingTransforms(settings.plan.transforms).empty())
        return fail(ErrorCode::InvalidArgument,
            "A plan with transforms cannot be refined: its layers' divergences were profiled without them.");
    KERF_TRY(const CacheSettings caches, cacheSettings(settings.plan, network));
    for (const CacheSetting& cache : caches)
        if (cache.format->hasFixedStep())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} takes its steps from a run's calibration: refine the plan with a cache format that "
                            "needs none.",
                    cache.format->name()));
    return {};
}

/// The search and what it works with.
class Refiner {
public:
    Refiner(const Project& project, Workspace& workspace, const RefineJob& settings, const JobContext& job)
        : m_project(project)
        , m_workspace(workspace)
        , m_settings(settings)
        , m_job(job)
        , m_network(*project.model.network)
    {
    }

    Result<Refinement> run()
    {
        KERF_CHECK(checkRefine(m_settings, m_network));
        KERF_TRY(m_model, registerModel(m_project, m_workspace));
        KERF_CHECK(openProfile());
        KERF_CHECK(openData());
        m_result.plan = m_settings.plan;
        m_result.plan.mode = QuantizeMode::Independent;
        KERF_TRY(m_before, m_trial->measure(m_result.plan, staged("the plan as it is")));
        m_current = m_before;
        m_bytes = planSize(m_result.plan, m_network, 0).layerBytes;
        KERF_CHECK(measureCells());
        KERF_CHECK(search());
        KERF_CHECK(compareInMode());
        KERF_CHECK(tellOnText());
        return std::move(m_result);
    }

private:
    Status openProfile()
    {
        KERF_TRY(std::optional<Profile> profile, m_workspace.latestProfile(m_model));
        if (!profile || !hasSlopes(*profile))
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} has no profile of this model that predicts a divergence: profile it first.",
                    m_workspace.file().string()));
        m_profile = std::move(*profile);
        KERF_TRY(const Profile known, fitted());
        Plan independent = m_settings.plan; // in which the search measures
        independent.mode = QuantizeMode::Independent;
        if (const auto predicted = predictPlan(known, independent); !predicted)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not predict the plan: {}. Profile what is missing first.",
                    predicted.error().message));
        KERF_TRY(const std::vector<PlanUnit> units, planUnits(m_profile, m_network, solveOptions(), m_settings.plan));
        return choiceOf(units, m_settings.plan).map([](const auto&) {}); // tied layers that differ are said at once
    }

    Status openData()
    {
        KERF_TRY(m_calibration, loadData(m_project, m_settings.calibration, m_job));
        if (m_calibration.hash != m_profile.datasetHash)
            return fail(ErrorCode::InvalidArgument,
                "The profile was measured with other calibration windows. Give the texts, window and samples it was "
                "made with, or profile again.");
        Result<Dataset> held = m_settings.held.files.empty()
            ? loadHeldData(m_project, m_settings.calibration, m_settings.windows, m_job)
            : loadData(m_project, m_settings.held, m_job);
        if (!held)
            return tl::unexpected(held.error());
        if (m_settings.held.files.empty()) {
            KERF_TRY(m_probe, loadHeldData(m_project, m_settings.calibration, m_profile.probeWindows, m_job));
        } else {
            m_probe = *held;
        }
        m_result.calibrationHash = m_calibration.hash;
        logUse(m_calibration, "Calibration", m_job);
        logUse(*held, "Held out", m_job);
        KERF_CHECK(checkWeights(m_project, m_job));
        KERF_TRY(m_cache, openStatistics(m_workspace, m_project.modelHash, m_calibration.hash));
        KERF_CHECK(calibrate(m_network, m_calibration, *m_cache, m_job));
        KERF_TRY(const RowId dataset, keepCalibration(m_workspace, m_calibration));
        KERF_CHECK(m_workspace.addStatistics(m_model, dataset, m_cache->key()));
        Result<PlanTrial> trial
            = PlanTrial::create(m_project, m_workspace, *m_cache, m_calibration, std::move(*held), m_job);
        if (!trial)
            return tl::unexpected(trial.error());
        m_trial.emplace(std::move(*trial));
        return {};
    }

    SolveOptions solveOptions() const
    {
        SolveOptions options;
        options.sizeBytes = m_bytes;
        options.tieFused = m_settings.tieFused;
        options.formats = m_settings.formats;
        for (const PlanLayer& row : m_settings.plan.layers) // what is not quantized was meant so
            if (const auto format = parseFormat(row.format); format && (*format)->isUnquantized())
                options.keep.push_back(row.layer);
        return options;
    }

    /// The profile's predictions, fitted to what was measured.
    Result<Profile> fitted() const
    {
        KERF_TRY(const std::vector<RunRow> runs, m_workspace.runs(m_model));
        KERF_TRY(const std::vector<PredictionRow> checks, m_workspace.predictionRows(m_model));
        return refitProfile(m_profile, measuredPlans(runs, checks));
    }

    /// What the solver picks looks cheaper than it is: its cells are measured, and it is asked again.
    Status measureCells()
    {
        for (int round = 0; round < kCellRounds; ++round) {
            Plan wanted = m_result.plan;
            if (round > 0) {
                KERF_TRY(const Profile profile, fitted());
                KERF_TRY(wanted, solvePlan(profile, m_network, 0, solveOptions(), m_result.plan));
            }
            std::vector<PlanLayer> cells;
            for (const PlanLayer& row : wanted.layers) {
                const auto layer = std::ranges::find(m_profile.layers, row.layer, &LayerProfile::layer);
                if (!layer->swapIn.contains(row.format))
                    cells.push_back(row);
            }
            if (!cells.empty()) {
                KERF_CHECK(measureSwapIn(m_profile, m_network, *m_cache, m_probe, cells, m_settings.plan.settings,
                    staged(fmt::format("cells, round {} of {}", round + 1, kCellRounds))));
                KERF_TRY([[maybe_unused]] const RowId saved, m_workspace.saveProfile(m_model, m_profile));
            }
            if (round > 0 && cells.empty())
                break;
        }
        KERF_TRY(const Profile profile, fitted());
        KERF_TRY(const Plan solved, solvePlan(profile, m_network, 0, solveOptions(), m_result.plan));
        if (solved.layers == m_result.plan.layers)
            return {};
        m_solved = solved;
        const double predicted = predictPlan(profile, solved)->kld - predictPlan(profile, m_result.plan)->kld;
        KERF_TRY(const std::vector<double> after, m_trial->measure(solved, staged("the plan solved again")));
        return decide("solved again with the measured cells", predicted, solved, after);
    }

    /// Notes a step and keeps its plan when it is better.
    Status decide(const std::string& change, double predicted, const Plan& plan, const std::vector<double>& after)
    {
        const SampleMean found = difference(after, m_current);
        const bool kept = found.value < kKeepBelow * found.standardError && found.value < 0;
        m_result.steps.push_back({ change, predicted, found.value, found.standardError, kept });
        m_job.log(LogLevel::Info,
            fmt::format("{}: predicted {:+.3g}, measured {:+.3g} ± {:.2g}: {}.", change, predicted, found.value,
                found.standardError, kept ? "kept" : "not kept"));
        if (!kept)
            return {};
        m_result.plan = plan;
        m_current = after;
        return tell();
    }

    /// The plan of the moment, in the mode that was asked for.
    Status tell()
    {
        if (!m_settings.improved)
            return {};
        Refinement soFar = m_result;
        soFar.plan.mode = m_settings.plan.mode;
        soFar.held = compare(*m_trial, m_before, m_current);
        return m_settings.improved(soFar);
    }

    /// Both plans in the mode that was asked for: what is better in independent mode need not be in the other.
    Status compareInMode()
    {
        m_result.plan.mode = m_settings.plan.mode;
        KERF_TRY(const std::vector<double> before, m_trial->measure(m_settings.plan, staged("before")));
        KERF_TRY(const std::vector<double> after, m_trial->measure(m_result.plan, staged("after")));
        m_result.held = compare(*m_trial, before, after);
        if (m_result.held.change <= 0)
            return {};
        m_job.log(LogLevel::Warning,
            fmt::format("In sequential mode the plan that was found is no better ({:+.3g} ± {:.2g}): the plan "
                        "stays as it was.",
                m_result.held.change, m_result.held.changeStderr));
        m_result.plan.layers = m_settings.plan.layers;
        m_result.held = compare(*m_trial, before, before);
        m_current = m_before;
        return tell();
    }

    Status search()
    {
        KERF_TRY(const Profile profile, fitted());
        KERF_TRY(std::vector<PlanUnit> units, planUnits(profile, m_network, solveOptions(), m_result.plan));
        KERF_TRY(std::vector<int> choice, choiceOf(units, m_result.plan));
        PlanSearch search(std::move(units), std::move(choice), m_bytes);
        if (!m_result.steps.empty() && !m_result.steps.front().kept) {
            KERF_TRY(const std::vector<int> solved, choiceOf(search.units(), m_solved));
            search.exclude(solved);
        }
        while (static_cast<int>(m_result.steps.size()) < m_settings.steps) {
            KERF_CHECK(m_job.checkStop());
            const std::optional<PlanChange> change = search.next();
            if (!change)
                break;
            Plan plan = m_result.plan;
            applyChoice(search.units(), search.after(*change), m_network, m_profile.method, plan);
            KERF_TRY(const std::vector<double> after,
                m_trial->measure(
                    plan, staged(fmt::format("change {} of {}", m_result.steps.size() + 1, m_settings.steps))));
            const SampleMean found = difference(after, m_current);
            const std::string words = search.describe(*change);
            search.observe(*change, found.value, found.standardError);
            KERF_CHECK(decide(words, change->kld, plan, after));
            if (m_result.steps.back().kept)
                search.accept(*change);
        }
        return {};
    }

    Status tellOnText()
    {
        if (m_settings.text.files.empty())
            return {};
        KERF_TRY(Dataset text, loadData(m_project, m_settings.text, m_job));
        logUse(text, "Text", m_job);
        KERF_CHECK(overlapWithCalibration(m_workspace, m_profile.datasetHash, text, m_job));
        KERF_TRY(PlanTrial trial,
            PlanTrial::create(m_project, m_workspace, *m_cache, m_calibration, std::move(text), m_job));
        KERF_TRY(const std::vector<double> before, trial.measure(m_settings.plan, staged("before, on the text")));
        KERF_TRY(const std::vector<double> after, trial.measure(m_result.plan, staged("after, on the text")));
        m_result.text = compare(trial, before, after);
        return {};
    }

    JobContext staged(const std::string& where) const
    {
        return m_job.withProgress([this, where](Progress progress) {
            progress.stage += " · " + where;
            m_job.progress(progress);
        });
    }

    const Project& m_project;
    Workspace& m_workspace;
    const RefineJob& m_settings;
    const JobContext& m_job;
    const Network& m_network;
    RowId m_model = 0;
    Profile m_profile; ///< as measured, with what this job adds
    Dataset m_calibration;
    Dataset m_probe; ///< windows of the profile's own swap-ins
    std::optional<StatisticsCache> m_cache;
    std::optional<PlanTrial> m_trial;
    std::int64_t m_bytes = 0; ///< of the quantizable layers
    Plan m_solved; ///< what the solver gave with the measured cells
    std::vector<double> m_before; ///< divergence of each window under the plan that was given, in independent mode
    std::vector<double> m_current; ///< under m_result.plan
    Refinement m_result;
};

} // namespace

Result<Refinement> runRefine(
    const Project& project, Workspace& workspace, const RefineJob& settings, const JobContext& job)
{
    return atJobEdge([&] { return Refiner(project, workspace, settings, job).run(); });
}

Json RefineJob::toJson() const
{
    return { { "plan", core::toJson(plan) }, { "calibration", core::toJson(calibration) },
        { "held", core::toJson(held) }, { "windows", windows }, { "text", core::toJson(text) }, { "steps", steps },
        { "tie_fused", tieFused }, { "formats", formats } };
}

Result<RefineJob> RefineJob::fromJson(const Json& json, const Network& network)
{
    RefineJob job;
    KERF_TRY(job.plan, planFromJson(json.at("plan"), network, "plan"));
    job.calibration = dataChoiceFrom(json.at("calibration"));
    job.held = dataChoiceFrom(json.at("held"));
    job.windows = json.at("windows").get<std::int64_t>();
    job.text = dataChoiceFrom(json.at("text"));
    job.steps = json.at("steps").get<int>();
    job.tieFused = json.at("tie_fused").get<bool>();
    job.formats = json.at("formats").get<std::vector<std::string>>();
    return job;
}

std::string RefineJob::title(const Json& settings, const RunNames&)
{
    std::string name = planNameOf(settings);
    if (name.ends_with(kRefinedSuffix))
        name.resize(name.size() - kRefinedSuffix.size());
    return "Refine " + name;
}

Result<Refinement> RefineJob::perform(const JobScene& scene) const
{
    RefineJob kept = *this;
    kept.improved = [&](const Refinement& soFar) -> Status {
        KERF_TRY([[maybe_unused]] const RowId row, scene.workspace.savePlan(scene.model, soFar.plan));
        return improved ? improved(soFar) : Status();
    };
    KERF_TRY(Refinement found, runRefine(scene.project, scene.workspace, kept, scene.context));
    KERF_TRY([[maybe_unused]] const RowId row, scene.workspace.savePlan(scene.model, found.plan));
    return found;
}

JobReport RefineJob::report(const Refinement& made) const
{
    const auto keptSteps = std::ranges::count_if(made.steps, &RefineStep::kept);
    return { fmt::format("{} of {} changes were kept; the plan is in the workspace as {}.", keptSteps,
                 made.steps.size(), made.plan.name),
        { { "plan", made.plan.name }, { "steps", made.steps.size() }, { "kept", keptSteps } } };
}

} // namespace kerf::core
