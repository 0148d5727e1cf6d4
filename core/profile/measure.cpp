// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/model/activation_linear.h"
#include "core/profile/profile.h"
#include "core/profile/swap_in.h"
#include "core/quantize/site_factors.h"

namespace kerf::core {
namespace {

constexpr int kLowProbeBits = 2, kHighProbeBits = 4;

std::span<const std::vector<TokenId>> heldWindows(const Dataset& held, std::int64_t count)
{
    const auto available = static_cast<std::int64_t>(held.windows.size());
    return std::span(held.windows).first(static_cast<std::size_t>(std::clamp<std::int64_t>(count, 0, available)));
}

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

/// Errors of one layer in every format that can hold it.
Status measureLayer(const Method& method, LayerProblem problem, const std::vector<LayerFormat>& formats,
    LayerProfile& profile, const JobContext& job)
{
    const LayerShape shape { problem.weight.rows(), problem.weight.cols() };
    for (const LayerFormat& format : formats) {
        if (!format.checkShape(shape))
            continue;
        problem.format = format.weight;
        const auto known = profile.relativeError.find(format.weight->name());
        if (known != profile.relativeError.end()) { // the same weight with other inputs
            const double error = known->second;
            profile.relativeError[format.name()] = error;
            continue;
        }
        KERF_TRY(const LayerResult result, method.quantize(problem, job));
        profile.relativeError[format.name()] = result.report.relativeError;
    }
    return {};
}

Status measureErrors(const Network& network, const StatisticsCache& statistics, const Method& method,
    const MethodSettings& settings, const std::vector<LayerFormat>& formats, Profile& profile, const JobContext& job)
{
    const std::vector<LayerInfo>& layers = network.layers();
    std::shared_ptr<const BlockWeights> weights;
    std::string site;
    SiteStatistics read;
    std::unique_ptr<SiteFactors> factors;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerInfo& layer = layers[i];
        job.progress({ fmt::format("Measuring {} in {} formats", layer.name, formats.size()),
            static_cast<std::int64_t>(i), static_cast<std::int64_t>(layers.size()), "layers" });
        if (i == 0 || layer.block != layers[i - 1].block) {
            weights.reset(); // before the next block is loaded: one block in memory, not two
            KERF_TRY(weights, network.loadBlock(layer.block));
        }
        if (layer.site != site) { // layers of a site stand together
            KERF_TRY(read, statistics.load(layer.site));
            factors = std::make_unique<SiteFactors>(read);
            site = layer.site;
        }
        LayerProfile row;
        row.layer = layer.name;
        row.hessianTrace = read.hessian.diagonal().cast<double>().sum();
        KERF_CHECK(measureLayer(method,
            { layer.name, weights->weight(layer.name), &read, nullptr, settings, factors.get() }, formats, row, job));
        profile.layers.push_back(std::move(row));
    }
    return {};
}

/// The measured format of a layer whose codes have the number of bits nearest to `bits` (ties: the first listed), or
/// null when the layer takes none with an error above 0.
const Format* probeNear(const LayerProfile& layer, const std::vector<LayerFormat>& formats, int bits)
{
    const Format* best = nullptr;
    for (const LayerFormat& format : formats) {
        const auto error = layer.relativeError.find(format.name());
        if (format.activation != ActivationFormat::None || error == layer.relativeError.end() || !(error->second > 0))
            continue;
        if (!best || std::abs(format.weight->codeBits() - bits) < std::abs(best->codeBits() - bits))
            best = format.weight.get();
    }
    return best;
}

/// Both probes of every layer, one where they are the same format; and every format with activations, because an error
/// of the weight says nothing about what the rounded inputs cost.
std::vector<SwapIn> probeCells(const Profile& profile, const std::vector<LayerFormat>& formats)
{
    std::vector<SwapIn> cells;
    for (const LayerProfile& layer : profile.layers) {
        const Format* high = probeNear(layer, formats, kHighProbeBits);
        const Format* low = probeNear(layer, formats, kLowProbeBits);
        if (high)
            cells.push_back({ layer.layer, high->name(), -1 });
        if (low && low != high)
            cells.push_back({ layer.layer, low->name(), -1 });
        for (const LayerFormat& format : formats)
            if (format.activation != ActivationFormat::None && layer.relativeError.contains(format.name()))
                cells.push_back({ layer.layer, format.name(), -1 });
    }
    return cells;
}

/// Solves each cell's layer again from its statistics.
class CellSolver {
public:
    CellSolver(const Network& network, const StatisticsCache& statistics, const Method& method, MethodSettings settings)
        : m_network(network)
        , m_statistics(statistics)
        , m_method(method)
        , m_settings(settings)
    {
    }

