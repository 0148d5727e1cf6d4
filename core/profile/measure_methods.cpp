// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/profile/cell_solver.h"
#include "core/profile/profile.h"

namespace kerf::core {
namespace {

/// Layers of each role that are sampled: how much worse a method is than another depends on what a layer does more than
/// on where it stands (docs/results/predictions.md).
constexpr std::size_t kLayersOfRole = 3;

struct MethodChoice {
    const Method* method;
    MethodSettings settings;
};

/// In the network's order, evenly spread over the blocks.
std::vector<const LayerInfo*> sampledLayers(const Network& network)
{
    std::map<std::string, std::vector<const LayerInfo*>> ofRole;
    for (const LayerInfo& layer : network.layers())
        ofRole[layer.role].push_back(&layer);
    std::set<const LayerInfo*> chosen;
    for (const auto& [role, layers] : ofRole) {
        const std::size_t count = std::min(kLayersOfRole, layers.size());
        for (std::size_t i = 0; i < count; ++i)
            chosen.insert(layers[(2 * i + 1) * layers.size() / (2 * count)]);
    }
    std::vector<const LayerInfo*> sample;
    for (const LayerInfo& layer : network.layers())
        if (chosen.contains(&layer))
            sample.push_back(&layer);
    return sample;
}

/// Without the profile's own.
Result<std::vector<MethodChoice>> choicesOf(
    const Profile& profile, const std::vector<std::string>& names, const MethodSettings& settings)
{
    std::vector<MethodChoice> choices;
    std::set<std::string> variants { methodVariant(profile.method, profile.settings) };
    for (const std::string& name : names) {
        KERF_TRY(const Method* method, findMethod(name));
        if (variants.insert(methodVariant(name, settings)).second)
            choices.push_back({ method, settings });
        MethodSettings plain = settings;
        plain.set(kScaleSearch, false);
        if (!method->needsStatistics() && variants.insert(methodVariant(name, plain)).second)
            choices.push_back({ method, plain }); // what it is when no calibration text is given
    }
    return choices;
}

/// Those of the profile, each weight's once: what rounded inputs cost does not depend on the method.
Result<std::vector<LayerFormat>> weightFormats(const Profile& profile)
{
    std::vector<std::string> names;
    for (const std::string& name : profile.formats) {
        KERF_TRY(const FormatPtr weight, parseWeightFormat(name));
        if (std::ranges::find(names, weight->name()) == names.end())
            names.push_back(weight->name());
    }
    return quantizedFormats(names);
}

struct Comparison {
    const Network& network;
    const StatisticsCache& statistics;
    Samples samples;
    std::vector<LayerFormat> formats;
    std::vector<const LayerInfo*> layers;
};

Status measureSampleErrors(const Comparison& of, CellSolver& solver, MethodProfile& measured, const JobContext& job)
{
    for (std::size_t i = 0; i < of.layers.size(); ++i) {
        const LayerInfo& layer = *of.layers[i];
        job.progress({ fmt::format("Comparing {} on a sample of layers", measured.method), static_cast<std::int64_t>(i),
            static_cast<std::int64_t>(of.layers.size()), "layers" });
        KERF_TRY(const Matrix weight, of.network.layerWeight(layer.name));
        KERF_TRY(measured.layers[layer.name].relativeError, solver.errors(layer, weight, of.formats, job));
    }
    return {};
}

Status measureSampleSwapIns(const Comparison& of, CellSolver& solver, MethodProfile& measured, const JobContext& job)
{
    std::vector<SwapIn> cells;
    for (const LayerInfo* layer : of.layers)
        for (const std::string& probe : probeFormats(measured.layers[layer->name].relativeError, of.formats))
            cells.push_back({ layer->name, probe, -1 });
    if (cells.empty() || of.samples.count() == 0)
        return {};
    const auto source = [&](const SwapIn& cell, const Matrix& weight, const JobContext& cellJob) {
        return solver.solve(cell, weight, cellJob);
    };
    KERF_TRY(const std::vector<SwapInResult> results, evaluateSwapIns(of.network, of.samples, cells, source, job));
    for (std::size_t i = 0; i < cells.size(); ++i)
        measured.layers[cells[i].layer].swapIn[cells[i].format] = { results[i].kld, results[i].stderr_ };
    return {};
}

} // namespace

const std::vector<std::string>& defaultComparedMethods()
{
    static const std::vector<std::string> methods { "rtn", "gptq", "awq", "hqq", "hcd" };
    return methods;
}

Status measureMethods(Profile& profile, const Network& network, const StatisticsCache& statistics, const Samples& held,
    const std::vector<std::string>& methods, const MethodSettings& settings, const JobContext& job)
{
    KERF_TRY(const std::vector<MethodChoice> choices, choicesOf(profile, methods, settings));
    Comparison of { network, statistics, held.first(profile.probeWindows), {}, sampledLayers(network) };
    KERF_TRY(of.formats, weightFormats(profile));
    for (const MethodChoice& choice : choices) {
        MethodProfile measured { choice.method->name(), choice.settings, {} };
        CellSolver solver(network, statistics, *choice.method, choice.settings);
        KERF_CHECK(measureSampleErrors(of, solver, measured, job));
        KERF_CHECK(measureSampleSwapIns(of, solver, measured, job));
        const std::string variant = methodVariant(measured.method, measured.settings);
        std::erase_if(profile.methods,
            [&](const MethodProfile& known) { return methodVariant(known.method, known.settings) == variant; });
        profile.methods.push_back(std::move(measured));
    }
    return {};
}

} // namespace kerf::core
