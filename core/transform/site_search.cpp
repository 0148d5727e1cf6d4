// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/transform/site_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/calibrate/block_pass.h"
#include "core/format/layer_format.h"
#include "core/quantize/group_params.h"
#include "core/quantize/output_error.h"
#include "core/task/samples.h"

namespace kerf::core {
namespace {

double meanSquare(const Matrix& values)
{
    double sum = 0;
    for (Eigen::Index row = 0; row < values.rows(); ++row)
        sum += values.row(row).cast<double>().squaredNorm();
    return values.size() > 0 ? sum / static_cast<double>(values.size()) : 0.0;
}

/// Inputs rounded to 8 bits a token: s = max|x| / 127.
void roundTokens(Matrix& inputs)
{
    for (Eigen::Index row = 0; row < inputs.rows(); ++row) {
        const float scale = inputs.row(row).cwiseAbs().maxCoeff() / 127.0f;
        if (scale > 0)
            inputs.row(row) = (inputs.row(row) / scale).array().rint().matrix() * scale;
    }
}

Matrix product(const Matrix& inputs, Matrix weight)
{
    const LinearPtr linear = makeDenseLinear(std::move(weight));
    Matrix result(inputs.rows(), linear->shape().rows);
    linear->apply(inputs, std::array { std::int64_t(inputs.rows()) }, result);
    return result;
}

} // namespace

SearchedSite::SearchedSite(const TransformProblem& problem, const Site& site, const SearchBlock& block,
    SiteStatistics statistics, const JobContext& job)
    : m_problem(problem)
    , m_site(site)
    , m_block(block)
    , m_statistics(std::move(statistics))
    , m_job(job)
{
}

Result<Vector> SearchedSite::columnMaxima() const
{
    Vector maxima = Vector::Zero(m_site.width);
    for (const LayerInfo* layer : readers()) {
        KERF_TRY(const auto weight, m_block.weights->weight(layer->name));
        maxima = maxima.cwiseMax(weight->cwiseAbs().colwise().maxCoeff().transpose());
    }
    return maxima;
}

Result<Vector> SearchedSite::columnMeans() const
{
    VectorD sums = VectorD::Zero(m_site.width);
    double rows = 0;
    for (const LayerInfo* layer : readers()) {
        const auto format = m_problem.formats.find(layer->name);
        if (format == m_problem.formats.end())
            continue;
        KERF_TRY(const FormatPtr parsed, parseWeightFormat(format->second));
        KERF_TRY(const auto found, m_block.weights->weight(layer->name));
        const Matrix& weight = *found;
        const std::int64_t size = parsed->groupSize(weight.cols());
        for (std::int64_t row = 0; row < weight.rows(); ++row)
            for (std::int64_t first = 0; first < weight.cols(); first += size) {
                const auto group = weight.row(row).segment(first, std::min(size, weight.cols() - first)).cwiseAbs();
                const double largest = static_cast<double>(group.maxCoeff()) + 1e-6;
                sums.segment(first, group.size()) += group.transpose().cast<double>() / largest;
            }
        rows += static_cast<double>(weight.rows());
    }
    return Vector((sums / std::max(rows, 1.0)).cast<float>());
}

/// Q(W s), or Q(W s) / s, of rows of the layer.
Result<Matrix> SearchedSite::rounded(
    const LayerInfo& layer, const MatrixRef& weight, const VectorD& columns, bool divideBack) const
{
    KERF_TRY(const FormatPtr format, parseWeightFormat(m_problem.formats.at(layer.name)));
    const Vector factors = columns.cast<float>();
    const Matrix scaled = weight * factors.asDiagonal();
    Matrix result = dequantize(roundWeight(scaled, format, minMaxParams(scaled, *format)));
    if (divideBack)
        result = result * factors.cwiseInverse().asDiagonal();
    return result;
}

Result<double> SearchedSite::hessianError(const VectorD& columns, std::int64_t rowLimit) const
{
    double sum = 0;
    for (const LayerInfo* layer : readers()) {
        if (!m_problem.formats.contains(layer->name))
            continue;
        KERF_TRY(const auto all, m_block.weights->weight(layer->name));
        const std::int64_t step = rowLimit > 0 ? (all->rows() + rowLimit - 1) / rowLimit : 1;
        const Matrix weight = (*all)(Eigen::seq(0, all->rows() - 1, step), Eigen::all);
        KERF_TRY(const Matrix found, rounded(*layer, weight, columns, true));
        const auto fill = [&](std::int64_t first, MutableMatrixRef tile) {
            tile = weight.middleRows(first, tile.rows()) - found.middleRows(first, tile.rows());
        };
        KERF_TRY(const double error, quadraticForm(weight.rows(), fill, m_statistics.hessian, m_job));
        sum += std::max(error, 0.0);
    }
    return sum;
}

/// The inputs of a site of the block, with some weights replaced.
Result<Matrix> SearchedSite::inputsOf(const Site& wanted, const Replacements& replacements) const
{
    KERF_CHECK(m_job.checkStop());
    Matrix found;
    BlockRun run;
    run.replacements = &replacements;
    run.lastStep = wanted.step;
    run.tap = [&](const Observation& seen) {
        if (seen.site.id == wanted.id)
            found = seen.x;
    };
    Hidden hidden = m_block.hidden;
    KERF_CHECK(m_problem.network.runBlock(m_block.index, *m_block.weights, run, hidden));
    return found;
}

std::vector<const LayerInfo*> SearchedSite::readers() const
{
    std::vector<const LayerInfo*> layers;
    for (const int reader : m_site.readers)
        layers.push_back(&m_problem.network.layers()[static_cast<std::size_t>(reader)]);
    return layers;
}

Result<double> SearchedSite::moduleError(const VectorD& columns)
{
    const Graph& graph = m_problem.network.graph();
    const Site* next = graph.nextSite(m_site);
    if (!next)
        return fail(ErrorCode::Internal, fmt::format("{}: no layer follows in its block.", m_site.id));
    if (!m_next) {
        KERF_TRY(m_next, inputsOf(*next, {}));
    }
    Replacements replacements;
    for (const LayerInfo* layer : readers())
        if (m_problem.formats.contains(layer->name)) {
            KERF_TRY(const auto own, m_block.weights->weight(layer->name));
            KERF_TRY(Matrix weight, rounded(*layer, *own, columns, true));
            replacements[layer->name] = makeDenseLinear(std::move(weight));
        }
    KERF_TRY(Matrix change, inputsOf(*next, replacements));
    change -= *m_next;
    KERF_TRY(const auto follower, m_block.weights->weight(next->id));
    return meanSquare(product(change, *follower));
}

Result<double> SearchedSite::roundedOutputError(const VectorD& columns)
{
    if (!m_inputs) {
        KERF_TRY(m_inputs, inputsOf(m_site, {}));
    }
    Matrix inputs = *m_inputs * columns.cast<float>().cwiseInverse().asDiagonal();
    roundTokens(inputs);
    double sum = 0;
    for (const LayerInfo* layer : readers()) {
        if (!m_problem.formats.contains(layer->name))
            continue;
        KERF_TRY(const auto own, m_block.weights->weight(layer->name));
        KERF_TRY(Matrix weight, rounded(*layer, *own, columns, false));
        const Matrix change = product(inputs, std::move(weight)) - product(*m_inputs, *own);
        sum += meanSquare(change) * static_cast<double>(change.cols());
    }
    return sum;
}

Result<Hidden> SiteSearch::firstWindows() const
{
    const auto& windows = m_problem.data.windows;
    if (windows.empty())
        return fail(ErrorCode::InvalidArgument, "The calibration texts hold no window of tokens. Give more text.");
    std::size_t count = 1;
    auto tokens = static_cast<std::int64_t>(windows[0].size());
    while (count < windows.size() && tokens + static_cast<std::int64_t>(windows[count].size()) <= kTokens)
        tokens += static_cast<std::int64_t>(windows[count++].size());
    return Samples(m_problem.data).enter(m_problem.network, 0, static_cast<std::int64_t>(count));
}

Status SiteSearch::visitSites(
    const std::vector<const Site*>& sites, const std::function<Status(SearchedSite&)>& visit) const
{
    SearchBlock block;
    KERF_TRY(block.hidden, firstWindows());
    for (block.index = 0; block.index < m_problem.network.blockCount(); ++block.index) {
        m_job.progress({ "Searching scales", block.index, m_problem.network.blockCount(), "blocks" });
        KERF_TRY(block.weights, m_problem.network.loadBlock(block.index));
        for (const Site* site : sites) {
            const auto isQuantized = [&](int reader) {
                return m_problem.formats.contains(m_problem.network.layers()[static_cast<std::size_t>(reader)].name);
            };
            if (site->block != block.index || std::ranges::none_of(site->readers, isQuantized))
                continue;
            KERF_CHECK(m_job.checkStop());
            KERF_TRY(SiteStatistics statistics, m_problem.statistics(site->id));
            SearchedSite searched(m_problem, *site, block, std::move(statistics), m_job);
            KERF_CHECK(visit(searched));
        }
        KERF_CHECK(runBlockInBatches(m_problem.network, block.index, *block.weights, {}, block.hidden, m_job));
    }
    return {};
}

Status SiteSearch::forEachSite(ScaleProducer::Kind producer, const std::function<Status(SearchedSite&)>& visit) const
{
    std::vector<const Site*> sites = scaleSites(m_problem.network);
    std::erase_if(sites, [&](const Site* site) { return site->producer->kind != producer; });
    return visitSites(sites, visit);
}

Status SiteSearch::forEachSite(const std::function<Status(SearchedSite&)>& visit) const
{
    std::vector<const Site*> sites = scaleSites(m_problem.network);
    std::erase_if(sites, [](const Site* site) { return site->groups > 1; });
    return visitSites(sites, visit);
}

} // namespace kerf::core
