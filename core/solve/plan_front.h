// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <vector>

#include "core/base/job_context.h"
#include "core/solve/solver.h"

namespace kerf::core {

inline constexpr int kFrontBudgets = 13;

/// What the budgets of a front are spent on.
enum class FrontCost {
    Bytes, ///< of the quantizable layers
    Time, ///< of decoding a token, by SolveOptions::times
};

/// The solver's plan for one budget, with what is predicted of it before it is carried out.
struct FrontPoint {
    Plan plan; ///< named after its bits per weight, "mixed 4.25"
    PlanSize size;
    Prediction kld; ///< predictPlan
};

/// The predicted front: plans of least predicted divergence for `budgets` budgets, evenly spaced from the cheapest plan
/// there is to the one that gives every layer the best quantized format it may have. Ascending in cost; plans that are
/// the same stand there once. `limits` are those of the solver; its own budget is not looked at. Errors:
/// InvalidArgument (as solvePlan; the profile does not predict the base plan's method: named), Cancelled.
Result<std::vector<FrontPoint>> planFront(const Profile& profile, const Network& network, std::int64_t otherBytes,
    SolveOptions limits, FrontCost cost, const Plan& base, const JobContext& job, int budgets = kFrontBudgets);

} // namespace kerf::core
