// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/recipe.h"
#include "core/format/layer_format.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/regex.h"
#include "core/plan/layer_index.h"

namespace kerf::core {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// "int4-g128-asym+a8-token", taken apart.
struct FormatParts {
    std::string base; ///< "int4", "fp8-e4m3"
    std::string granularity; ///< "g128", "channel", "tensor", "block128"
    bool isAsymmetric = false;
    std::string activation; ///< "a8-token"; empty: 16 bit
    bool isInteger() const { return base.starts_with("int"); }
    int bits() const { return isInteger() ? base.back() - '0' : 8; }
    int groupSize() const { return granularity.starts_with("g") ? std::stoi(granularity.substr(1)) : -1; }
};

FormatParts partsOf(const std::string& name)
{
    FormatParts parts;
    const std::size_t plus = name.find('+');
    std::string weight = name.substr(0, plus);
    parts.activation = plus == std::string::npos ? "" : name.substr(plus + 1);
    if (weight.ends_with("-asym")) {
        parts.isAsymmetric = true;
        weight.resize(weight.size() - 5);
    }
    const std::size_t dash = weight.rfind('-');
    parts.base = weight.substr(0, dash);
    parts.granularity = dash == std::string::npos ? "" : weight.substr(dash + 1);
    return parts;
}

bool isKept(const PlanLayer& row)
{
    const Result<FormatPtr> format = parseWeightFormat(row.format);
    return format && (*format)->isUnquantized();
}

tl::unexpected<Error> cannot(const std::string& tool, const std::string& what, const PlanLayer& row)
{
    return fail(ErrorCode::InvalidArgument, fmt::format("{} cannot express {} ({}).", tool, what, row.layer));
}

/// The one method of the quantized layers. Errors: InvalidArgument (several, or none is quantized).
Result<std::string> methodOf(const Plan& plan, const std::string& tool, const std::string& instead)
{
    if (!instead.empty())
        return instead;
    const PlanLayer* first = nullptr;
    for (const PlanLayer& row : plan.layers) {
        if (isKept(row))
            continue;
        if (first && row.method != first->method)
            return cannot(tool, fmt::format("two methods in one plan, {} and {}", first->method, row.method), row);
        first = first ? first : &row;
    }
    if (!first)
        return fail(ErrorCode::InvalidArgument, "No layer of the plan is quantized: there is no recipe to write.");
    return first->method;
}

/// The parts of a plan that have no member in every tool: transforms and the KV cache, as its JSON has them.
Status refuseKvCache(const Plan& plan, const std::string& tool)
{
    const Json json = toJson(plan);
    const auto kv = json.find("kv");
    if (kv == json.end() || kv->empty())
        return {};
    const bool quantized = kv->is_string()
        ? !kv->get<std::string>().empty()
        : std::any_of(kv->begin(), kv->end(), [](const Json& one) { return one.is_string() && one != ""; });
    if (!quantized)
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format(
            "{} cannot express the plan's KV-cache format, which is per token and head. Take it out of the plan "
            "and set the cache in the serving runtime.",
            tool));
}

std::vector<Json> transformsOf(const Plan& plan)
{
    const Json json = toJson(plan);
    const auto found = json.find("transforms");
    return found == json.end() || !found->is_array() ? std::vector<Json> {}
                                                     : std::vector<Json>(found->begin(), found->end());
}

Status refuseTransforms(const Plan& plan, const std::string& tool)
{
    const std::vector<Json> transforms = transformsOf(plan);
    if (transforms.empty())
        return {};
    return fail(ErrorCode::InvalidArgument,
        fmt::format("{} cannot express the plan's transform {}.", tool, transforms.front().value("name", "")));
}

std::string modeNote(const Plan& plan, const std::string& tool)
{
    return plan.mode == QuantizeMode::Sequential
        ? std::string()
        : fmt::format("{} always works sequentially: each block sees the quantized blocks before it.", tool);
}

// ---- llm-compressor

constexpr const char* kCompressor = "llm-compressor";

