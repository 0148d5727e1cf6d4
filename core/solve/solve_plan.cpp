// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "core/base/number_text.h"
#include "core/plan/layer_index.h"
#include "core/profile/prediction_fit.h"
#include "core/solve/least_bytes.h"
#include "core/solve/plan_units.h"
#include "core/solve/solver.h"

namespace kerf::core {
namespace {

constexpr const char* kSixteenBit = "bf16";

/// Of the budget's unit: bytes of the quantizable layers (and caches), or nanoseconds of the layers.
double wantedCost(const Network& network, const SolveOptions& options, std::int64_t otherBytes)
{
    if (options.tokensPerSecond)
        return 1e9 * (1 / *options.tokensPerSecond - options.times->otherSeconds);
    if (options.memoryBytes)
        return static_cast<double>(*options.memoryBytes - otherBytes);
    if (options.sizeBytes)
        return static_cast<double>(*options.sizeBytes - otherBytes);
    double weights = 0;
    for (const LayerInfo& layer : network.layers())
        weights += static_cast<double>(layer.shape.rows) * static_cast<double>(layer.shape.cols);
    return *options.bitsPerWeight * weights / 8;
}

/// The smallest budget there is, in words.
std::string smallestBudget(
    std::int64_t least, const Network& network, const SolveOptions& options, std::int64_t otherBytes)
{
    if (options.tokensPerSecond)
        return fmt::format(
            "with these formats the fastest plan decodes {:.1f} tokens/s ({:.3g} ms a token, {:.3g} ms of it outside "
            "the quantizable layers)",
            1 / (static_cast<double>(least) * 1e-9 + options.times->otherSeconds),
            static_cast<double>(least) * 1e-6 + 1e3 * options.times->otherSeconds, 1e3 * options.times->otherSeconds);
    if (options.memoryBytes)
        return fmt::format("with these formats the smallest possible size is {} bytes, the key/value cache of {} x {} "
                           "tokens and {} bytes of everything else among them",
            least + otherBytes, options.batch, options.context, otherBytes);
    double weights = 0;
    for (const LayerInfo& layer : network.layers())
        weights += static_cast<double>(layer.shape.rows) * static_cast<double>(layer.shape.cols);
    return fmt::format("with these formats the smallest possible size is {} bytes ({:.3f} bits per weight of the "
                       "quantizable layers, {} bytes of everything else)",
        least + otherBytes, 8 * static_cast<double>(least) / weights, otherBytes);
}

/// What all units together may cost. Errors: InvalidArgument: below the least possible, which is said.
Result<std::int64_t> budgetOf(
    const std::vector<PlanUnit>& units, const Network& network, const SolveOptions& options, std::int64_t otherBytes)
{
    std::int64_t least = 0;
    for (const PlanUnit& unit : units)
        least += std::ranges::min(unit.budget.options, {}, &BudgetOption::bytes).bytes;
    const double wanted = wantedCost(network, options, otherBytes);
    if (!(wanted >= static_cast<double>(least)))
        return fail(ErrorCode::InvalidArgument,
            "The budget is too small: " + smallestBudget(least, network, options, otherBytes));
    return static_cast<std::int64_t>(std::min(wanted, 9e18));
}

std::vector<BudgetUnit> budgetUnits(const std::vector<PlanUnit>& units)
{
    std::vector<BudgetUnit> all;
    all.reserve(units.size());
    for (const PlanUnit& unit : units)
        all.push_back(unit.budget);
    return all;
}

/// What the plan's quantized caches add to its divergence: no solver changes that here.
double cacheLoss(const Profile& profile, const Plan& base)
{
    double loss = 0;
    for (std::size_t block = 0; block < base.kv.size() && block < profile.caches.size(); ++block)
        if (const auto found = profile.caches[block].find(base.kv[block]); found != profile.caches[block].end())
            loss += found->second.kld;
    return loss;
}

/// The plan of fewest bytes within a divergence. Errors: InvalidArgument: below what any plan reaches, or the profile
/// does not predict it.
Result<Plan> cheapestPlan(
    const std::vector<PlanUnit>& units, const Profile& profile, const Network& network, double most, const Plan& base)
{
    const auto solution = solveLoss(budgetUnits(units), most - cacheLoss(profile, base));
    if (!solution)
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "No plan has a predicted divergence of {} or less. {}", numberText(most, 3), solution.error().message));
    Plan plan = base;
    applyChoice(units, solution->choice, network, profile.method, plan);
    if (const auto predicted = predictPlan(profile, plan); !predicted)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("A divergence cannot be planned for: {}. Profile what is missing, or take the profile's method",
                predicted.error().message));
    return plan;
}

} // namespace

Result<Plan> solvePlan(const Profile& profile, const Network& network, std::int64_t otherBytes,
    const SolveOptions& options, const Plan& base)
{
    const int budgets = options.bitsPerWeight.has_value() + options.sizeBytes.has_value()
        + options.memoryBytes.has_value() + options.tokensPerSecond.has_value() + options.kld.has_value();
    if (budgets != 1)
        return fail(ErrorCode::InvalidArgument,
            "Give one budget: bits per weight, a size in bytes, a memory with the cache, a speed, or a divergence");
    const auto index = indexLayers(network);
    for (const std::string& name : options.keep) {
        if (!index.contains(name))
            return fail(ErrorCode::InvalidArgument, fmt::format("The model has no layer \"{}\" to keep", name));
    }
    KERF_TRY(const std::vector<PlanUnit> units, planUnits(profile, network, options, base));
    if (options.kld)
        return cheapestPlan(units, profile, network, *options.kld, base);
    KERF_TRY(const std::int64_t budget, budgetOf(units, network, options, otherBytes));
    KERF_TRY(const BudgetSolution solution, solveBudget(budgetUnits(units), budget));
    Plan plan = base;
    applyChoice(units, solution.choice, network, profile.method, plan);
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

double shareOfWeights(const Network& network, const std::vector<std::string>& layers)
{
    double all = 0, held = 0;
    for (const LayerInfo& layer : network.layers()) {
        const double weights = static_cast<double>(layer.shape.rows) * static_cast<double>(layer.shape.cols);
        all += weights;
        held += std::ranges::find(layers, layer.name) == layers.end() ? 0 : weights;
    }
    return all > 0 ? held / all : 0;
}

Result<std::vector<std::string>> keepAbove(
    Plan& plan, const Profile& profile, const std::string& format, double kldThreshold)
{
    const std::shared_ptr<const PredictionFit> fit = fitOf(profile);
    const Plan asGiven = plan;
    PlanTerms terms(profile, *fit, asGiven);
    std::vector<std::string> kept;
    std::string why = "it has none of the plan's layers";
    bool isPredicted = false;
    for (PlanLayer& row : plan.layers) {
        const auto layer = std::ranges::find(profile.layers, row.layer, &LayerProfile::layer);
        if (layer == profile.layers.end())
            continue;
        const auto predicted = terms.predict(static_cast<int>(layer - profile.layers.begin()),
            { row.layer, format.empty() ? row.format : format, row.method });
        isPredicted = isPredicted || predicted.has_value();
        if (!predicted)
            why = predicted.error().message;
        if (!predicted || !(predicted->kld > kldThreshold))
            continue;
        row.format = kSixteenBit;
        kept.push_back(row.layer);
    }
    if (!isPredicted)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The profile does not predict {} ({}): profile it first, with slopes",
                format.empty() ? "the plan's formats" : format, why));
    return kept;
}

} // namespace kerf::core
