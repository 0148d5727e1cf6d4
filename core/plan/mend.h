// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace kerf::core {

/// What a plan is to become free of, and for whom: the problems that a loader or an export target has with it.
struct MendGoal {
    std::string name; ///< "vllm", "awq"
    std::function<Result<std::vector<PlanProblem>>(const Plan&)> problems;
    /// Its rules are about the plan as a whole (one format for all), not about layers that are tied: all layers of a
    /// problem get one format together.
    bool looksPastTies = false;
};
/// checkLoader's.
MendGoal loaderGoal(const Network& network, const std::string& loader, const std::string& target = {});

/// The least change of a plan after which the goal has no such problem with it.
struct PlanMend {
    std::string what; ///< "int8-channel for model.layers.0.self_attn.q_proj and 2 more"
    Plan plan;
};
/// Layers that are tied get a format that one of them has, widest first, or else the one nearest to that in bits; those
/// of their tie that the problem is not about follow only where no format suits these as they are. A problem without
/// layers is the rotation's: it leaves out its online part. Errors: InvalidArgument: no format helps, or as the goal's.
Result<PlanMend> mendProblem(
    const Plan& plan, const Network& network, const MendGoal& goal, const PlanProblem& problem);
/// All problems of a goal mended, one after the other. Errors: as mendProblem.
Result<PlanMend> mendPlan(const Plan& plan, const Network& network, const MendGoal& goal);

} // namespace kerf::core
