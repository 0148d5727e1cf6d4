// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/solve/least_bytes.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/number_text.h"

namespace kerf::core {
namespace {

constexpr double kSteps = 1024.0 * 1024 * 1024 * 1024; ///< into which the limit is cut

double leastLoss(const BudgetUnit& unit)
{
    return std::ranges::min(unit.options, {}, &BudgetOption::loss).loss;
}

/// A unit with bytes and loss changed over, without the options that are too bad for any choice.
struct Mirrored {
    BudgetUnit unit;
    std::vector<int> option; ///< of the unit it was made from
};

Mirrored mirrored(const BudgetUnit& unit, double room)
{
    const double least = leastLoss(unit);
    Mirrored made;
    for (std::size_t k = 0; k < unit.options.size(); ++k) {
        const BudgetOption& option = unit.options[k];
        const double above = option.loss - least;
        if (above > room)
            continue;
        const double steps = room > 0 ? std::ceil(above / room * kSteps) : 0;
        made.unit.options.push_back({ static_cast<std::int64_t>(steps), static_cast<double>(option.bytes) });
        made.option.push_back(static_cast<int>(k));
    }
    return made;
}

} // namespace

Result<BudgetSolution> solveLoss(const std::vector<BudgetUnit>& units, double most)
{
    double least = 0;
    for (const BudgetUnit& unit : units)
        least += unit.options.empty() ? 0 : leastLoss(unit);
    if (!(most >= least))
        return fail(ErrorCode::InvalidArgument,
            fmt::format("The least divergence that these formats reach is {}", numberText(least, 3)));
    std::vector<Mirrored> made;
    std::vector<BudgetUnit> swapped;
    for (const BudgetUnit& unit : units) {
        made.push_back(mirrored(unit, most - least));
        swapped.push_back(made.back().unit);
    }
    KERF_TRY(BudgetSolution solution, solveBudget(swapped, static_cast<std::int64_t>(kSteps)));
    solution.bytes = 0;
    solution.loss = 0;
    solution.lowerBound = 0;
    for (std::size_t u = 0; u < units.size(); ++u) {
        solution.choice[u] = made[u].option[static_cast<std::size_t>(solution.choice[u])];
        const BudgetOption& option = units[u].options[static_cast<std::size_t>(solution.choice[u])];
        solution.bytes += option.bytes;
        solution.loss += option.loss;
    }
    return solution;
}

} // namespace kerf::core
