// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/recipe_parts.h"

#include <map>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "core/format/layer_format.h"

namespace kerf::core {
namespace {

constexpr const char* kCompressor = "llm-compressor";

/// A list or map on one line.
YAML::Node inFlow(YAML::Node node)
{
    node.SetStyle(YAML::EmitterStyle::Flow);
    return node;
}

/// QuantizationArgs of compressed-tensors.
Result<YAML::Node> weightArguments(const Format& weight, const PlanLayer& row)
{
    const bool isFloat = weight.name().starts_with("fp8-e4m3");
    if (!isFloat && weight.family() != FormatFamily::Integer)
        return cannotExpress(kCompressor, fmt::format("the format {}", row.format), row);
    YAML::Node arguments;
    arguments["num_bits"] = weight.codeBits();
    arguments["type"] = isFloat ? "float" : "int";
    arguments["symmetric"] = weight.isSymmetric();
    switch (weight.granularity()) {
    case Granularity::Channel:
        arguments["strategy"] = "channel";
        break;
    case Granularity::Tensor:
        arguments["strategy"] = "tensor";
        break;
    case Granularity::Block:
        arguments["strategy"] = "block";
        arguments["block_structure"] = inFlow(YAML::Node(std::vector<int> { 128, 128 }));
        break;
    case Granularity::Group:
        arguments["strategy"] = "group";
        arguments["group_size"] = weight.groupSize(0);
        break;
    }
    return arguments;
}

/// Null where inputs stay in 16 bit.
Result<YAML::Node> inputArguments(ActivationFormat activation, const PlanLayer& row)
{
    bool isFloat = false, isPerToken = true;
    switch (activation) {
    case ActivationFormat::None:
        return YAML::Node();
    case ActivationFormat::Int8Token:
        break;
    case ActivationFormat::Int8Tensor:
        isPerToken = false;
        break;
    case ActivationFormat::Fp8Token:
        isFloat = true;
        break;
    case ActivationFormat::Int4Token:
    case ActivationFormat::LlmInt8:
        return cannotExpress(kCompressor, fmt::format("the activation format {}", activationName(activation)), row);
    }
    YAML::Node arguments;
    arguments["num_bits"] = 8;
    arguments["type"] = isFloat ? "float" : "int";
    arguments["symmetric"] = true;
    arguments["strategy"] = isPerToken ? "token" : "tensor";
    arguments["dynamic"] = isPerToken;
    return arguments;
}

Result<std::string> modifierOf(const Plan& plan, const std::string& method)
{
    if (method == "gptq")
        return std::string("GPTQModifier");
    if (method == "rtn")
        return std::string("QuantizationModifier");
    return fail(ErrorCode::InvalidArgument,
        fmt::format("llm-compressor does not have the method {} of the plan \"{}\". Name one that it has, gptq or rtn.",
            method, plan.name));
}

/// SmoothQuant with a fixed strength, which comes before the rounding.
Status addTransforms(const Plan& plan, YAML::Node modifiers)
{
    for (const TransformChoice& transform : plan.transforms) {
        const auto alpha = transform.settings.find("alpha");
        if (transform.name != "smoothquant" || alpha == transform.settings.end() || !alpha->is_number())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("llm-compressor cannot express the plan's transform {}; it has SmoothQuant with one fixed "
                            "strength.",
                    transform.name));
        modifiers["SmoothQuantModifier"]["smoothing_strength"] = alpha->get<double>();
    }
    return {};
}

void addSettings(const Plan& plan, YAML::Node modifier)
{
    modifier["dampening_frac"] = plan.settings.number("damping");
    modifier["block_size"] = plan.settings.count("block_size");
    // "group" would leave groups out of their order, which Kerf never does.
    if (plan.settings.activationOrder() == ActivationOrder::None)
        modifier["actorder"] = YAML::Node(YAML::NodeType::Null);
    else
        modifier["actorder"] = "static";
}

/// Groups of layers by format, and what is left alone.
Status addLayers(const Plan& plan, YAML::Node modifier)
{
    std::map<std::string, YAML::Node> groups;
    YAML::Node ignore;
    ignore.push_back("lm_head");
    for (const PlanLayer& row : plan.layers) {
        if (isKept(row)) {
            ignore.push_back(row.layer);
            continue;
        }
        const auto [found, isNew] = groups.try_emplace(row.format);
        YAML::Node& group = found->second;
        group["targets"].push_back(row.layer);
        if (!isNew)
            continue;
        KERF_TRY(const LayerFormat format, parseLayerFormat(row.format));
        KERF_TRY(const YAML::Node weights, weightArguments(*format.weight, row));
        KERF_TRY(const YAML::Node inputs, inputArguments(format.activation, row));
        group["weights"] = weights;
        if (!inputs.IsNull())
            group["input_activations"] = inputs;
    }
    int number = 0;
    for (const auto& [format, group] : groups)
        modifier["config_groups"][fmt::format("group_{}", number++)] = group;
    modifier["ignore"] = ignore;
    return {};
}

} // namespace

Result<Recipe> llmCompressorRecipe(const Plan& plan, const std::string& instead)
{
    KERF_CHECK(refuseKvCache(plan, kCompressor));
    KERF_TRY(const std::string method, methodForRecipe(plan, kCompressor, instead));
    KERF_TRY(const std::string name, modifierOf(plan, method));
    YAML::Node modifiers(YAML::NodeType::Map), modifier(YAML::NodeType::Map); // shared with those that fill them
    KERF_CHECK(addTransforms(plan, modifiers));
    KERF_CHECK(addLayers(plan, modifier));
    if (method == "gptq")
        addSettings(plan, modifier);
    modifiers[name] = modifier;
    YAML::Node document;
    document["quant_stage"]["quant_modifiers"] = modifiers;
    Recipe recipe { "recipe.yaml", YAML::Dump(document) + "\n", {} };
    recipe.notes.push_back("Use it as oneshot(model=…, dataset=…, recipe=\"recipe.yaml\").");
    noteMode(plan, kCompressor, recipe);
    return recipe;
}

} // namespace kerf::core
