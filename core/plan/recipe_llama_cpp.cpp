// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/recipe_parts.h"

#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/plan/layer_index.h"

namespace kerf::core {
namespace {

constexpr const char* kLlamaCpp = "llama.cpp";

std::optional<std::string> ggufRole(const std::string& role)
{
    static const std::map<std::string, std::string> names { { "q", "attn_q" }, { "k", "attn_k" }, { "v", "attn_v" },
        { "o", "attn_output" }, { "gate", "ffn_gate" }, { "up", "ffn_up" }, { "down", "ffn_down" } };
    const auto found = names.find(role);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

/// "q4_k" as llama-quantize spells it: "q4_K".
std::optional<std::string> ggufType(const std::string& format)
{
    if (format == "bf16" || format == "f16" || format == "f32")
        return format;
    if (!format.starts_with("q") && !format.starts_with("iq"))
        return std::nullopt;
    std::string type = format;
    if (type.ends_with("_k"))
        type.back() = 'K';
    return type;
}

} // namespace

Result<Recipe> llamaCppRecipe(const Plan& plan, const Network& network)
{
    KERF_CHECK(refuseKvCache(plan, kLlamaCpp));
    KERF_CHECK(refuseTransforms(plan, kLlamaCpp));
    const auto index = indexLayers(network);
    Recipe recipe { "tensor-types.txt", {}, {} };
    for (const PlanLayer& row : plan.layers) {
        const auto layer = index.find(row.layer);
        const auto role = layer == index.end() ? std::nullopt : ggufRole(layer->second->role);
        const auto type = ggufType(row.format);
        if (!role)
            return cannotExpress(kLlamaCpp, "this layer, whose place in a GGUF file Kerf does not know", row);
        if (!type)
            return cannotExpress(
                kLlamaCpp, fmt::format("the format {}; it has its own, such as q4_k", row.format), row);
        recipe.text += fmt::format("blk\\.{}\\.{}\\.weight={}\n", layer->second->block, *role, *type);
    }
    recipe.notes.push_back(
        "Use it as llama-quantize --imatrix FILE --tensor-type-file tensor-types.txt IN.gguf OUT.gguf Q4_K_M.");
    recipe.notes.push_back("llama.cpp chooses the codes by its own search, whatever the plan's method is.");
    return recipe;
}

} // namespace kerf::core
