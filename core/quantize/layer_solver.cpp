// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/quantize/layer_solver.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/graph/activation_linear.h"
#include "core/quantize/methods.h"
#include "core/quantize/output_error.h"

namespace kerf::core {

Result<SiteWork*> LastSite::at(const std::string& site)
{
    if (m_work && m_name == site)
        return m_work.get();
    m_work.reset(); // before the next one is read: one site's Hessian in memory, not two
    KERF_TRY(SiteStatistics statistics, m_read(site));
    m_work = std::make_unique<SiteWork>(std::move(statistics));
    m_name = site;
    return m_work.get();
}

Result<float> largestOfFused(const Network& network, const LayerInfo& layer, const Format& format)
{
    if (layer.tie.empty() || !format.madeFor(1))
        return 0.0f;
    float largest = 0;
    int count = 0;
    for (const LayerInfo& other : network.layers()) {
        if (other.tie != layer.tie)
            continue;
        KERF_TRY(const Matrix weight, network.layerWeight(other.name));
        largest = std::max(largest, weight.cwiseAbs().maxCoeff());
        ++count;
    }
    return count > 1 ? largest : 0.0f;
}

namespace {

/// Rounded to nearest, its errors those of the weight alone, as if every input had the same energy. `why`: is told.
Result<LayerResult> roundAlone(
    const LayerTask& task, const Matrix& weight, const FormatPtr& format, Fallback why, const JobContext& job)
{
    const LayerProblem problem { task.layer, weight, nullptr, format, task.settings };
    KERF_TRY(LayerResult result, rtnMethod().quantize(problem, job.withProgress({})));
    const double energy
        = weight.cast<double>().squaredNorm() / static_cast<double>(std::max<Eigen::Index>(weight.size(), 1));
    result.report.relativeError = result.report.rtnRelativeError = errorRatio(result.report.weightMse, energy);
    why.detail += ": rounded to nearest, its error that of the weight alone";
    result.report.fallbacks.push_back(std::move(why));
    return result;
}

/// Of a layer whose expert calibration hardly saw.
Fallback underCovered(const SiteStatistics& seen)
{
    return { "under_covered",
        fmt::format("{} of {} calibration tokens came to this expert, fewer than {}", seen.tokens, seen.passed,
            leastCoverage(seen.passed)) };
}

/// Rows [first, first + count) of what is known of a layer whose weight has groups, with the codes and reports of the
/// groups put together as they come.
class GroupSum {
public:
    GroupSum(const LayerTask& task, const Matrix& weight, const FormatPtr& format)
        : m_weight(weight)
    {
        m_result.tensor.format = format;
        m_result.tensor.shape = { weight.rows(), weight.cols() };
        m_result.report.layer = task.layer;
    }

    /// `energy`: tr(W H Wᵀ) of the group.
    void add(const LayerResult& group, double energy)
    {
        append(m_result.tensor.codes, group.tensor.codes);
        append(m_result.tensor.scales, group.tensor.scales);
        append(m_result.tensor.zeros, group.tensor.zeros);
        append(m_result.tensor.stored, group.tensor.stored);
        m_error += group.report.relativeError * energy;
        m_rtnError += group.report.rtnRelativeError * energy;
        m_energy += energy;
        LayerReport& report = m_result.report;
        report.format = group.report.format;
        report.method = group.report.method;
        report.bitsPerWeight = group.report.bitsPerWeight;
        report.damping = std::max(report.damping, group.report.damping);
        report.driftShare = std::max(report.driftShare, group.report.driftShare);
        report.seconds += group.report.seconds;
        for (const Fallback& fallback : group.report.fallbacks)
            ++m_fallbacks[fallback.kind];
    }

    LayerResult finish(std::int64_t groups)
    {
        LayerReport& report = m_result.report;
        report.relativeError = errorRatio(m_error, m_energy);
        report.rtnRelativeError = errorRatio(m_rtnError, m_energy);
        report.weightMse = weightMeanSquare(m_weight, m_result.tensor);
        for (const auto& [kind, count] : m_fallbacks)
            report.fallbacks.push_back({ kind, fmt::format("in {} of {} groups", count, groups) });
        return std::move(m_result);
    }

private:
    template <class Values> static void append(Values& to, const Values& from)
    {
        to.insert(to.end(), from.begin(), from.end());
    }

