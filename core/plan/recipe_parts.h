// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/base/result.h"
#include "core/plan/recipe.h"

namespace kerf::core {

// What the recipes of several tools need; one file a tool beside this one.

Result<Recipe> llmCompressorRecipe(const Plan& plan, const std::string& method);
Result<Recipe> gptqModelRecipe(const Plan& plan, const std::string& method);
Result<Recipe> llamaCppRecipe(const Plan& plan, const Network& network);

/// The layer is not quantized.
bool isKept(const PlanLayer& row);
/// "TOOL cannot express WHAT (LAYER)."
tl::unexpected<Error> cannotExpress(const std::string& tool, const std::string& what, const PlanLayer& row);
/// `instead`, or else the one method of the quantized layers. Errors: InvalidArgument (several, or none is quantized).
Result<std::string> methodForRecipe(const Plan& plan, const std::string& tool, const std::string& instead);
/// Errors: InvalidArgument, when the plan has what the tool has no word for.
Status refuseKvCache(const Plan& plan, const std::string& tool);
Status refuseTransforms(const Plan& plan, const std::string& tool);
/// The tool works block by block on what the quantized blocks before give: said where the plan does not.
void noteMode(const Plan& plan, const std::string& tool, Recipe& recipe);

} // namespace kerf::core