Result<OrderedJson> compressorWeights(const PlanLayer& row)
{
    const FormatParts parts = partsOf(row.format);
    const bool isFloat = parts.base == "fp8-e4m3";
    if (!isFloat && !(parts.isInteger() && parts.base.size() == 4))
        return cannot(kCompressor, fmt::format("the format {}", row.format), row);
    OrderedJson weights { { "num_bits", parts.bits() }, { "type", isFloat ? "float" : "int" },
        { "symmetric", !parts.isAsymmetric } };
    if (parts.granularity == "channel" || parts.granularity == "tensor") {
        weights["strategy"] = parts.granularity;
    } else if (parts.granularity == "block128") {
        weights["strategy"] = "block";
        weights["block_structure"] = { 128, 128 };
    } else if (parts.groupSize() > 0) {
        weights["strategy"] = "group";
        weights["group_size"] = parts.groupSize();
    } else {
        return cannot(kCompressor, fmt::format("the format {}", row.format), row);
    }
    return weights;
}

Result<OrderedJson> compressorActivations(const PlanLayer& row)
{
    const std::string activation = partsOf(row.format).activation;
    if (activation.empty())
        return OrderedJson(nullptr);
    const bool isFloat = activation.starts_with("afp8-");
    const bool perToken = activation.ends_with("-token");
    if ((!isFloat && !activation.starts_with("a8-")) || (!perToken && !activation.ends_with("-tensor")))
        return cannot(kCompressor, fmt::format("the activation format {}", activation), row);
    return OrderedJson { { "num_bits", 8 }, { "type", isFloat ? "float" : "int" }, { "symmetric", true },
        { "strategy", perToken ? "token" : "tensor" }, { "dynamic", perToken } };
}

Result<std::string> compressorModifier(const Plan& plan, const std::string& method)
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
Result<std::string> compressorTransforms(const Plan& plan)
{
    std::string yaml;
    for (const Json& transform : transformsOf(plan)) {
        const Json settings = transform.value("settings", Json::object());
        const auto alpha = settings.find("alpha");
        if (transform.value("name", "") != "smoothquant" || alpha == settings.end() || !alpha->is_number())
            return fail(ErrorCode::InvalidArgument,
                fmt::format("llm-compressor cannot express the plan's transform {}; it has SmoothQuant with one fixed "
                            "strength.",
                    transform.value("name", "")));
        yaml += fmt::format("    SmoothQuantModifier:\n      smoothing_strength: {}\n", alpha->get<double>());
    }
    return yaml;
}

std::string compressorSettings(const Plan& plan, const std::string& method)
{
    if (method != "gptq")
        return {};
    // "group" would leave groups out of their order, which Kerf never does.
    const char* order = plan.settings.activationOrder() == ActivationOrder::None ? "null" : "static";
    return fmt::format("      dampening_frac: {}\n      block_size: {}\n      actorder: {}\n",
        plan.settings.number("damping"), plan.settings.count("block_size"), order);
}

Result<Recipe> compressorRecipe(const Plan& plan, const std::string& instead)
{
    KERF_CHECK(refuseKvCache(plan, kCompressor));
    KERF_TRY(const std::string method, methodOf(plan, kCompressor, instead));
    KERF_TRY(const std::string modifier, compressorModifier(plan, method));
    KERF_TRY(const std::string transforms, compressorTransforms(plan));
    struct Group {
        OrderedJson weights, activations, targets = OrderedJson::array();
    };
    std::map<std::string, Group> groups;
    OrderedJson ignore = OrderedJson::array({ "lm_head" });
    for (const PlanLayer& row : plan.layers) {
        if (isKept(row)) {
            ignore.push_back(row.layer);
            continue;
        }
        Group& group = groups[row.format];
        KERF_TRY(group.weights, compressorWeights(row));
        KERF_TRY(group.activations, compressorActivations(row));
        group.targets.push_back(row.layer);
    }
    Recipe recipe { "recipe.yaml", "quant_stage:\n  quant_modifiers:\n", {} };
    recipe.text += transforms + fmt::format("    {}:\n      config_groups:\n", modifier);
    int number = 0;
    for (const auto& [format, group] : groups) { // what stands behind a key is JSON, which is YAML too
        recipe.text += fmt::format("        group_{}:\n          targets: {}\n          weights: {}\n", number++,
            group.targets.dump(), group.weights.dump());
        if (!group.activations.is_null())
            recipe.text += fmt::format("          input_activations: {}\n", group.activations.dump());
    }
    recipe.text += fmt::format("      ignore: {}\n", ignore.dump()) + compressorSettings(plan, method);
    recipe.notes.push_back("Use it as oneshot(model=…, dataset=…, recipe=\"recipe.yaml\").");
    if (const std::string note = modeNote(plan, kCompressor); !note.empty())
        recipe.notes.push_back(note);
    return recipe;
}

// ---- GPTQModel