    const Matrix& m_weight;
    LayerResult m_result;
    double m_error = 0, m_rtnError = 0, m_energy = 0;
    std::map<std::string, int> m_fallbacks;
};

/// One group after the other, each by its own Hessian: a convolution in groups is as many layers side by side, which
/// share formats and a name.
Result<LayerResult> solveGroups(
    const LayerTask& task, const Matrix& weight, const FormatPtr& format, SiteWork& site, const JobContext& job)
{
    const std::int64_t groups = site.statistics.groups(), rows = weight.rows() / groups;
    GroupSum sum(task, weight, format);
    for (std::int64_t group = 0; group < groups; ++group) {
        KERF_CHECK(job.checkStop());
        const Matrix own = weight.middleRows(group * rows, rows);
        const SiteStatistics statistics = site.statistics.ofGroup(group);
        SiteFactors factors(statistics);
        LayerProblem problem { task.layer, own, &statistics, format, task.settings, &factors };
        std::optional<DriftStatistics> drift;
        std::optional<SiteFactors> fitted;
        if (site.drift) {
            drift = site.drift->ofGroup(group);
            problem.drift = &*drift;
            problem.fittedFactors = &fitted.emplace(drift->fitted);
        }
        KERF_TRY(const LayerResult result, task.method->quantize(problem, job.withProgress({})));
        KERF_TRY(const double energy, outputEnergy(own, statistics.hessian, job));
        sum.add(result, energy);
    }
    return sum.finish(groups);
}

/// Whether parameters of one row say something of others: then groups cannot be solved one by one.
bool reachesOverRows(const Format& format)
{
    return format.isNested() || format.madeFor(1) != nullptr;
}

} // namespace

Result<LayerResult> solveLayer(const LayerTask& task, const Matrix& weight, SiteWork* site, const JobContext& job)
{
    if (!site && task.method->needsStatistics())
        return fail(ErrorCode::InvalidArgument,
            fmt::format("{}: {} needs a calibration text; give one or choose rtn.", task.layer, task.method->name()));
    const FormatPtr format
        = task.fusedLargest > 0 ? task.format.weight->madeFor(task.fusedLargest) : task.format.weight;
    if (site && isUnderCovered(site->statistics.tokens, site->statistics.passed)) {
        KERF_TRY(LayerResult rounded, roundAlone(task, weight, format, underCovered(site->statistics), job));
        rounded.tensor.format = task.format.weight;
        return rounded;
    }
    if (site && site->statistics.groups() > 1) {
        KERF_TRY(LayerResult together,
            reachesOverRows(*format) ? roundAlone(task, weight, format,
                { "rtn_instead", "the scales of this format reach over the groups of the convolution" }, job)
                                     : solveGroups(task, weight, format, *site, job));
        together.tensor.format = task.format.weight;
        return together;
    }
    LayerProblem problem { task.layer, weight, site ? &site->statistics : nullptr, format, task.settings,
        site ? &site->factors : nullptr };
    if (site && site->drift) {
        problem.drift = &*site->drift;
        problem.fittedFactors = &*site->fittedFactors;
    }
    KERF_TRY(LayerResult result, task.method->quantize(problem, job.withProgress({})));
    result.tensor.format = task.format.weight;
    return result;
}

Result<LayerActivation> activationOf(const LayerTask& task, const SiteWork* site)
{
    const ActivationFormat format = task.format.activation;
    if (!hasFixedStep(format))
        return LayerActivation { format };
    if (site && site->statistics.tokens == 0 && site->statistics.passed > 0)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "{}: no calibration token came to this expert, so the step of its inputs is not known. Give more "
                "text, let all experts see all tokens (--all-experts), or choose a format whose steps come from "
                "the tokens.",
                task.layer));
    if (format == ActivationFormat::UInt8Tensor) {
        if (site && site->statistics.range.isEmpty() && site->statistics.tokens > 0)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: u8-tensor is for networks read from ONNX, whose samples are no texts. Choose a8-token "
                            "or a8-tensor.",
                    task.layer));
        KERF_TRY(const ValueQuantizer found,
            quantizerOf(site ? site->statistics.range : ValueRange {}, task.observer, task.layer));
        return LayerActivation { format, found.scale, found.zeroPoint };
    }
    KERF_TRY(const float step,
        staticActivationStep(format, task.layer, site ? site->statistics.tokens : 0,
            site && site->statistics.tokens > 0 ? site->statistics.absMax.maxCoeff() : 0));
    return LayerActivation { format, step };
}

Result<LinearPtr> solvedOperator(
    const LayerTask& task, QuantizedTensor tensor, const std::function<Result<SiteWork*>()>& site)
{
    LayerActivation activation { task.format.activation };
    if (hasFixedStep(activation.format)) {
        KERF_TRY(const SiteWork* work, site());
        KERF_TRY(activation, activationOf(task, work));
    }
    return makeActivationLinear(std::make_shared<const QuantizedTensor>(std::move(tensor)), activation);
}

} // namespace kerf::core
