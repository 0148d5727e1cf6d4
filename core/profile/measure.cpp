// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/profile/cell_solver.h"
#include "core/profile/profile.h"

namespace kerf::core {
namespace {

Status measureErrors(const Network& network, CellSolver& solver, const std::vector<LayerFormat>& formats,
    Profile& profile, const JobContext& job)
{
    const std::vector<LayerInfo>& layers = network.layers();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerInfo& layer = layers[i];
        job.progress({ fmt::format("Measuring {} in {} formats", layer.name, formats.size()),
            static_cast<std::int64_t>(i), static_cast<std::int64_t>(layers.size()), "layers" });
        LayerProfile row; // layers of a site stand together
        row.layer = layer.name;
        KERF_CHECK(solver.describeInputs(layer, row));
        KERF_TRY(const Matrix weight, network.layerWeight(layer.name));
        KERF_TRY(row.relativeError, solver.errors(layer, weight, formats, job));
        profile.layers.push_back(std::move(row));
    }
    return {};
}

/// Both probes of every layer, one where they are the same format; and every format with activations, because an error
/// of the weight says nothing about what the rounded inputs cost.
std::vector<SwapIn> probeCells(const Profile& profile, const std::vector<LayerFormat>& formats)
{
    std::vector<SwapIn> cells;
    for (const LayerProfile& layer : profile.layers) {
        for (const std::string& probe : probeFormats(layer.relativeError, formats))
            cells.push_back({ layer.layer, probe, -1 });
        for (const LayerFormat& format : formats)
            if (format.activation != ActivationFormat::None && layer.relativeError.contains(format.name()))
                cells.push_back({ layer.layer, format.name(), -1 });
    }
    return cells;
}

LayerProfile* findRow(Profile& profile, const std::string& layer)
{
    const auto found = std::find_if(
        profile.layers.begin(), profile.layers.end(), [&](const LayerProfile& row) { return row.layer == layer; });
    return found == profile.layers.end() ? nullptr : &*found;
}

Status measureCells(Profile& profile, const Network& network, const StatisticsCache& statistics, const Samples& samples,
    const std::vector<SwapIn>& cells, const MethodSettings& settings, const JobContext& job)
{
    KERF_TRY(const Method* method, findMethod(profile.method));
    CellSolver solver(network, statistics, *method, settings);
    const auto source = [&](const SwapIn& cell, const Matrix& weight, const JobContext& cellJob) {
        return solver.solve(cell, weight, cellJob);
    };
    KERF_TRY(const std::vector<SwapInResult> results, evaluateSwapIns(network, samples, cells, source, job));
    for (std::size_t i = 0; i < cells.size(); ++i)
        findRow(profile, cells[i].layer)->swapIn[cells[i].format] = { results[i].kld, results[i].stderr_ };
    return {};
}

/// Every cache format in every block, one at a time.
Status measureCaches(Profile& profile, const Network& network, const Samples& samples,
    const std::vector<std::string>& formats, const JobContext& job)
{
    std::vector<SwapIn> cells;
    for (const std::string& name : formats) {
        KERF_TRY(const CacheFormatPtr format, parseCacheFormat(name));
        if (format->hasFixedStep())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("{} takes its steps from the calibration of a run, which a profile does not make: profile "
                            "{} and quantize with the other.",
                    name, name.substr(0, name.rfind('-'))));
        KERF_CHECK(checkCacheFormat(network, *format));
        if (format->isUnquantized())
            continue;
        for (int block = 0; block < network.blockCount(); ++block)
            cells.push_back({ "", format->name(), block });
    }
    if (cells.empty())
        return {};
    KERF_TRY(const std::vector<SwapInResult> results, evaluateSwapIns(network, samples, cells, {}, job));
    profile.caches.resize(static_cast<std::size_t>(network.blockCount()));
    for (std::size_t i = 0; i < cells.size(); ++i)
        profile.caches[static_cast<std::size_t>(cells[i].block)][cells[i].format]
            = { results[i].kld, results[i].stderr_ };
    return {};
}

void setSlopes(Profile& profile, const std::vector<LayerFormat>& formats)
{
    for (LayerProfile& layer : profile.layers) {
        const std::vector<std::string> probes = probeFormats(layer.relativeError, formats);
        if (probes.empty())
            continue;
        const LayerProfile::Measured& measured = layer.swapIn[probes.front()];
        layer.slope = measured.kld / layer.relativeError[probes.front()];
        layer.slopeStderr = measured.stderr_ / layer.relativeError[probes.front()];
    }
}

} // namespace

const std::vector<std::string>& defaultProfileFormats()
{
    static const std::vector<std::string> formats { "int2-g64", "int2-g64-asym", "int3-g64", "int3-g64-asym",
        "int4-g64", "int4-g128", "int4-g64-asym", "int5-g64", "int6-g64", "int8-channel" };
    return formats;
}

const std::vector<std::string>& profileFormatsFor(const Network& network)
{
    static const std::vector<std::string> ofRows { "int2-channel", "int3-channel", "int4-channel", "int8-channel" };
    const Result<LayerFormat> grouped = parseLayerFormat("int4-g64");
    const auto taken = std::ranges::count_if(
        network.layers(), [&](const LayerInfo& layer) { return grouped->checkShape(layer.shape).has_value(); });
    return 2 * taken >= static_cast<std::ptrdiff_t>(network.layers().size()) ? defaultProfileFormats() : ofRows;
}

Result<Profile> measureProfile(const Network& network, const StatisticsCache& statistics, const Samples& held,
    const ProfileOptions& options, const JobContext& job)
{
    KERF_TRY(const Method* method, findMethod(options.method));
    Profile profile;
    profile.method = options.method;
    profile.settings = options.settings;
    profile.formats = options.formats.empty() ? profileFormatsFor(network) : options.formats;
    KERF_TRY(const std::vector<LayerFormat> formats, quantizedFormats(profile.formats));
    CellSolver solver(network, statistics, *method, options.settings);
    KERF_CHECK(measureErrors(network, solver, formats, profile, job));
    if (!options.swapIns) {
        KERF_CHECK(measureMethods(profile, network, statistics, {}, options.methods, options.settings, job));
        return profile;
    }
    const Samples samples = held.first(options.probeWindows);
    profile.probeWindows = samples.count();
    KERF_CHECK(
        measureCells(profile, network, statistics, samples, probeCells(profile, formats), options.settings, job));
    setSlopes(profile, formats);
    KERF_CHECK(measureMethods(profile, network, statistics, held, options.methods, options.settings, job));
    KERF_CHECK(measureCaches(profile, network, samples, options.cacheFormats, job));
    return profile;
}

Status measureSwapIn(Profile& profile, const Network& network, const StatisticsCache& statistics, const Samples& held,
    const std::vector<PlanLayer>& cells, const MethodSettings& settings, const JobContext& job)
{
    std::vector<SwapIn> swaps;
    for (const PlanLayer& cell : cells) {
        KERF_TRY(const FormatPtr format, parseWeightFormat(cell.format));
        if (!findRow(profile, cell.layer))
            return fail(ErrorCode::InvalidArgument, fmt::format("The profile has no layer \"{}\".", cell.layer));
        if (!format->isUnquantized()) // what is not quantized costs nothing
            swaps.push_back({ cell.layer, cell.format, -1 });
    }
    KERF_CHECK(measureCells(profile, network, statistics, held.first(profile.probeWindows), swaps, settings, job));
    for (const SwapIn& swap : swaps)
        if (std::ranges::find(profile.formats, swap.format) == profile.formats.end())
            profile.formats.push_back(swap.format);
    return {};
}

} // namespace kerf::core
