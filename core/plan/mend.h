// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/plan/plan.h"

namespace kerf::core {

/// The least change of a plan after which a loader takes what it had a problem with.
struct PlanMend {
    std::string what; ///< "int8-channel for model.layers.0.self_attn.q_proj and 2 more"
    Plan plan;
};
/// Layers that are tied get a format that one of them has, widest first, or else the one nearest to that in bits; those
/// of their tie that the problem is not about follow only where no format suits these as they are. A problem without
/// layers is the rotation's: it leaves out its online part. Errors: InvalidArgument: no format helps, or as
/// checkLoader.
Result<PlanMend> mendProblem(
    const Plan& plan, const Network& network, const std::string& loader, const PlanProblem& problem);
/// All problems of a loader mended, one after the other. Errors: as mendProblem.
Result<Plan> mendPlan(const Plan& plan, const Network& network, const std::string& loader);

} // namespace kerf::core
