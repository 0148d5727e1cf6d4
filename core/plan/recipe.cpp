// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/recipe.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/format/layer_format.h"
#include "core/model/architecture.h"
#include "core/plan/recipe_parts.h"

namespace kerf::core {

bool isKept(const PlanLayer& row)
{
    const Result<FormatPtr> format = parseWeightFormat(row.format);
    return format && (*format)->isUnquantized();
}

tl::unexpected<Error> cannotExpress(const std::string& tool, const std::string& what, const PlanLayer& row)
{
    return fail(ErrorCode::InvalidArgument, fmt::format("{} cannot express {} ({}).", tool, what, row.layer));
}

Result<std::string> methodForRecipe(const Plan& plan, const std::string& tool, const std::string& instead)
{
    if (!instead.empty())
        return instead;
    const PlanLayer* first = nullptr;
    for (const PlanLayer& row : plan.layers) {
        if (isKept(row))
            continue;
        if (first && row.method != first->method)
            return cannotExpress(
                tool, fmt::format("two methods in one plan, {} and {}", first->method, row.method), row);
        first = first ? first : &row;
    }
    if (!first)
        return fail(ErrorCode::InvalidArgument, "No layer of the plan is quantized: there is no recipe to write.");
    return first->method;
}

Status refuseKvCache(const Plan& plan, const std::string& tool)
{
    if (std::ranges::all_of(plan.kv, &std::string::empty))
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "{} cannot express the plan's KV-cache format, which is per token and head. Take it out of the plan "
            "and set the cache in the serving runtime.",
            tool));
}

Status refuseTransforms(const Plan& plan, const std::string& tool)
{
    if (plan.transforms.empty())
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} cannot express the plan's transform {}.", tool, plan.transforms.front().name));
}

void noteMode(const Plan& plan, const std::string& tool, Recipe& recipe)
{
    if (plan.mode != QuantizeMode::Sequential)
        recipe.notes.push_back(
            fmt::format("{} always works sequentially: each block sees the quantized blocks before it.", tool));
}

const std::vector<std::string>& recipeTools()
{
    static const std::vector<std::string> tools { "llm-compressor", "gptqmodel", "llama.cpp", "modelopt" };
    return tools;
}

Result<Recipe> planRecipe(const Plan& plan, const Network& network, const std::string& tool, const std::string& method)
{
    if (tool == "llama.cpp")
        return llamaCppRecipe(plan, network);
    Plan named = plan; // tools see modules, whatever the checkpoint's tensors are called
    for (PlanLayer& row : named.layers)
        row.layer = moduleName(network.architecture(), row.layer);
    if (tool == "llm-compressor")
        return llmCompressorRecipe(named, method);
    if (tool == "gptqmodel")
        return gptqModelRecipe(named, method);
    if (tool == "modelopt")
        return modelOptRecipe(named);
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "There is no recipe for \"{}\"; known are llm-compressor, gptqmodel, llama.cpp and modelopt.", tool));
}

} // namespace kerf::core
