// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/data_lens.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/jobs/calibration_advice.h"
#include "core/jobs/data_use.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/prediction_job.h"
#include "core/jobs/statistics_folder.h"
#include "core/profile/cell_solver.h"
#include "core/text/dataset_part.h"

namespace kerf::core {

namespace fs = std::filesystem;

namespace {

/// Statistics of fewer windows, which nothing else wants: gone at the end.
class PassingFolder {
public:
    explicit PassingFolder(fs::path path)
        : m_path(std::move(path))
    {
    }
    ~PassingFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    PassingFolder(const PassingFolder&) = delete;
    PassingFolder& operator=(const PassingFolder&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

/// Errors of the layers that the format can hold, in the network's order; NaN of the others.
Result<std::vector<double>> layerErrors(
    const Network& network, const StatisticsCache& statistics, const std::string& format, const JobContext& job)
{
    KERF_TRY(const std::vector<LayerFormat> formats, quantizedFormats({ format }));
    KERF_TRY(const Method* method, findMethod("rtn"));
    KERF_TRY(const MethodSettings settings, methodSettingsFromJson({ { "scale_search", false } }));
    CellSolver solver(network, statistics, *method, settings);
    std::vector<double> errors;
    const std::vector<LayerInfo>& layers = network.layers();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        job.progress({ "Rounding " + layers[i].name, static_cast<std::int64_t>(i),
            static_cast<std::int64_t>(layers.size()), "layers" });
        KERF_TRY(const Matrix weight, network.layerWeight(layers[i].name));
        KERF_TRY(const auto found, solver.errors(layers[i], weight, formats, job));
        const auto error = found.find(formats.front().name());
        errors.push_back(error == found.end() ? std::numeric_limits<double>::quiet_NaN() : error->second);
    }
    return errors;
}

/// Places by falling value; of equals the first has the lower place.
std::vector<std::int64_t> placesOf(const std::vector<double>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return values[i]; });
    std::vector<std::int64_t> places(values.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        places[order[i]] = static_cast<std::int64_t>(i);
    return places;
}

class Lens {
public:
    Lens(const Project& project, Workspace& workspace, const LensOptions& options, const JobContext& job)
        : m_network(*project.model.network)
        , m_project(project)
        , m_workspace(workspace)
        , m_options(options)
        , m_job(job)
    {
    }

    Result<DataLens> look(const DataChoice& calibration, const std::optional<DataChoice>& other)
    {
        KERF_TRY(Dataset data, loadData(m_project, calibration, m_job));
        if (data.windows.size() < 2)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} gives one window; whether the order of layers settles takes at least 2.", data.name));
        std::optional<Dataset> against;
        if (other) {
            KERF_TRY(against, loadData(m_project, *other, m_job));
        }
        DataLens lens;
        KERF_TRY(const StatisticsCache all, measure(data));
        KERF_TRY(lens.ranking, rank(data, all));
        if (against) {
            KERF_TRY(const StatisticsCache theirs, measure(*against));
            KERF_TRY(lens.drift, driftBetween(all, theirs));
            lens.coverage = findCoverage(data, *against);
        }
        KERF_TRY(const Tokenizer tokenizer, m_project.tokenizer);
        lens.advice = calibrationAdvice(
            { data, against ? &*against : nullptr, lens.coverage ? &*lens.coverage : nullptr, &lens.ranking },
            tokenizer);
        if (against)
            lens.other = std::move(*against);
        lens.calibration = std::move(data);
        return lens;
    }

private:
    /// Statistics that stay, as those of a profile.
    Result<StatisticsCache> measure(const Dataset& data)
    {
        logUse(data, "Calibration", m_job);
        KERF_TRY(StatisticsCache cache, openStatistics(m_workspace, m_project.modelHash, data.hash));
        KERF_CHECK(calibrate(m_network, data, cache, m_job));
        KERF_TRY(const RowId model, registerModel(m_project, m_workspace));
        KERF_TRY(const RowId dataset, keepCalibration(m_workspace, data));
        KERF_CHECK(m_workspace.addStatistics(model, dataset, cache.key()));
        return cache;
    }

    Result<Ranking> rank(const Dataset& data, const StatisticsCache& all)
    {
        const auto windows = static_cast<std::int64_t>(data.windows.size());
        const std::vector<std::int64_t> steps = halvesOf(windows, m_options.halvings);
        std::vector<std::vector<double>> errors;
        for (const std::int64_t count : steps) {
            KERF_TRY(
                std::vector<double> found, count == windows ? errorsWith(all) : errorsOf(firstWindows(data, count)));
            errors.push_back(std::move(found));
        }
        std::vector<std::string> names;
        std::vector<std::vector<double>> held(errors.size());
        for (std::size_t i = 0; i < m_network.layers().size(); ++i) {
            if (std::isnan(errors.back()[i]))
                continue;
            names.push_back(m_network.layers()[i].name);
            for (std::size_t step = 0; step < errors.size(); ++step)
                held[step].push_back(errors[step][i]);
        }
        if (names.empty())
            return fail(ErrorCode::InvalidArgument, fmt::format("No layer can be held in {}.", m_options.format));
        Ranking ranking = rankingOf(names, steps, held);
        ranking.format = m_options.format;
        return ranking;
    }

    Result<std::vector<double>> errorsWith(const StatisticsCache& statistics)
    {
        return layerErrors(m_network, statistics, m_options.format, m_job);
    }

