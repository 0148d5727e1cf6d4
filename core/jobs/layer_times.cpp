// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/layer_times.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/jobs/provenance.h"

namespace kerf::core {
namespace {

constexpr int kMostRuns = 8; ///< the newest of this machine: a window reads them between two frames

double weightsOf(const LayerInfo& layer)
{
    return static_cast<double>(layer.shape.rows) * static_cast<double>(layer.shape.cols);
}

std::array<std::string, 3> keysOf(const LayerInfo& layer, const std::string& method)
{
    return { fmt::format("layer {} {}", method, layer.name),
        fmt::format("shape {} {} {}", method, layer.shape.rows, layer.shape.cols), fmt::format("weight {}", method) };
}

} // namespace

void LayerTimes::Sum::add(double value)
{
    ++count;
    sum += value;
    squares += value * value;
}

LayerTimes::Estimate LayerTimes::Sum::times(double scale) const
{
    const double mean = sum / count;
    Estimate estimate { scale * mean, {}, count };
    if (count > 1)
        estimate.deviation = scale * std::sqrt(std::max(0.0, (squares - count * mean * mean) / (count - 1)));
    return estimate;
}

void LayerTimes::add(const LayerInfo& layer, const std::string& method, double seconds)
{
    if (seconds <= 0)
        return;
    const auto keys = keysOf(layer, method);
    m_sums[keys[0]].add(seconds);
    m_sums[keys[1]].add(seconds);
    m_sums[keys[2]].add(seconds / weightsOf(layer));
}

std::optional<LayerTimes::Estimate> LayerTimes::of(const LayerInfo& layer, const std::string& method) const
{
    const auto keys = keysOf(layer, method);
    for (const std::string& key : keys)
        if (const auto found = m_sums.find(key); found != m_sums.end())
            return found->second.times(key == keys[2] ? weightsOf(layer) : 1);
    return std::nullopt;
}

Result<LayerTimes> LayerTimes::read(const Workspace& workspace, RowId model, const Network& network)
{
    std::map<std::string, const LayerInfo*> layers;
    for (const LayerInfo& layer : network.layers())
        layers.emplace(layer.name, &layer);
    KERF_TRY(const std::vector<RunRow> runs, workspace.runs(model));
    LayerTimes times;
    int read = 0;
    for (auto run = runs.rbegin(); run != runs.rend() && read < kMostRuns; ++run) {
        if (run->origin || !isOfThisMachine(run->provenance))
            continue;
        ++read;
        KERF_TRY(const std::vector<RunLayerRow> rows, workspace.runLayers(run->id));
        for (const RunLayerRow& row : rows)
            if (const auto layer = layers.find(row.report.layer); layer != layers.end())
                times.add(*layer->second, row.report.method, row.report.seconds);
    }
    return times;
}

} // namespace kerf::core
