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
/// "llama.cpp" (a file for llama-quantize --tensor-type-file).
const std::vector<std::string>& recipeTools();

/// `method` stands in for the plan's methods when the tool does not have them; empty: the plan's own.
/// Errors: InvalidArgument: the tool cannot express the plan, in words: the format, method, transform or KV cache and
/// the first layer that has it.
Result<Recipe> planRecipe(
    const Plan& plan, const Network& network, const std::string& tool, const std::string& method = {});

} // namespace kerf::core
