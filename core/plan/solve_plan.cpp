// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/plan/layer_index.h"
#include "core/plan/solver.h"

namespace kerf::core {
namespace {

constexpr const char* kSixteenBit = "bf16";

/// Layers that get one format together, and the formats that all of them can take.
struct PlanUnit {
    std::vector<const LayerInfo*> layers;
    std::vector<const LayerProfile*> profiles; ///< of these layers
    std::vector<std::string> formats; ///< one an option
    BudgetUnit budget;
};

/// Adds a format as an option when every layer's shape takes it and every layer was profiled in it.
Status addOption(PlanUnit& unit, const std::string& name)
{
    KERF_TRY(const LayerFormat format, parseLayerFormat(name));
    BudgetOption option;
    for (std::size_t i = 0; i < unit.layers.size(); ++i) {
        const std::optional<Prediction> predicted = predictFormat(*unit.profiles[i], name);
        if (!predicted || !format.checkShape(unit.layers[i]->shape))
            return {};
        option.bytes += layerBytes(unit.layers[i]->shape, *format.weight);
        option.loss += predicted->kld;
    }
    unit.formats.push_back(format.name());
    unit.budget.options.push_back(option);
    return {};
}

/// The formats to choose among, without those of 16 bits: one of these is always an option.
Result<std::vector<std::string>> quantizedFormats(const Profile& profile, const SolveOptions& options)
{
    std::vector<std::string> names;
    for (const std::string& name : options.formats.empty() ? profile.formats : options.formats) {
        KERF_TRY(const FormatPtr format, parseWeightFormat(name));
        const bool profiled = std::ranges::find(profile.formats, name) != profile.formats.end();
        if (!profiled && !format->isUnquantized())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not have the format {}: profile it first, or leave it out", name));
        if (!format->isUnquantized())
            names.push_back(name);
    }
    return names;
}

Result<std::vector<PlanUnit>> planUnits(const Profile& profile, const Network& network, const SolveOptions& options)
{
    KERF_TRY(const std::vector<std::string> formats, quantizedFormats(profile, options));
    const std::set<std::string> keep(options.keep.begin(), options.keep.end());
    std::map<std::string_view, const LayerProfile*> profiled;
    for (const LayerProfile& layer : profile.layers)
        profiled.emplace(layer.layer, &layer);
    std::vector<PlanUnit> units;
    std::map<std::string, std::size_t> unitOfTie;
    for (const LayerInfo& layer : network.layers()) {
        const auto known = profiled.find(layer.name);
        if (known == profiled.end())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("The profile does not have the layer {}: it belongs to another model", layer.name));
        const std::string& tie = options.tieFused && !layer.tie.empty() ? layer.tie : layer.name;
        const auto [unit, isNew] = unitOfTie.try_emplace(tie, units.size());
        if (isNew)
            units.emplace_back();
        units[unit->second].layers.push_back(&layer);
        units[unit->second].profiles.push_back(known->second);
    }
    for (PlanUnit& unit : units) {
        KERF_CHECK(addOption(unit, kSixteenBit));
        const bool kept
            = std::ranges::any_of(unit.layers, [&](const LayerInfo* layer) { return keep.contains(layer->name); });
        for (const std::string& format : formats) {
            if (!kept)
                KERF_CHECK(addOption(unit, format));
        }
    }
    return units;
}

/// Bytes that the quantizable layers may take. Errors: InvalidArgument: below the smallest possible, which is said.
Result<std::int64_t> layerBudget(
    const std::vector<PlanUnit>& units, const SolveOptions& options, std::int64_t otherBytes)
{
    double weights = 0;
    std::int64_t least = 0;
    for (const PlanUnit& unit : units) {
        for (const LayerInfo* layer : unit.layers)
            weights += static_cast<double>(layer->shape.rows) * static_cast<double>(layer->shape.cols);
        least += std::ranges::min(unit.budget.options, {}, &BudgetOption::bytes).bytes;
    }
    if (options.bitsPerWeight.has_value() == options.sizeBytes.has_value())
        return fail(ErrorCode::InvalidArgument, "Give either bits per weight or a size in bytes");
    const double wanted = options.bitsPerWeight ? *options.bitsPerWeight * weights / 8
                                                : static_cast<double>(*options.sizeBytes - otherBytes);
    if (!(wanted >= static_cast<double>(least)))
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "The budget is too small: with these formats the smallest possible size is {} bytes ({:.3f} bits "
                "per weight of the quantizable layers, {} bytes of everything else)",
                least + otherBytes, 8 * static_cast<double>(least) / weights, otherBytes));
    return static_cast<std::int64_t>(std::min(wanted, 9e18));
}

} // namespace

Result<Plan> solvePlan(const Profile& profile, const Network& network, std::int64_t otherBytes,
    const SolveOptions& options, const Plan& base)
{
    const auto index = indexLayers(network);
    for (const std::string& name : options.keep) {
        if (!index.contains(name))
            return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\" to keep", name));
    }
    KERF_TRY(const std::vector<PlanUnit> units, planUnits(profile, network, options));
    KERF_TRY(const std::int64_t budget, layerBudget(units, options, otherBytes));
    std::vector<BudgetUnit> budgetUnits;
    budgetUnits.reserve(units.size());
    for (const PlanUnit& unit : units)
        budgetUnits.push_back(unit.budget);
    KERF_TRY(const BudgetSolution solution, solveBudget(budgetUnits, budget));
    std::map<std::string, std::string> formatOf;
    for (std::size_t u = 0; u < units.size(); ++u) {
        for (const LayerInfo* layer : units[u].layers)
            formatOf[layer->name] = units[u].formats[static_cast<std::size_t>(solution.choice[u])];
    }
    std::map<std::string, std::string> methodOf;
    for (const PlanLayer& row : base.layers)
        methodOf[row.layer] = row.method;
    Plan plan = base;
    plan.layers.clear();
    for (const LayerInfo& layer : network.layers()) {
        const auto method = methodOf.find(layer.name);
        plan.layers.push_back({ layer.name, formatOf[layer.name],
            method == methodOf.end() || method->second.empty() ? profile.method : method->second });
    }
    return plan;
}

bool hasSlopes(const Profile& profile)
{
    return std::ranges::any_of(
        profile.layers, [](const LayerProfile& layer) { return layer.slope > 0 || !layer.swapIn.empty(); });
}

std::vector<std::string> layersAbove(const Profile& profile, const std::string& format, double kldThreshold)
{
    std::vector<std::string> names;
    for (const LayerProfile& layer : profile.layers) {
        const std::optional<Prediction> predicted = predictLayer(profile, layer.layer, format);
        if (predicted && predicted->kld > kldThreshold)
            names.push_back(layer.layer);
    }
    return names;
}

Result<std::vector<std::string>> keepAbove(
    Plan& plan, const Profile& profile, const std::string& format, double kldThreshold)
{
    std::vector<std::string> kept;
    bool isPredicted = false;
    for (PlanLayer& row : plan.layers) {
        const auto predicted = predictLayer(profile, row.layer, format.empty() ? row.format : format);
        isPredicted = isPredicted || predicted.has_value();
        if (!predicted || !(predicted->kld > kldThreshold))
            continue;
        row.format = kSixteenBit;
        kept.push_back(row.layer);
    }
    if (!isPredicted)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The profile does not predict {}: profile it first, with slopes",
                format.empty() ? "the plan's formats" : format));
    return kept;
}

} // namespace kerf::core
