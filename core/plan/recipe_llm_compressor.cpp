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
    const bool isNvFloat = weight.name() == "nvfp4";
    const bool isFloat = isNvFloat || weight.name().starts_with("fp8-e4m3");
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
        arguments["strategy"] = isNvFloat ? "tensor_group" : "group";
        arguments["group_size"] = weight.groupSize(0);
        break;
    }
    return arguments;
}

/// Null where inputs stay in 16 bit.
Result<YAML::Node> inputArguments(ActivationFormat activation, const PlanLayer& row)
{
    if (activation == ActivationFormat::None)
        return YAML::Node();
    if (activation == ActivationFormat::Int4Token || activation == ActivationFormat::LlmInt8
        || activation == ActivationFormat::UInt8Tensor)
        return cannotExpress(kCompressor, fmt::format("the activation format {}", activationName(activation)), row);
    YAML::Node arguments;
    const bool isNvFloat = activation == ActivationFormat::NvFp4;
    arguments["num_bits"] = isNvFloat ? 4 : 8;
    arguments["type"] = sumsIntegers(activation) ? "int" : "float";
    arguments["symmetric"] = true;
    if (isNvFloat) {
        arguments["strategy"] = "tensor_group";
        arguments["group_size"] = 16;
        arguments["dynamic"] = "local";
        return arguments;
    }
    arguments["strategy"] = hasFixedStep(activation) ? "tensor" : "token";
    arguments["dynamic"] = !hasFixedStep(activation);
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

/// The group of a preset scheme (compressed_tensors/quantization/quant_scheme.py, PRESET_SCHEMES).
Result<Json> presetGroup(const std::string& scheme, const std::string& what)
{
    const auto weights = [](int bits, const char* type, const char* strategy, Json size, bool isSymmetric) {
        return Json { { "num_bits", bits }, { "type", type }, { "strategy", strategy },
            { "group_size", std::move(size) }, { "symmetric", isSymmetric } };
    };
    const auto inputs = [](int bits, const char* type, const char* strategy, Json dynamic) {
        return Json { { "num_bits", bits }, { "type", type }, { "strategy", strategy },
            { "dynamic", std::move(dynamic) } };
    };
    const Json int8 = weights(8, "int", "channel", nullptr, true), int4 = weights(4, "int", "group", 128, true);
    const Json nvfp4 = weights(4, "float", "tensor_group", 16, true);
    const Json a8 = inputs(8, "int", "token", true), afp8 = inputs(8, "float", "token", true);
    const std::map<std::string, std::pair<Json, Json>> presets { { "W8A16", { int8, nullptr } },
        { "W4A16", { int4, nullptr } }, { "W4A16_ASYM", { weights(4, "int", "group", 128, false), nullptr } },
        { "W8A8", { int8, a8 } }, { "INT8", { int8, a8 } }, { "W4A8", { int4, a8 } }, { "W4AFP8", { int4, afp8 } },
        { "FP8", { weights(8, "float", "tensor", nullptr, true), inputs(8, "float", "tensor", false) } },
        { "FP8_DYNAMIC", { weights(8, "float", "channel", nullptr, true), afp8 } },
        { "NVFP4", { nvfp4, inputs(4, "float", "tensor_group", "local") } }, { "NVFP4A16", { nvfp4, nullptr } },
        { "MXFP4A16", { weights(4, "float", "group", 32, true), nullptr } } };
    const auto found = presets.find(scheme);
    if (found == presets.end())
        return fail(ErrorCode::BadFile, fmt::format("{}: scheme \"{}\" has no format of Kerf's", what, scheme));
    return Json { { "weights", found->second.first }, { "input_activations", found->second.second } };
}

/// The modifier's groups; of a preset scheme one for its targets.
Result<Json> groupsOf(const Json& modifier, const std::string& what)
{
    if (modifier.contains("config_groups"))
        return modifier;
    KERF_TRY(const std::string scheme, recipeText(modifier, "scheme", what));
    KERF_TRY(Json group, presetGroup(scheme, what));
    group["targets"] = modifier.value("targets", Json("Linear"));
    return Json { { "config_groups", { { "group_0", group } } }, { "ignore", modifier.value("ignore", Json()) } };
}

Status readSettings(const Json& modifier, const std::string& what, MethodSettings& settings)
{
    Json read = Json::object();
    if (const auto damping = modifier.find("dampening_frac"); damping != modifier.end())
        read["damping"] = *damping;
    if (const auto block = modifier.find("block_size"); block != modifier.end())
        read["block_size"] = *block;
    if (const auto order = modifier.find("actorder"); order != modifier.end())
        read["activation_order"] = order->is_null() ? "none" : "static";
    const auto parsed = methodSettingsFromJson(read);
    if (!parsed)
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, parsed.error().message));
    settings = *parsed;
    return {};
}

/// Modifiers of all stages by name, in their order.
std::vector<std::pair<std::string, Json>> modifiersOf(const Json& document)
{
    std::vector<std::pair<std::string, Json>> all;
    for (const auto& [name, value] : document.items()) {
        if (name.ends_with("Modifier"))
            all.emplace_back(name, value.is_object() ? value : Json::object());
        else if (value.is_object())
            for (auto& inner : modifiersOf(value))
                all.push_back(std::move(inner));
    }
    return all;
}

} // namespace

Result<ImportedPlan> readLlmCompressor(const Json& document, const std::string& what, const Network& network)
{
    std::optional<ImportedPlan> imported;
    std::vector<TransformChoice> transforms;
    for (const auto& [name, modifier] : modifiersOf(document)) {
        const std::string place = fmt::format("{}: {}", what, name);
        if (name == "SmoothQuantModifier" || name == "AWQModifier") {
            const bool isSmooth = name == "SmoothQuantModifier";
            const Json settings
                = isSmooth ? Json { { "alpha", modifier.value("smoothing_strength", 0.5) } } : Json::object();
            KERF_TRY(TransformChoice choice, transformChoice(isSmooth ? "smoothquant" : "awq", settings));
            transforms.push_back(std::move(choice));
            if (isSmooth || !(modifier.contains("scheme") || modifier.contains("config_groups")))
                continue;
        }
        if (name != "GPTQModifier" && name != "QuantizationModifier" && name != "AWQModifier")
            return fail(ErrorCode::BadFile, fmt::format("{} has no place in a plan of Kerf's", place));
        if (imported)
            return fail(ErrorCode::BadFile, fmt::format("{}: a second modifier that quantizes", place));
        KERF_TRY(const Json groups, groupsOf(modifier, place));
        KERF_TRY(imported, readTensorsGroups(groups, place, network));
        for (PlanLayer& row : imported->plan.layers)
            row.method = name == "GPTQModifier" ? "gptq" : "rtn";
        KERF_CHECK(readSettings(modifier, place, imported->plan.settings));
    }
    if (!imported)
        return fail(ErrorCode::BadFile, fmt::format("{}: has no modifier that quantizes", what));
    imported->plan.name = what.substr(what.rfind('/') + 1);
    imported->plan.transforms = std::move(transforms);
    return *std::move(imported);
}

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
