// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/prediction_job.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/random.h"
#include "core/format/layer_format.h"
#include "core/jobs/carry_out.h"
#include "core/jobs/data_use.h"
#include "core/jobs/fitted_profile.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/job_json.h"
#include "core/jobs/preflight.h"
#include "core/jobs/profile_addition.h"
#include "core/solve/solver.h"

namespace kerf::core {
namespace {

constexpr std::uint64_t kPlanStream = 0x706c616e73; ///< the random numbers of plans, apart from all others
constexpr LayerShape kTypical { 4096, 4096 };

std::vector<double> ranks(const std::vector<double>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> rank(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t end = first + 1;
        while (end < order.size() && values[order[end]] == values[order[first]])
            ++end;
        for (std::size_t i = first; i < end; ++i)
            rank[order[i]] = static_cast<double>(first + end - 1) / 2;
        first = end;
    }
    return rank;
}

/// The profiled formats in order of bits, those of 16 bits left out.
std::vector<std::string> formatsByBits(const Profile& profile)
{
    std::vector<std::pair<double, std::string>> formats;
    for (const std::string& name : profile.formats)
        if (const auto format = parseWeightFormat(name); format && !(*format)->isUnquantized())
            formats.emplace_back((*format)->bitsPerWeight(kTypical), name);
    std::stable_sort(formats.begin(), formats.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> names;
    for (auto& [bits, name] : formats)
        names.push_back(std::move(name));
    return names;
}

/// The divergence of a plan on the text, by a trial: no run is made.
Result<Prediction> measurePlan(const Project& project, Workspace& workspace, const Dataset* calibration,
    const Dataset& text, const Plan& plan, const JobContext& job)
{
    const Network& original = *project.model.network;
    KERF_TRY(const Trial trial, carryOutTrial(project, workspace, plan, calibration, job));
    KERF_TRY(const ReferenceLogits reference,
        ReferenceLogits::compute(original, project.modelHash, text, workspace.arraysFolder() / "reference", job));
    KERF_TRY(const Evaluation found, evaluate(*trial.network, trial.replacements, text, &reference, job, trial.caches));
    if (!found.divergence)
        return fail(ErrorCode::Internal, fmt::format("{}: its divergence was not measured.", plan.name));
    return Prediction { found.divergence->kldMean, found.divergence->kldStderr };
}

const PredictionRow* findRow(
    const std::vector<PredictionRow>& rows, const std::string& planHash, const std::string& datasetHash)
{
    const auto found = std::find_if(rows.begin(), rows.end(),
        [&](const PredictionRow& row) { return row.planHash == planHash && row.datasetHash == datasetHash; });
    return found == rows.end() ? nullptr : &*found;
}

/// A prediction that was fitted to what it is compared with would prove nothing.
std::vector<PredictionRow> withoutPlans(std::vector<PredictionRow> rows, const std::vector<Plan>& plans)
{
    std::set<std::string> hashes;
    for (const Plan& plan : plans)
        hashes.insert(planHash(plan));
    std::erase_if(rows, [&](const PredictionRow& row) { return hashes.contains(row.planHash); });
    return rows;
}

/// The text that plans are fitted to, if one is given.
Result<std::optional<Dataset>> loadCalibration(
    const Project& project, Workspace& workspace, const PredictionCheckJob& settings, const JobContext& job)
{
    if (settings.calibration.files.empty())
        return std::nullopt;
    KERF_TRY(Dataset data, loadData(project, settings.calibration, job));
    logUse(data, "Calibration", job);
    KERF_CHECK(workspace.addDataset(data));
    return data;
}

/// What the profile says of a plan; what is measured is still to come.
Result<PredictionRow> predictedRow(const Profile& profile, const Plan& plan, const Dataset& text)
{
    const Result<Prediction> predicted = predictPlan(profile, plan);
    if (!predicted && !hasSlopes(profile))
        return fail(ErrorCode::InvalidArgument,
            "The profile has no slopes, so it predicts nothing: profile again with the measure kld.");
    if (!predicted)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The profile does not predict these plans: {}. Profile what is missing first.",
                predicted.error().message));
    PredictionRow row;
    row.name = plan.name;
    row.planHash = planHash(plan);
    row.dataset = text.name;
    row.datasetHash = text.hash;
    row.predicted = predicted->kld;
    row.predictedStderr = predicted->stderr_;
    row.plan = plan;
    return row;
}

Result<PredictionCheck> check(
    const Project& project, Workspace& workspace, const PredictionCheckJob& settings, const JobContext& job)
{
    KERF_TRY(const RowId model, registerModel(project, workspace));
    KERF_TRY(Profile profile, newestProfile(workspace, model));
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    KERF_TRY(const Dataset text, loadData(project, settings.text, job));
    logUse(text, "Text", job);
    KERF_CHECK(overlapWithCalibration(workspace, profile.datasetHash, text, job));
    KERF_TRY(const std::optional<Dataset> calibration, loadCalibration(project, workspace, settings, job));
    KERF_CHECK(workspace.addDataset(text));
    KERF_TRY(const std::vector<PredictionRow> known, workspace.predictionRows(model));
    const std::vector<Plan> plans = randomPlans(profile, *project.model.network, settings);
    profile = refitProfile(profile, measuredPlans(runs, withoutPlans(known, plans)));
    const auto isKnown = [&](const Plan& plan) { return findRow(known, planHash(plan), text.hash); };
    if (!std::ranges::all_of(plans, isKnown))
        KERF_CHECK(checkWeights(project, job));
    std::vector<PredictionRow> rows;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(PredictionRow row, predictedRow(profile, plans[i], text));
        row.window = settings.text.window;
        if (const PredictionRow* before = findRow(known, row.planHash, row.datasetHash)) {
            row.measured = before->measured;
            row.measuredStderr = before->measuredStderr;
        } else {
            const std::string where = fmt::format(" · plan {} of {}", i + 1, plans.size());
            const JobContext part = job.withProgress([&job, where](Progress progress) {
                progress.stage += where;
                job.progress(progress);
            });
            KERF_TRY(const Prediction measured,
                measurePlan(project, workspace, calibration ? &*calibration : nullptr, text, plans[i], part));
            row.measured = measured.kld;
            row.measuredStderr = measured.stderr_;
        }
        KERF_CHECK(workspace.savePrediction(model, row));
        job.log(LogLevel::Info,
            fmt::format("{}: predicted {:.4g}, measured {:.4g}.", row.name, row.predicted, row.measured));
        rows.push_back(std::move(row));
    }
    PredictionCheck found = summarizeChecks(std::move(rows));
    found.calibrationHash = calibration ? calibration->hash : std::string();
    found.textHash = text.hash;
    return found;
}

} // namespace

