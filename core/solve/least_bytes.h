// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <vector>

#include "core/solve/solver.h"

namespace kerf::core {

/// solveBudget the other way round: fewest bytes with loss <= most. Losses are counted in steps of 2^-40 of `most`,
/// rounded up, so the limit is kept and at most units / 2^40 of it is given away. Of equal bytes the less loss;
/// BudgetSolution::lowerBound is 0. Errors: InvalidArgument: no choice has so little loss, and how little there is.
Result<BudgetSolution> solveLoss(const std::vector<BudgetUnit>& units, double most);

} // namespace kerf::core
