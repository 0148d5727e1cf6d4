// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/plan/plan.h"

namespace kerf::core {

/// A plan in another tool's own words, so that it can carry the plan out elsewhere.
struct Recipe {
    std::string fileName; ///< as the tool expects it: "recipe.yaml"
    std::string text;
    std::vector<std::string> notes; ///< what the tool does otherwise than Kerf
};

/// "llm-compressor" (a YAML recipe for oneshot), "gptqmodel" (quantize_config.json with rules for single layers),
/// "llama.cpp" (a file for llama-quantize --tensor-type-file), "modelopt" (the dictionary of mtq.quantize, in Python).
const std::vector<std::string>& recipeTools();

/// `method` stands in for the plan's methods when the tool does not have them; empty: the plan's own.
/// Errors: InvalidArgument: the tool cannot express the plan, in words: the format, method, transform or KV cache and
/// the first layer that has it.
Result<Recipe> planRecipe(
    const Plan& plan, const Network& network, const std::string& tool, const std::string& method = {});

/// A plan that another tool's recipe describes, for one model.
struct ImportedPlan {
    Plan plan;
    std::vector<std::string>
        notes; ///< what of the recipe has no place in a plan, and which layers it says nothing about
};
/// Reads what planRecipe writes and what the tools' users write: llm-compressor's YAML (groups or preset schemes), a
/// quantize_config.json of GPTQModel, AutoGPTQ or AutoAWQ, llama-quantize's tensor types, ModelOpt's
/// hf_quant_config.json, and the quantization_config of a compressed-tensors folder; which it is follows from the text.
/// Layers that it does not name keep their floats. `what` names the file in messages. Errors: BadFile: no recipe that
/// is known, a value that no format of Kerf's stands for, a target that matches no layer: named.
Result<ImportedPlan> importRecipe(std::string_view text, const std::string& what, const Network& network);
/// The same of a checkpoint that somebody quantized: the formats of its layers for those of this model that have the
/// same names. Errors: InvalidArgument: none has.
Result<ImportedPlan> importPlan(const Plan& stored, const std::string& what, const Network& network);

} // namespace kerf::core