double rankCorrelation(const std::vector<double>& a, const std::vector<double>& b)
{
    if (a.size() < 3 || a.size() != b.size())
        return std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> x = ranks(a), y = ranks(b);
    const double mean = static_cast<double>(a.size() - 1) / 2;
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - mean) * (y[i] - mean);
        xx += (x[i] - mean) * (x[i] - mean);
        yy += (y[i] - mean) * (y[i] - mean);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : std::numeric_limits<double>::quiet_NaN();
}

PredictionCheck summarizeChecks(std::vector<PredictionRow> rows)
{
    PredictionCheck check;
    std::vector<double> predicted, measured;
    for (const PredictionRow& row : rows) {
        predicted.push_back(row.predicted);
        measured.push_back(row.measured);
        if (row.measured > 0)
            check.meanRelativeError
                += std::abs(row.predicted - row.measured) / row.measured / static_cast<double>(rows.size());
    }
    check.spearman = rankCorrelation(predicted, measured);
    check.rows = std::move(rows);
    return check;
}

std::vector<Plan> randomPlans(const Profile& profile, const Network& network, const PredictionCheckJob& settings)
{
    const std::vector<std::string> formats = formatsByBits(profile);
    const std::string& method = settings.method.empty() ? profile.method : settings.method;
    std::vector<Plan> plans;
    for (int trial = 0; trial < settings.plans && !formats.empty(); ++trial) {
        CounterRng rng(static_cast<std::uint64_t>(settings.seed) ^ kPlanStream, static_cast<std::uint64_t>(trial));
        const std::size_t one = rng.below(formats.size()), other = rng.below(formats.size());
        const std::size_t low = std::min(one, other), high = std::max(one, other);
        Plan plan;
        plan.name = fmt::format("prediction check {}.{}", settings.seed, trial + 1);
        plan.mode = settings.mode;
        plan.settings = profile.settings;
        for (const LayerInfo& layer : network.layers()) {
            const std::string& wanted = formats[low + rng.below(high - low + 1)];
            const bool known = predictLayer(profile, layer.name, wanted).has_value();
            plan.layers.push_back({ layer.name, known ? wanted : "bf16", method });
        }
        plans.push_back(std::move(plan));
    }
    return plans;
}

Result<PredictionCheck> runPredictionCheck(
    const Project& project, Workspace& workspace, const PredictionCheckJob& settings, const JobContext& job)
{
    return atJobEdge([&] { return check(project, workspace, settings, job); });
}

Json PredictionCheckJob::toJson() const
{
    return { { "plans", plans }, { "seed", seed }, { "calibration", core::toJson(calibration) },
        { "text", core::toJson(text) }, { "method", method }, { "sequential", mode == QuantizeMode::Sequential } };
}

Result<PredictionCheckJob> PredictionCheckJob::fromJson(const Json& json, const Network&)
{
    PredictionCheckJob job;
    job.plans = json.at("plans").get<int>();
    job.seed = json.at("seed").get<std::int64_t>();
    job.calibration = dataChoiceFrom(json.at("calibration"));
    job.text = dataChoiceFrom(json.at("text"));
    job.method = json.at("method").get<std::string>();
    job.mode = json.at("sequential").get<bool>() ? QuantizeMode::Sequential : QuantizeMode::Independent;
    return job;
}

std::string PredictionCheckJob::title(const Json&, const RunNames&)
{
    return "Check the prediction";
}

Result<PredictionCheck> PredictionCheckJob::perform(const JobScene& scene) const
{
    return runPredictionCheck(scene.project, scene.workspace, *this, scene.context);
}

JobReport PredictionCheckJob::report(const PredictionCheck& made) const
{
    return { fmt::format(
                 "Rank correlation {:.3f}, mean relative error {:.1f} %.", made.spearman, 100 * made.meanRelativeError),
        { { "spearman", made.spearman }, { "mean_relative_error", made.meanRelativeError } } };
}

} // namespace kerf::core
