// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/degradation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/sample_mean.h"
#include "core/decide/published_loss.h"
#include "core/evaluate/clusters.h"
#include "core/jobs/gate.h"
#include "core/jobs/run_ranks.h"

namespace kerf::core {
namespace {

/// The original's perplexity on a text.
struct Reference {
    double perplexity = 0;
    const std::vector<double>* draws = nullptr; ///< null: not kept by window
};

/// What evaluating the run found of its original, or what the original's own run has.
std::optional<Reference> referenceOn(const RunRow& run, const RunRow* original, const Metric& measured)
{
    const Metric* beside = metricOn(run, "reference_perplexity", measured.datasetHash);
    const Metric* own = original ? metricOn(*original, measured.name, measured.datasetHash) : nullptr;
    for (const Metric* found : { beside, own })
        if (found && !found->draws.empty() && found->draws.size() == measured.draws.size())
            return Reference { found->value, &found->draws };
    const Metric* found = beside ? beside : own;
    return found ? std::optional(Reference { found->value }) : std::nullopt;
}

/// Per cent over the original's. Paired: 100 (exp(d) - 1), d the mean of the windows' differences, whose error counts
/// those of one document together.
MetricCell percentOver(const Metric& measured, const Reference& reference)
{
    const double ratio = measured.value / reference.perplexity;
    MetricCell cell { 100 * (ratio - 1) };
    if (!reference.draws || measured.draws.size() < 2)
        return cell;
    std::vector<double> differences(measured.draws.size());
    for (std::size_t i = 0; i < differences.size(); ++i)
        differences[i] = measured.draws[i] - (*reference.draws)[i];
    const Clusters clusters = clustersOf(measured.clusters, differences.size());
    cell.standardError
        = 100 * ratio * sampleMean(differences).standardError * std::sqrt(designEffect(differences, clusters));
    return cell;
}

/// A run's place, or why it has none.
class Placing {
public:
    Placing(const std::filesystem::path& file, const ModelRow& model, const RunRow* original)
        : m_file(file)
        , m_model(model)
        , m_original(original)
    {
    }

    void place(const RunRow& run, Degradation& found) const
    {
        PlacedRun placed { m_file.filename().string(), m_model.name, run.id, run.name };
        const Metric* bits = run.metric("bits_per_weight");
        bool isMeasured = false, isUnseen = false;
        for (auto metric = run.metrics.rbegin(); bits && metric != run.metrics.rend(); ++metric) {
            if (metric->name != "perplexity")
                continue;
            isMeasured = true;
            if (wasCalibratedOn(run, *metric))
                continue;
            isUnseen = true;
            const auto reference = referenceOn(run, m_original, *metric);
            if (!reference)
                continue;
            found.points.push_back(pointOf(std::move(placed), run, *metric, *reference, bits->value));
            return;
        }
        found.leftOut.push_back({ std::move(placed), whyNot(run, bits, isMeasured, isUnseen) });
    }

private:
    DegradationPoint pointOf(
        PlacedRun placed, const RunRow& run, const Metric& metric, const Reference& reference, double bits) const
    {
        DegradationPoint point { std::move(placed), m_model.parameters, bits, metric.dataset, metric.datasetHash,
            metric.draws.size(), percentOver(metric, reference), {} };
        if (const Metric* kld = metricOn(run, "kld_mean", metric.datasetHash))
            point.kld = MetricCell { kld->value, kld->standardError };
        return point;
    }

    std::string whyNot(const RunRow& run, const Metric* bits, bool isMeasured, bool isUnseen) const
    {
        const std::string where = fmt::format("-w {}", m_file.string());
        if (!bits)
            return fmt::format("It is {}: kerf-cli jobs {} lists what can go on.", runStateName(run.state), where);
        if (isUnseen)
            return fmt::format("The original was not measured on the same text: kerf-cli evaluate {} --text FILE {} "
                               "measures it beside the run.",
                run.id, where);
        if (isMeasured)
            return fmt::format(
                "It was measured on its own calibration text alone: kerf-cli evaluate {} --text OTHER {}.", run.id,
                where);
        if (divergenceOf(run))
            return "Its network predicts no text, so that it has no perplexity.";
        return fmt::format("It was measured on no text yet: kerf-cli evaluate {} --text FILE {}.", run.id, where);
    }

    const std::filesystem::path& m_file;
    const ModelRow& m_model;
    const RunRow* m_original;
};

Status addWorkspace(const std::filesystem::path& file, Degradation& found)
{
    KERF_TRY(const Workspace workspace, Workspace::openReader(file));
    KERF_TRY(const std::vector<ModelRow> models, workspace.models());
    for (const ModelRow& model : models) {
        KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model.id));
        const Placing placing(file, model, findOriginal(runs, model.id));
        const auto first = static_cast<std::ptrdiff_t>(found.points.size());
        for (const RunRow& run : runs)
            if (!isOriginal(run))
                placing.place(run, found);
        std::ranges::stable_sort(
            found.points.begin() + first, found.points.end(), std::greater(), &DegradationPoint::bitsPerWeight);
    }
    return {};
}

Json toJson(const PlacedRun& run)
{
    return { { "workspace", run.workspace }, { "model", run.model }, { "run", run.run }, { "name", run.name } };
}

Json errorOf(const MetricCell& cell)
{
    return cell.standardError ? Json(*cell.standardError) : Json();
}

Json publishedJson()
{
    Json ranges = Json::array();
    for (const PublishedRange& range : publishedRanges()) {
        Json figures = Json::array();
        for (const PublishedFigure& figure : range.figures)
            figures.push_back({ { "model", figure.model }, { "how", figure.how }, { "original", figure.original },
                { "quantized", figure.quantized }, { "percent", figure.percent() }, { "source", figure.source } });
        ranges.push_back({ { "format", range.format }, { "bits", range.bits }, { "percent_low", range.low },
            { "percent_high", range.high ? Json(*range.high) : Json() }, { "figures", std::move(figures) } });
    }
    return ranges;
}

} // namespace

Result<Degradation> loadDegradation(const std::vector<std::filesystem::path>& workspaces)
{
    Degradation found;
    for (const std::filesystem::path& file : workspaces)
        KERF_CHECK(addWorkspace(file, found));
    return found;
}

Json toJson(const Degradation& degradation)
{
    Json points = Json::array(), leftOut = Json::array();
    for (const DegradationPoint& point : degradation.points) {
        Json json = toJson(point.run);
        json.update({ { "parameters", point.parameters }, { "bits_per_weight", point.bitsPerWeight },
            { "dataset", point.dataset }, { "windows", point.windows },
            { "perplexity_percent", point.perplexity.value },
            { "perplexity_percent_stderr", errorOf(point.perplexity) },
            { "kld_mean", point.kld ? Json(point.kld->value) : Json() },
            { "kld_stderr", point.kld ? errorOf(*point.kld) : Json() } });
        points.push_back(std::move(json));
    }
    for (const LeftOutRun& left : degradation.leftOut) {
        Json json = toJson(left.run);
        json["reason"] = left.reason;
        leftOut.push_back(std::move(json));
    }
    return { { "points", std::move(points) }, { "left_out", std::move(leftOut) }, { "published", publishedJson() },
        { "published_source", kPublishedSource }, { "published_reading", kPublishedReading } };
}

} // namespace kerf::core
