// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/name_pattern.h"
#include "core/base/result.h"
#include "core/plan/recipe.h"

namespace kerf::core {

// What the recipes of several tools need; one file a tool beside this one.

Result<Recipe> llmCompressorRecipe(const Plan& plan, const std::string& method);
Result<Recipe> gptqModelRecipe(const Plan& plan, const std::string& method);
Result<Recipe> llamaCppRecipe(const Plan& plan, const Network& network);
Result<Recipe> modelOptRecipe(const Plan& plan);

Result<ImportedPlan> readLlmCompressor(const Json& document, const std::string& what, const Network& network);
Result<ImportedPlan> readGptqConfig(
    const nlohmann::ordered_json& config, const std::string& what, const Network& network);
Result<ImportedPlan> readTensorTypes(std::string_view text, const std::string& what, const Network& network);
Result<ImportedPlan> readModelOptRecipe(const Json& document, const std::string& what, const Network& network);
/// hf_quant_config.json, or what stands for it in config.json.
Result<ImportedPlan> readModelOpt(const Json& config, const std::string& what, const Network& network);
/// The groups of compressed-tensors, in its JSON.
Result<ImportedPlan> readTensorsGroups(const Json& config, const std::string& what, const Network& network);

/// A format for the layers that a pattern matches; empty: they keep their floats.
struct LayerRule {
    std::vector<NamePattern> patterns;
    std::string format;
};
/// The plan in which each layer has the format of the last rule that matches it, a rule by name before one by class;
/// the others keep their floats, which a note says. Errors: BadFile (a format that does not exist, or none is
/// quantized).
Result<ImportedPlan> planOfRules(
    const std::vector<LayerRule>& rules, const std::string& method, const std::string& what, const Network& network);
/// The text of a member. Errors: BadFile (no text).
Result<std::string> recipeText(const Json& object, const char* key, const std::string& what);

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
