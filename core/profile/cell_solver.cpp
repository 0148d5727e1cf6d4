// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/profile/cell_solver.h"

#include <cstdlib>

namespace kerf::core {
namespace {

constexpr int kLowProbeBits = 2, kHighProbeBits = 4;

/// Null when there is none.
const LayerFormat* probeNear(
    const std::map<std::string, double>& relativeError, const std::vector<LayerFormat>& formats, int bits)
{
    const LayerFormat* best = nullptr;
    for (const LayerFormat& format : formats) {
        const auto error = relativeError.find(format.name());
        if (format.activation != ActivationFormat::None || error == relativeError.end() || !(error->second > 0))
            continue;
        if (!best || std::abs(format.weight->codeBits() - bits) < std::abs(best->weight->codeBits() - bits))
            best = &format;
    }
    return best;
}

} // namespace

Result<std::vector<LayerFormat>> quantizedFormats(const std::vector<std::string>& names)
{
    std::vector<LayerFormat> formats;
    for (const std::string& name : names) {
        KERF_TRY(LayerFormat format, parseLayerFormat(name));
        if (!format.weight->isUnquantized())
            formats.push_back(std::move(format));
    }
    if (formats.empty())
        return fail(
            ErrorCode::InvalidArgument, "A profile needs at least one format that quantizes, such as int4-g64.");
    return formats;
}

std::vector<std::string> probeFormats(
    const std::map<std::string, double>& relativeError, const std::vector<LayerFormat>& formats)
{
    const LayerFormat* high = probeNear(relativeError, formats, kHighProbeBits);
    const LayerFormat* low = probeNear(relativeError, formats, kLowProbeBits);
    std::vector<std::string> probes;
    if (high)
        probes.push_back(high->name());
    if (low && low != high)
        probes.push_back(low->name());
    return probes;
}

Result<LayerTask> CellSolver::task(const LayerInfo& layer, const LayerFormat& format) const
{
    KERF_TRY(const float largest, largestOfFused(m_network, layer, *format.weight));
    return LayerTask { layer.name, format, &m_method, m_settings, largest };
}

Status CellSolver::describeInputs(const LayerInfo& layer, LayerProfile& row)
{
    KERF_TRY(const SiteWork* site, m_sites.at(layer.site));
    row.hessianTrace = site->statistics.diagonal().cast<double>().sum();
    row.tokens = site->statistics.tokens;
    row.passed = site->statistics.passed;
    return {};
}

Result<std::map<std::string, double>> CellSolver::errors(
    const LayerInfo& layer, const Matrix& weight, const std::vector<LayerFormat>& formats, const JobContext& job)
{
    KERF_TRY(SiteWork* const site, m_sites.at(layer.site));
    std::map<std::string, double> errors;
    for (const LayerFormat& format : formats) {
        if (!format.checkShape(layer.shape))
            continue;
        const std::string stored = format.weight->name();
        if (!errors.contains(stored)) { // else the same weight with other inputs
            KERF_TRY(const LayerTask wanted, task(layer, format));
            KERF_TRY(const LayerResult result, solveLayer(wanted, weight, site, job));
            errors[stored] = result.report.relativeError;
        }
        errors[format.name()] = errors[stored];
    }
    return errors;
}

Result<LinearPtr> CellSolver::solve(const SwapIn& cell, const Matrix& weight, const JobContext& job)
{
    KERF_TRY(const LayerFormat format, parseLayerFormat(cell.format));
    const LayerInfo& layer = *findLayer(m_network, cell.layer);
    KERF_TRY(const LayerTask wanted, task(layer, format));
    const auto site = [&] { return m_sites.at(layer.site); };
    KERF_TRY(SiteWork* const work, site());
    KERF_TRY(LayerResult result, solveLayer(wanted, weight, work, job));
    return solvedOperator(wanted, std::move(result.tensor), site);
}

} // namespace kerf::core