constexpr const char* kGptqModel = "GPTQModel";

Result<OrderedJson> gptqFormat(const PlanLayer& row)
{
    const FormatParts parts = partsOf(row.format);
    static const std::set<std::string> known { "int2", "int3", "int4", "int8" };
    if (!known.contains(parts.base) || !parts.activation.empty() || parts.granularity == "tensor")
        return cannot(kGptqModel,
            fmt::format("the format {}; it has integers of 2, 3, 4 and 8 bits with 16-bit activations", row.format),
            row);
    return OrderedJson { { "bits", parts.bits() }, { "group_size", parts.groupSize() },
        { "sym", !parts.isAsymmetric } };
}

std::string commonestFormat(const Plan& plan)
{
    std::map<std::string, int> counts;
    for (const PlanLayer& row : plan.layers)
        if (!isKept(row))
            ++counts[row.format];
    return std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
    })->first;
}

Result<Recipe> gptqModelRecipe(const Plan& plan, const std::string& instead)
{
    KERF_CHECK(refuseKvCache(plan, kGptqModel));
    KERF_CHECK(refuseTransforms(plan, kGptqModel));
    KERF_TRY(const std::string method, methodOf(plan, kGptqModel, instead));
    if (method != "gptq")
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "GPTQModel does not have the method {} of the plan \"{}\". Let it use gptq.", method, plan.name));
    const std::string base = commonestFormat(plan);
    OrderedJson dynamic = OrderedJson::object(), config;
    for (const PlanLayer& row : plan.layers) {
        const std::string pattern = fmt::format("^{}$", escapePattern(row.layer));
        if (isKept(row)) {
            dynamic["-:" + pattern] = OrderedJson::object();
            continue;
        }
        KERF_TRY(OrderedJson format, gptqFormat(row));
        if (row.format == base)
            config = format;
        else
            dynamic["+:" + pattern] = format;
    }
    const ActivationOrder order = plan.settings.activationOrder();
    config["desc_act"] = order == ActivationOrder::Static;
    config["static_groups"] = order == ActivationOrder::Static;
    config["act_group_aware"] = order == ActivationOrder::GroupAware;
    config["damp_percent"] = plan.settings.number("damping");
    config["mse"] = plan.settings.flag(kScaleSearch) ? 2.4 : 0.0;
    config["true_sequential"] = true;
    config["lm_head"] = false;
    config["quant_method"] = "gptq";
    if (!dynamic.empty())
        config["dynamic"] = dynamic;
    Recipe recipe { "quantize_config.json", config.dump(2) + "\n",
        { "Use it as GPTQModel.load(model, QuantizeConfig(**json.load(open(\"quantize_config.json\"))))." } };
    if (plan.settings.flag(kScaleSearch))
        recipe.notes.push_back(
            "GPTQModel's own search of scales (mse 2.4) stands for Kerf's, which weighs by the Hessian.");
    if (const std::string note = modeNote(plan, kGptqModel); !note.empty())
        recipe.notes.push_back(note);
    return recipe;
}

// ---- llama.cpp

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
            return cannot(kLlamaCpp, "this layer, whose place in a GGUF file Kerf does not know", row);
        if (!type)
            return cannot(kLlamaCpp, fmt::format("the format {}; it has its own, such as q4_k", row.format), row);
        recipe.text += fmt::format("blk\\.{}\\.{}\\.weight={}\n", layer->second->block, *role, *type);
    }
    recipe.notes.push_back(
        "Use it as llama-quantize --imatrix FILE --tensor-type-file tensor-types.txt IN.gguf OUT.gguf Q4_K_M.");
    recipe.notes.push_back("llama.cpp chooses the codes by its own search, whatever the plan's method is.");
    return recipe;
}

} // namespace

const std::vector<std::string>& recipeTools()
{
    static const std::vector<std::string> tools { "llm-compressor", "gptqmodel", "llama.cpp" };
    return tools;
}

Result<Recipe> planRecipe(const Plan& plan, const Network& network, const std::string& tool, const std::string& method)
{
    if (tool == "llm-compressor")
        return compressorRecipe(plan, method);
    if (tool == "gptqmodel")
        return gptqModelRecipe(plan, method);
    if (tool == "llama.cpp")
        return llamaCppRecipe(plan, network);
    return fail(ErrorCode::InvalidArgument,
        fmt::format("There is no recipe for \"{}\"; known are llm-compressor, gptqmodel and llama.cpp.", tool));
}

} // namespace kerf::core
