// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/evaluate/recurrent_errors.h"

#include <algorithm>
#include <cmath>

#include "core/graph/ops/recurrent.h"

namespace kerf::core {

RecurrentErrors::RecurrentErrors(const Network& network)
{
    const Graph& graph = network.graph();
    for (std::size_t layer = 0; layer < graph.layers().size(); ++layer)
        if (graph.nodeOfLayer(static_cast<int>(layer)).op == &recurrentOp())
            m_layers.emplace_back(graph.layers()[layer].name, graph.layers()[layer].site);
}

void RecurrentErrors::endBatch()
{
    for (const auto& [layer, site] : m_layers) {
        const Seen &original = m_original[site], &candidate = m_candidate[site];
        Sums& sums = m_sums[site];
        Eigen::Index row = 0;
        for (const std::int64_t length : original.lengths)
            for (std::int64_t step = 0; step < length; ++step, ++row) {
                if (sums.distance.size() <= static_cast<std::size_t>(step)) {
                    sums.distance.resize(static_cast<std::size_t>(step) + 1);
                    sums.length.resize(static_cast<std::size_t>(step) + 1);
                }
                const auto at = static_cast<std::size_t>(step);
                sums.distance[at] += (original.rows.row(row) - candidate.rows.row(row)).cast<double>().squaredNorm();
                sums.length[at] += original.rows.row(row).cast<double>().squaredNorm();
            }
    }
    m_original.clear();
    m_candidate.clear();
}

std::vector<StateErrors> RecurrentErrors::finish() const
{
    std::vector<StateErrors> all;
    for (const auto& [layer, site] : m_layers) {
        const auto sums = m_sums.find(site);
        if (sums == m_sums.end() || sums->second.distance.size() < 2)
            continue;
        StateErrors& errors = all.emplace_back();
        errors.layer = layer;
        for (std::size_t step = 1; step < sums->second.distance.size(); ++step) { // before the first there is no state
            errors.steps.push_back(static_cast<std::int64_t>(step));
            const double length = sums->second.length[step];
            errors.relative.push_back(length > 0 ? std::sqrt(sums->second.distance[step] / length) : 0);
        }
    }
    return all;
}

Tap RecurrentErrors::tap(std::map<std::string, Seen>& seen)
{
    if (m_layers.empty())
        return {};
    return [this, &seen](const Observation& observation) {
        const auto isOne = [&](const auto& layer) { return layer.second == observation.site.id; };
        if (std::ranges::any_of(m_layers, isOne))
            seen[observation.site.id]
                = { observation.x, std::vector(observation.lengths.begin(), observation.lengths.end()) };
    };
}

} // namespace kerf::core
