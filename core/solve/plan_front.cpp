// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/plan_front.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/solve/plan_units.h"

namespace kerf::core {
namespace {

bool isQuantized(const std::string& name)
{
    const auto format = parseLayerFormat(name);
    return format && !format->weight->isUnquantized();
}

/// Bytes or nanoseconds of the unit's best quantized option; of its only one where it may not be quantized.
std::int64_t mostOf(const PlanUnit& unit)
{
    const BudgetOption* best = nullptr;
    for (std::size_t k = 0; k < unit.formats.size(); ++k) {
        const BudgetOption& option = unit.budget.options[k];
        if (isQuantized(unit.formats[k]) && (!best || option.loss < best->loss))
            best = &option;
    }
    return best ? best->bytes : unit.budget.options.front().bytes;
}

SolveOptions withoutBudget(SolveOptions limits, FrontCost cost)
{
    limits.bitsPerWeight.reset();
    limits.sizeBytes.reset();
    limits.memoryBytes.reset();
    limits.kld.reset();
    limits.tokensPerSecond = cost == FrontCost::Time ? std::optional(1.0) : std::nullopt;
    return limits;
}

std::vector<std::int64_t> evenBudgets(const std::vector<PlanUnit>& units, int count)
{
    std::int64_t least = 0, most = 0;
    for (const PlanUnit& unit : units) {
        least += std::ranges::min(unit.budget.options, {}, &BudgetOption::bytes).bytes;
        most += mostOf(unit);
    }
    std::vector<std::int64_t> budgets;
    for (int i = 0; i < count; ++i)
        budgets.push_back(least + (most - least) / std::max(1, count - 1) * i);
    budgets.back() = std::max(least, most);
    return budgets;
}

Result<FrontPoint> pointOf(Plan plan, const Profile& profile, const Network& network, std::int64_t otherBytes)
{
    FrontPoint point { std::move(plan), {}, {} };
    const auto predicted = predictPlan(profile, point.plan);
    if (!predicted)
        return fail(ErrorCode::InvalidArgument, fmt::format("No prediction: {}", predicted.error().message));
    point.kld = *predicted;
    point.size = planSize(point.plan, network, otherBytes);
    point.plan.name = fmt::format("mixed {:.2f}", point.size.bitsPerWeight);
    return point;
}

} // namespace

Result<std::vector<FrontPoint>> planFront(const Profile& profile, const Network& network, std::int64_t otherBytes,
    SolveOptions limits, FrontCost cost, const Plan& base, const JobContext& job, int budgets)
{
    if (budgets < 1)
        return fail(ErrorCode::InvalidArgument, "A front needs one budget at least");
    KERF_TRY(
        const std::vector<PlanUnit> units, planUnits(profile, network, withoutBudget(std::move(limits), cost), base));
    std::vector<BudgetUnit> budgetUnits;
    for (const PlanUnit& unit : units)
        budgetUnits.push_back(unit.budget);
    std::vector<FrontPoint> front;
    for (const std::int64_t budget : evenBudgets(units, budgets)) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(const BudgetSolution solution, solveBudget(budgetUnits, budget));
        Plan plan = base;
        applyChoice(units, solution.choice, network, profile.method, plan);
        if (!front.empty() && plan.layers == front.back().plan.layers)
            continue;
        KERF_TRY(FrontPoint point, pointOf(std::move(plan), profile, network, otherBytes));
        front.push_back(std::move(point));
    }
    return front;
}

} // namespace kerf::core
