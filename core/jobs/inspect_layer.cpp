// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/inspect_layer.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/calibrate/statistics.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/statistics_folder.h"
#include "core/transform/smooth_quant.h"
#include "core/transform/transform.h"

namespace kerf::core {
namespace {

constexpr int kBins = 201; ///< odd: 0 is in the middle of a bin
constexpr double kAlpha = 0.5; ///< of SmoothQuant: its authors' default

using Stage = std::function<void(const LayerInspection&)>;

std::vector<double> ratios(const VectorD& errors, const VectorD& weights)
{
    std::vector<double> found(static_cast<std::size_t>(errors.size()));
    for (Eigen::Index i = 0; i < errors.size(); ++i)
        found[static_cast<std::size_t>(i)] = weights[i] > 0 ? std::sqrt(errors[i] / weights[i]) : 0;
    return found;
}

void addErrors(RunLayerView& view, const Matrix& original, const Matrix& rounded)
{
    const MatrixD difference = (original - rounded).cast<double>();
    const MatrixD weight = original.cast<double>();
    view.rowErrors = ratios(difference.rowwise().squaredNorm(), weight.rowwise().squaredNorm());
    view.columnErrors
        = ratios(difference.colwise().squaredNorm().transpose(), weight.colwise().squaredNorm().transpose());
}

/// @pre the run has codes of the layer. Errors where its weights were rescaled by others are left out.
Result<RunLayerView> runView(const RunWeights& run, const std::string& layer, const QuantizedTensor& codes)
{
    RunLayerView view { run.format(layer), {}, {}, {}, countCodes(codes) };
    if (run.isRescaled())
        return view;
    KERF_TRY(const Matrix original, run.original(layer));
    KERF_TRY(const Matrix rounded, run.weight(layer, codes));
    addErrors(view, original, rounded);
    return view;
}

Status mustBeFinite(const Matrix& weight, const std::string& layer)
{
    if (!weight.allFinite())
        return fail(ErrorCode::Numerical, layer + ": the weight holds values that are not finite.");
    return {};
}

tl::unexpected<Error> noSuchLayer(const std::string& layer)
{
    return fail(ErrorCode::InvalidArgument, fmt::format("There is no layer \"{}\".", layer));
}

} // namespace

LayerInspector::LayerInspector(
    ProjectPtr project, std::filesystem::path workspaceFile, std::shared_ptr<const Profile> profile)
    : m_project(std::move(project))
    , m_workspace(std::move(workspaceFile))
    , m_profile(std::move(profile))
    , m_sites([this](const std::string& site) { return readSite(site); })
{
}

Result<SiteStatistics> LayerInspector::readSite(const std::string& site) const
{
    KERF_TRY(const Workspace workspace, Workspace::openReader(m_workspace));
    KERF_TRY(const StatisticsCache cache, openStatistics(workspace, m_project->modelHash, m_profile->datasetHash));
    if (!cache.has(site))
        return fail(ErrorCode::BadFile, "The statistics of this profile are no longer kept. Profile again.");
    return cache.load(site);
}

const LayerProfile* LayerInspector::profileOf(const std::string& layer) const
{
    if (!m_profile)
        return nullptr;
    const auto found = std::ranges::find(m_profile->layers, layer, &LayerProfile::layer);
    return found == m_profile->layers.end() ? nullptr : &*found;
}

Status LayerInspector::lookAtWeight(const LayerQuestion& question, LayerInspection& found, const JobContext& job)
{
    if (m_weightOf != question.layer) {
        m_weightOf.clear();
        KERF_TRY(m_weight, m_project->model.network->layerWeight(question.layer));
        m_weightOf = question.layer;
    }
    KERF_CHECK(mustBeFinite(m_weight, question.layer));
    found.weight = viewWeight(m_weight, kBins);
    KERF_TRY(const FormatPtr format, parseWeightFormat(question.format));
    if (format->isUnquantized()) {
        found.noGrid = fmt::format("{} keeps the weights as they are.", question.format);
        return {};
    }
    auto grid = plainGrid(m_weight, format, question.group, job);
    if (grid)
        found.grid = std::move(*grid);
    else
        found.noGrid = grid.error().message;
    return job.checkStop();
}

Status LayerInspector::lookAtInputs(LayerInspection& found)
{
    if (!profileOf(found.layer.name)) {
        found.noInputs = m_profile ? "The profile does not have this layer." : "Needs a profile.";
        return {};
    }
    const auto site = m_sites.at(found.layer.site);
    if (site)
        found.inputs = viewInputs((*site)->statistics);
    else
        found.noInputs = site.error().message;
    return {};
}

Status LayerInspector::lookAtRun(const LayerQuestion& question, LayerInspection& found, const JobContext& job)
{
    KERF_TRY(const Workspace workspace, Workspace::openReader(m_workspace));
    KERF_TRY(m_run, RunWeights::open(*m_project, workspace, question.run, job));
    const RunWeights& run = *m_run;
    KERF_TRY(const std::optional<QuantizedTensor> codes, run.codes(question.layer));
    if (!codes) {
        found.noRun = fmt::format("{} keeps this layer in {}.", run.run().name, run.format(question.layer));
        return {};
    }
    KERF_TRY(RunLayerView view, runView(run, question.layer, *codes));
    KERF_TRY(const std::optional<RunLayerRow> row, workspace.runLayer(question.run, question.layer));
    if (row && !run.run().origin)
        view.report = row->report;
    if (run.isRescaled())
        found.noRun = "Its weights were rescaled by others: single layers have no error to the original.";
    if (auto grid = gridOf(*codes, question.group); grid && codes->groupIndex.empty())
        found.grid = std::move(*grid);
    found.run = std::move(view);
    return {};
}

Result<std::optional<SmoothInputs>> LayerInspector::smoothing(const LayerInspection& found) const
{
    const Network& network = *m_project->model.network;
    const auto site = std::ranges::find(network.graph().sites(), found.layer.site, &Site::id);
    const bool isScaled
        = site != network.graph().sites().end() && site->producer && site->producer->kind == ScaleProducer::Kind::Norm;
    if (!isScaled || !smoothQuantTransform().check(network, Json { { "alpha", kAlpha } }))
        return std::nullopt;
    Vector weights = Vector::Zero(found.inputs->absMax.size());
    for (const int reader : site->readers) {
        KERF_TRY(const Matrix weight, network.layerWeight(network.layers()[static_cast<std::size_t>(reader)].name));
        weights = weights.cwiseMax(weight.cwiseAbs().colwise().maxCoeff().transpose());
    }
    const double after = ratioAfter(*found.inputs, smoothFactors(found.inputs->absMax, weights, kAlpha));
    if (!(after < found.inputs->largestRatio()))
        return std::nullopt;
    return SmoothInputs { kAlpha, found.inputs->largestRatio(), after };
}

Status LayerInspector::explain(const LayerQuestion& question, LayerInspection& found)
{
    const LayerProfile* profile = profileOf(question.layer);
    found.findings = explainLayer({ found.weight, found.inputs ? &*found.inputs : nullptr,
        found.spectrum ? &*found.spectrum : nullptr, m_profile.get(), profile });
    found.isSensitive = profile && isSensitive(*m_profile, *profile, question.format);
    found.remedies.clear();
    if (std::holds_alternative<NothingStandsOut>(found.findings.front()))
        return {};
    if (std::holds_alternative<OutlierChannels>(found.findings.front())) {
        KERF_TRY(const std::optional<SmoothInputs> smooth, smoothing(found));
        if (smooth)
            found.remedies.emplace_back(*smooth);
    }
    if (found.isSensitive)
        if (auto other = betterFormat(*m_profile, *profile, found.layer.shape, question.format))
            found.remedies.emplace_back(std::move(*other));
    return {};
}

Status LayerInspector::addCurves(
    const LayerQuestion& question, LayerInspection& found, const JobContext& job, const Stage& stage)
{
    const LayerProfile* profile = profileOf(question.layer);
    if (profile)
        found.curves = profiledCurves(*m_profile, *profile, found.layer.shape);
    std::vector<LayerFormat> formats;
    for (const std::string& name : profile ? m_profile->formats : question.formats) {
        KERF_TRY(LayerFormat format, parseLayerFormat(name));
        formats.push_back(std::move(format));
    }
    for (const std::string& name : question.methods) {
        if (std::ranges::find(found.curves, name, &ErrorCurve::method) != found.curves.end())
            continue;
        KERF_TRY(const Method* const method, findMethod(name));
        SiteWork* site = nullptr;
        if (hasStatistics(found)) {
            KERF_TRY(site, m_sites.at(found.layer.site));
        }
        if (!site && method->needsStatistics())
            continue;
        KERF_TRY(ErrorCurve curve,
            solvedCurve(*m_project->model.network, found.layer, m_weight, site, *method, formats, job));
        found.curves.push_back(std::move(curve));
        stage(found);
    }
    return {};
}

Result<LayerOutline> LayerInspector::outline(const LayerInfo& layer, const JobContext& job) const
{
    LayerOutline made;
    made.layer = layer;
    KERF_TRY(const Matrix weight, m_project->model.network->layerWeight(layer.name));
    KERF_CHECK(mustBeFinite(weight, layer.name));
    made.weight = viewWeight(weight, kBins);
    KERF_CHECK(job.checkStop());
    if (!profileOf(layer.name))
        return made;
    if (const auto site = readSite(layer.site)) {
        made.inputs = viewInputs(*site);
        KERF_TRY(made.spectrum, spectrumOf(site->hessian, job));
    }
    return made;
}

std::vector<LayerOutline> LayerInspector::knownOutlines(const LayerQuestion& question)
{
    if (m_outlinesRun != question.run)
        for (auto& [name, known] : m_outlines)
            known.run.reset();
    std::vector<LayerOutline> known;
    for (const std::string& name : question.beside)
        if (const auto found = m_outlines.find(name); found != m_outlines.end())
            known.push_back(found->second);
    return known;
}

Status LayerInspector::addOutlines(
    const LayerQuestion& question, LayerInspection& found, const JobContext& job, const Stage& stage)
{
    bool isNew = m_outlinesRun != question.run;
    std::erase_if(m_outlines, [&](const auto& known) { return !std::ranges::count(question.beside, known.first); });
    for (const std::string& name : question.beside) {
        const LayerInfo* layer = findLayer(*m_project->model.network, name);
        if (!layer)
            return noSuchLayer(name);
        if (m_outlines.contains(name))
            continue;
        KERF_TRY(m_outlines[name], outline(*layer, job));
        isNew = true;
        found.beside = knownOutlines(question);
        stage(found);
    }
    if (isNew && m_run)
        KERF_CHECK(outlineRun(*m_run, job));
    m_outlinesRun = question.run;
    found.beside = knownOutlines(question);
    stage(found);
    return {};
}

/// What the run made of the outlined layers.
Status LayerInspector::outlineRun(const RunWeights& run, const JobContext& job)
{
    for (auto& [name, known] : m_outlines) {
        KERF_TRY(const std::optional<QuantizedTensor> codes, run.codes(name));
        if (!codes)
            continue;
        KERF_TRY(known.run, runView(run, name, *codes));
    }
    return job.checkStop();
}

Result<LayerInspection> LayerInspector::inspect(
    const LayerQuestion& question, const JobContext& job, const Stage& stage)
{
    return atJobEdge([&]() -> Result<LayerInspection> {
        const LayerInfo* layer = findLayer(*m_project->model.network, question.layer);
        if (!layer)
            return noSuchLayer(question.layer);
        const Stage tell = stage ? stage : [](const LayerInspection&) {};
        LayerInspection found;
        found.layer = *layer;
        found.beside = knownOutlines(question);
        m_run.reset();
        KERF_CHECK(lookAtWeight(question, found, job));
        KERF_CHECK(lookAtInputs(found));
        KERF_CHECK(explain(question, found));
        tell(found);
        if (question.run != 0) {
            if (const Status run = lookAtRun(question, found, job); !run)
                found.noRun = run.error().message;
            tell(found);
        }
        KERF_CHECK(job.checkStop());
        if (hasStatistics(found)) {
            KERF_TRY(SiteWork* const site, m_sites.at(layer->site));
            KERF_TRY(found.spectrum, spectrumOf(site->statistics.hessian, job));
            KERF_CHECK(explain(question, found));
            tell(found);
        }
        KERF_CHECK(addOutlines(question, found, job, tell));
        m_run.reset(); // its files are not held open
        KERF_CHECK(addCurves(question, found, job, tell));
        tell(found);
        return found;
    });
}

} // namespace kerf::core