    Result<std::vector<double>> errorsOf(const Dataset& part)
    {
        const PassingFolder folder(m_workspace.arraysFolder() / "statistics" / ("part-" + part.hash.substr(0, 16)));
        KERF_TRY(const StatisticsCache cache, StatisticsCache::open(folder.path(), m_project.modelHash, part.hash));
        KERF_CHECK(calibrate(m_network, part, cache, m_job));
        return errorsWith(cache);
    }

    Result<std::vector<SiteDrift>> driftBetween(const StatisticsCache& ours, const StatisticsCache& theirs)
    {
        std::vector<SiteDrift> drift;
        for (const LayerInfo& layer : m_network.layers()) {
            KERF_CHECK(m_job.checkStop());
            if (!drift.empty() && drift.back().site == layer.site) // layers of a site stand together
                continue;
            KERF_TRY(const SiteStatistics before, ours.load(layer.site));
            KERF_TRY(const SiteStatistics after, theirs.load(layer.site));
            drift.push_back(siteDrift(layer.site, before.absMax, after.absMax, m_options.worst));
        }
        return drift;
    }

    const Network& m_network;
    const Project& m_project;
    Workspace& m_workspace;
    const LensOptions& m_options;
    const JobContext& m_job;
};

} // namespace

double kendallTau(const std::vector<double>& a, const std::vector<double>& b)
{
    double agree = 0, inA = 0, inB = 0;
    const auto sign = [](double x) { return static_cast<double>((x > 0) - (x < 0)); };
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const double x = sign(a[i] - a[j]), y = sign(b[i] - b[j]);
            agree += x * y;
            inA += x * x;
            inB += y * y;
        }
    return agree / std::sqrt(inA * inB);
}

Ranking rankingOf(const std::vector<std::string>& layers, const std::vector<std::int64_t>& windows,
    const std::vector<std::vector<double>>& errors)
{
    Ranking ranking;
    ranking.layers = layers;
    const std::vector<std::int64_t> last = placesOf(errors.back());
    for (std::size_t step = 0; step < windows.size(); ++step) {
        RankingStep found { windows[step], rankCorrelation(errors[step], errors.back()),
            kendallTau(errors[step], errors.back()), 0, {} };
        const std::vector<std::int64_t> places = placesOf(errors[step]);
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (const std::int64_t move = std::abs(places[i] - last[i]); move > found.largestMove) {
                found.largestMove = move;
                found.movedLayer = layers[i];
            }
        ranking.steps.push_back(std::move(found));
    }
    for (std::size_t step = ranking.steps.size() - 1; step-- > 0 && ranking.steps[step].spearman >= Ranking::kSettled;)
        ranking.settledAt = ranking.steps[step].windows;
    return ranking;
}

Result<DataLens> lookThroughLens(const Project& project, Workspace& workspace, const DataChoice& calibration,
    const std::optional<DataChoice>& other, const LensOptions& options, const JobContext& job)
{
    return atJobEdge([&] { return Lens(project, workspace, options, job).look(calibration, other); });
}

std::string rankingText(const Ranking& ranking)
{
    const std::int64_t all = ranking.steps.back().windows;
    if (ranking.settledAt)
        return fmt::format(
            "The order of the {} layers is settled from {} of {} windows on: their rank correlation with "
            "all of them is at least {}.",
            ranking.layers.size(), *ranking.settledAt, all, Ranking::kSettled);
    return fmt::format("The order of the {} layers still changes between {} and {} windows (rank correlation {}): use "
                       "more windows.",
        ranking.layers.size(), ranking.steps[ranking.steps.size() - 2].windows, all,
        numberText(ranking.steps[ranking.steps.size() - 2].spearman, 3));
}

std::vector<SiteDrift> byMovedShare(std::vector<SiteDrift> drift)
{
    std::ranges::stable_sort(drift, std::greater(), &SiteDrift::movedShare);
    return drift;
}

std::string driftText(const DataLens& lens)
{
    const SiteDrift most = byMovedShare(lens.drift).front();
    if (most.moved == 0)
        return fmt::format("No channel's largest magnitude on {} is more than a factor of 2 from that on {}.",
            lens.other.name, lens.calibration.name);
    return fmt::format(
        "Most channels move at {}: {:.1f} % of their largest magnitudes on {} are more than a factor of 2 "
        "from those on {}.",
        most.site, 100 * most.movedShare(), lens.other.name, lens.calibration.name);
}

Json toJson(const DataLens& lens)
{
    Json drift = Json::array(), steps = Json::array();
    for (const SiteDrift& site : lens.drift)
        drift.push_back(toJson(site));
    for (const RankingStep& step : lens.ranking.steps)
        steps.push_back({ { "windows", step.windows }, { "spearman", step.spearman }, { "kendall", step.kendall },
            { "largest_move", step.largestMove }, { "moved_layer", step.movedLayer } });
    return { { "calibration", toJson(lens.calibration) },
        { "against", lens.other.name.empty() ? Json() : toJson(lens.other) }, { "drift", std::move(drift) },
        { "format", lens.ranking.format }, { "layers", lens.ranking.layers.size() }, { "steps", std::move(steps) },
        { "settled_at", lens.ranking.settledAt ? Json(*lens.ranking.settledAt) : Json() },
        { "coverage", lens.coverage ? toJson(*lens.coverage) : Json() }, { "advice", lens.advice } };
}

} // namespace kerf::core
