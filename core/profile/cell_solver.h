// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/format/layer_format.h"
#include "core/profile/profile.h"
#include "core/profile/swap_in.h"
#include "core/quantize/layer_solver.h"

namespace kerf::core {

/// The formats that quantize, parsed. Errors: InvalidArgument: one is unknown, or there is none.
Result<std::vector<LayerFormat>> quantizedFormats(const std::vector<std::string>& names);

/// The formats whose swap-ins measure what an error costs: those of the layer with codes of nearly 4 and nearly 2 bits
/// (ties: the first listed), without activations. One when they are the same, none when the layer takes none with an
/// error above 0.
std::vector<std::string> probeFormats(
    const std::map<std::string, double>& relativeError, const std::vector<LayerFormat>& formats);

/// Solves cells by one method from the statistics of their sites, of which the last one's are kept: ask site by site.
class CellSolver {
public:
    CellSolver(const Network& network, const StatisticsCache& statistics, const Method& method, MethodSettings settings)
        : m_network(network)
        , m_method(method)
        , m_settings(std::move(settings))
        , m_sites([&statistics](const std::string& site) { return statistics.load(site); })
    {
    }

    /// Relative errors of a layer in every format that can hold it, and in its weight's alone where that has
    /// activations. Errors: as Method::quantize, Io.
    Result<std::map<std::string, double>> errors(
        const LayerInfo& layer, const Matrix& weight, const std::vector<LayerFormat>& formats, const JobContext& job);
    /// What calibration saw of the layer's inputs: tr(H), tokens.
    Status describeInputs(const LayerInfo& layer, LayerProfile& row);
    /// The operator that stands in for the cell's layer.
    Result<LinearPtr> solve(const SwapIn& cell, const Matrix& weight, const JobContext& job);

private:
    Result<LayerTask> task(const LayerInfo& layer, const LayerFormat& format) const;

    const Network& m_network;
    const Method& m_method;
    MethodSettings m_settings;
    LastSite m_sites;
};

} // namespace kerf::core