    Result<LinearPtr> solve(const SwapIn& cell, const Matrix& weight, const JobContext& job)
    {
        KERF_TRY(LayerFormat format, parseLayerFormat(cell.format));
        const LayerInfo* layer = findLayer(m_network, cell.layer);
        if (layer->site != m_site) {
            m_factors.reset();
            KERF_TRY(m_read, m_statistics.load(layer->site));
            m_factors = std::make_unique<SiteFactors>(m_read);
            m_site = layer->site;
        }
        KERF_TRY(LayerResult result,
            m_method.quantize({ cell.layer, weight, &m_read, format.weight, m_settings, m_factors.get() }, job));
        float step = 0;
        if (format.activation == ActivationFormat::Int8Tensor) {
            KERF_TRY(step, staticActivationStep(cell.layer, m_read.tokens, m_read.absMax.maxCoeff()));
        }
        return makeActivationLinear(
            std::make_shared<const QuantizedTensor>(std::move(result.tensor)), format.activation, step);
    }

private:
    const Network& m_network;
    const StatisticsCache& m_statistics;
    const Method& m_method;
    MethodSettings m_settings;
    std::string m_site;
    SiteStatistics m_read;
    std::unique_ptr<SiteFactors> m_factors;
};

LayerProfile* findRow(Profile& profile, const std::string& layer)
{
    const auto found = std::find_if(
        profile.layers.begin(), profile.layers.end(), [&](const LayerProfile& row) { return row.layer == layer; });
    return found == profile.layers.end() ? nullptr : &*found;
}

Status measureCells(Profile& profile, const Network& network, const StatisticsCache& statistics,
    std::span<const std::vector<TokenId>> windows, const std::vector<SwapIn>& cells, const MethodSettings& settings,
    const JobContext& job)
{
    KERF_TRY(const Method* method, findMethod(profile.method));
    CellSolver solver(network, statistics, *method, settings);
    const auto source = [&](const SwapIn& cell, const Matrix& weight, const JobContext& cellJob) {
        return solver.solve(cell, weight, cellJob);
    };
    KERF_TRY(const std::vector<SwapInResult> results, evaluateSwapIns(network, windows, cells, source, job));
    for (std::size_t i = 0; i < cells.size(); ++i)
        findRow(profile, cells[i].layer)->swapIn[cells[i].format] = { results[i].kld, results[i].stderr_ };
    return {};
}

/// Every cache format in every block, one at a time.
Status measureCaches(Profile& profile, const Network& network, std::span<const std::vector<TokenId>> windows,
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
        if (format->isUnquantized())
            continue;
        for (int block = 0; block < network.blockCount(); ++block)
            cells.push_back({ "", format->name(), block });
    }
    if (cells.empty())
        return {};
    KERF_TRY(const std::vector<SwapInResult> results, evaluateSwapIns(network, windows, cells, {}, job));
    profile.caches.resize(static_cast<std::size_t>(network.blockCount()));
    for (std::size_t i = 0; i < cells.size(); ++i)
        profile.caches[static_cast<std::size_t>(cells[i].block)][cells[i].format]
            = { results[i].kld, results[i].stderr_ };
    return {};
}

void setSlopes(Profile& profile, const std::vector<LayerFormat>& formats)
{
    for (LayerProfile& layer : profile.layers) {
        const Format* probe = probeNear(layer, formats, kHighProbeBits);
        if (!probe)
            continue;
        const LayerProfile::Measured& measured = layer.swapIn[probe->name()];
        layer.slope = measured.kld / layer.relativeError[probe->name()];
        layer.slopeStderr = measured.stderr_ / layer.relativeError[probe->name()];
    }
}

} // namespace

const std::vector<std::string>& defaultProfileFormats()
{
    static const std::vector<std::string> formats { "int2-g64", "int2-g64-asym", "int3-g64", "int3-g64-asym",
        "int4-g64", "int4-g128", "int4-g64-asym", "int5-g64", "int6-g64", "int8-channel" };
    return formats;
}

Result<Profile> measureProfile(const Network& network, const StatisticsCache& statistics, const Dataset& held,
    const ProfileOptions& options, const JobContext& job)
{
    KERF_TRY(const Method* method, findMethod(options.method));
    Profile profile;
    profile.method = options.method;
    profile.formats = options.formats.empty() ? defaultProfileFormats() : options.formats;
    KERF_TRY(const std::vector<LayerFormat> formats, quantizedFormats(profile.formats));
    KERF_CHECK(measureErrors(network, statistics, *method, options.settings, formats, profile, job));

    if (!options.swapIns)
        return profile;
    const auto windows = heldWindows(held, options.probeWindows);
    profile.probeWindows = static_cast<std::int64_t>(windows.size());
    KERF_CHECK(
        measureCells(profile, network, statistics, windows, probeCells(profile, formats), options.settings, job));
    setSlopes(profile, formats);
    KERF_CHECK(measureCaches(profile, network, windows, options.cacheFormats, job));
    return profile;
}

Status measureSwapIn(Profile& profile, const Network& network, const StatisticsCache& statistics, const Dataset& held,
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
    KERF_CHECK(
        measureCells(profile, network, statistics, heldWindows(held, profile.probeWindows), swaps, settings, job));
    for (const SwapIn& swap : swaps)
        if (std::ranges::find(profile.formats, swap.format) == profile.formats.end())
            profile.formats.push_back(swap.format);
    return {};
}

} // namespace kerf::core
