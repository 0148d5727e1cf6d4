// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <optional>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "core/format/layer_format.h"
#include "core/model/architecture.h"
#include "core/plan/recipe_parts.h"

namespace kerf::core {
namespace {

constexpr const char* kModelOpt = "ModelOpt";

/// Settings of a quantizer (modelopt_recipes/configs/numerics; QuantizerAttributeConfig).
Json float8(Json axis)
{
    return { { "num_bits", "e4m3" }, { "axis", std::move(axis) } };
}
Json floatByToken()
{
    return { { "num_bits", "e4m3" }, { "type", "dynamic" }, { "block_sizes", { { "-1", nullptr } } } };
}
Json nvFloat4()
{
    return { { "num_bits", "e2m1" },
        { "block_sizes", { { "-1", 16 }, { "type", "dynamic" }, { "scale_bits", "e4m3" } } } };
}
Json integers(int bits, Json axis)
{
    return { { "num_bits", bits }, { "axis", std::move(axis) } };
}
Json groupedIntegers(int bits, std::int64_t size)
{
    return { { "num_bits", bits }, { "block_sizes", { { "-1", size }, { "type", "static" } } } };
}

struct Quantizers {
    Json weight, input; ///< null: off
};

/// Nothing where ModelOpt has none for it.
std::optional<Quantizers> quantizersOf(const LayerFormat& format)
{
    const std::string name = format.name();
    const Format& weight = *format.weight;
    if (weight.name() == "nvfp4")
        return Quantizers { nvFloat4(), format.activation == ActivationFormat::None ? Json() : nvFloat4() };
    if (name == "fp8-e4m3-tensor+afp8-tensor")
        return Quantizers { float8(nullptr), float8(nullptr) };
    if (name == "fp8-e4m3-channel+afp8-token")
        return Quantizers { float8(0), floatByToken() };
    if (name == "int8-channel+a8-tensor")
        return Quantizers { integers(8, 0), integers(8, nullptr) };
    const bool isInteger = weight.family() == FormatFamily::Integer && weight.isSymmetric()
        && format.activation == ActivationFormat::None && (weight.codeBits() == 4 || weight.codeBits() == 8);
    if (isInteger && weight.granularity() == Granularity::Group)
        return Quantizers { groupedIntegers(weight.codeBits(), weight.groupSize(0)), {} };
    if (isInteger && weight.granularity() == Granularity::Channel)
        return Quantizers { integers(weight.codeBits(), 0), {} };
    return std::nullopt;
}

/// Keys of block_sizes are numbers.
YAML::Node asYaml(const Json& json)
{
    YAML::Node node;
    if (json.is_object()) {
        for (const auto& [key, value] : json.items())
            if (key == "-1")
                node[-1] = asYaml(value);
            else
                node[key] = asYaml(value);
        node.SetStyle(YAML::EmitterStyle::Flow);
    } else if (json.is_string()) {
        node = json.get<std::string>();
    } else if (json.is_number_integer()) {
        node = json.get<std::int64_t>();
    } else if (json.is_boolean()) {
        node = json.get<bool>();
    } else {
        node = YAML::Node(YAML::NodeType::Null);
    }
    return node;
}

YAML::Node entryOf(const std::string& quantizer, const Json& settings)
{
    YAML::Node entry;
    entry["quantizer_name"] = quantizer;
    if (settings.is_null())
        entry["enable"] = false;
    else
        entry["cfg"] = asYaml(settings);
    return entry;
}

/// What the entries leave for a quantizer: the last that matches counts. Null: off.
Result<Json> settingsFor(const std::string& quantizer, const Json& entries, const std::string& what)
{
    Json settings;
    for (const Json& entry : entries) {
        KERF_TRY(const std::string name, recipeText(entry, "quantizer_name", what));
        KERF_TRY(const NamePattern pattern, NamePattern::ofWildcard(name, what));
        KERF_TRY(const bool matches, pattern.matches(quantizer));
        if (matches)
            settings = entry.value("enable", true) ? entry.value("cfg", settings) : Json();
    }
    return settings;
}

/// The format whose quantizers these are. Errors: BadFile.
Result<std::string> formatOf(const Quantizers& quantizers, const std::string& what)
{
    if (quantizers.weight.is_null() && quantizers.input.is_null())
        return std::string();
    std::vector<std::string> names { "nvfp4", "nvfp4+anvfp4", "fp8-e4m3-tensor+afp8-tensor",
        "fp8-e4m3-channel+afp8-token", "int8-channel+a8-tensor", "int4-channel", "int8-channel" };
    for (const int bits : { 4, 8 })
        for (const int size : { 16, 32, 64, 128, 256 })
            names.push_back(fmt::format("int{}-g{}", bits, size));
    for (const std::string& name : names) {
        const auto format = parseLayerFormat(name);
        const auto of = format ? quantizersOf(*format) : std::nullopt;
        if (of && of->weight == quantizers.weight && of->input == quantizers.input)
            return name;
    }
    return fail(ErrorCode::BadFile,
        fmt::format("{}: no format of Kerf's has weights {} and inputs {}", what, quantizers.weight.dump(),
            quantizers.input.dump()));
}

/// Format of an entry of quantized_layers, or of the whole.
Result<std::string> formatOf(const Json& entry, const std::string& what)
{
    KERF_TRY(const std::string algorithm, recipeText(entry, "quant_algo", what));
    if (algorithm == "FP8")
        return std::string("fp8-e4m3-tensor+afp8-tensor");
    if (algorithm == "FP8_PER_CHANNEL_PER_TOKEN")
        return std::string("fp8-e4m3-channel+afp8-token");
    if (algorithm == "FP8_PB_WO" || algorithm == "fp8_pb_wo")
        return std::string("fp8-e4m3-block128");
    if (algorithm == "NVFP4" || algorithm == "NVFP4_AWQ")
        return std::string("nvfp4+anvfp4");
    if (algorithm == "W4A16_NVFP4")
        return std::string("nvfp4");
    if (algorithm == "MXFP8")
        return std::string("mxfp8");
    if (algorithm == "W8A16")
        return std::string("int8-channel");
    if (algorithm == "W8A8_SQ_PER_CHANNEL")
        return std::string("int8-channel+a8-tensor");
    const auto size = entry.find("group_size");
    if (algorithm == "W4A16_AWQ" && size != entry.end() && size->is_number_unsigned())
        return fmt::format("int4-g{}", size->get<std::int64_t>());
    return fail(ErrorCode::BadFile, fmt::format("{}: quant_algo \"{}\" has no format of Kerf's", what, algorithm));
}

} // namespace

Result<Recipe> modelOptRecipe(const Plan& plan)
{
    KERF_CHECK(refuseTransforms(plan, kModelOpt));
    KERF_CHECK(refuseKvCache(plan, kModelOpt));
    YAML::Node entries;
    entries.push_back(entryOf("*", nullptr));
    for (const PlanLayer& row : plan.layers) {
        if (isKept(row))
            continue;
        KERF_TRY(const LayerFormat format, parseLayerFormat(row.format));
        const auto quantizers = quantizersOf(format);
        if (!quantizers)
            return cannotExpress(kModelOpt, fmt::format("the format {}", row.format), row);
        entries.push_back(entryOf(row.layer + ".weight_quantizer", quantizers->weight));
        if (!quantizers->input.is_null())
            entries.push_back(entryOf(row.layer + ".input_quantizer", quantizers->input));
    }
    YAML::Node document;
    document["metadata"]["recipe_type"] = "ptq";
    document["quantize"]["algorithm"] = "max";
    document["quantize"]["quant_cfg"] = entries;
    return Recipe { "modelopt_recipe.yaml", YAML::Dump(document) + "\n",
        { "Use it as mtq.quantize(model, recipe[\"quantize\"], forward_loop), then export_hf_checkpoint(model).",
            "ModelOpt chooses the codes by plain rounding, whatever the plan's method is." } };
}

Result<ImportedPlan> readModelOptRecipe(const Json& document, const std::string& what, const Network& network)
{
    const Json& quantize = document.contains("quantize") ? document["quantize"] : document;
    const auto entries = quantize.is_object() ? quantize.find("quant_cfg") : quantize.end();
    if (!quantize.is_object() || entries == quantize.end() || !entries->is_array())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no list quant_cfg", what));
    for (const Json& entry : *entries)
        if (!entry.is_object() || entry.contains("$import") || entry.value("cfg", Json()).contains("$import"))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: an entry of quant_cfg imports another file. Write its settings out here.", what));
    std::vector<LayerRule> rules;
    for (const LayerInfo& layer : network.layers()) {
        const std::string module = moduleName(network.architecture(), layer.name);
        Quantizers quantizers;
        KERF_TRY(quantizers.weight, settingsFor(module + ".weight_quantizer", *entries, what));
        KERF_TRY(quantizers.input, settingsFor(module + ".input_quantizer", *entries, what));
        LayerRule rule;
        KERF_TRY(rule.format, formatOf(quantizers, what + ": " + layer.name));
        KERF_TRY(NamePattern pattern, NamePattern::ofTarget(layer.name, what));
        rule.patterns.push_back(std::move(pattern));
        rules.push_back(std::move(rule));
    }
    return planOfRules(rules, "rtn", what, network);
}

Result<ImportedPlan> readModelOpt(const Json& config, const std::string& what, const Network& network)
{
    const bool isNested = config.contains("quantization");
    const Json& settings = isNested ? config["quantization"] : config;
    if (!settings.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: \"quantization\" is no object", what));
    std::vector<LayerRule> rules;
    const auto layers = settings.find("quantized_layers");
    if (layers != settings.end() && layers->is_object() && !layers->empty()) {
        for (const auto& [layer, entry] : layers->items()) {
            LayerRule rule;
            KERF_TRY(NamePattern pattern, NamePattern::ofTarget(layer, what));
            rule.patterns.push_back(std::move(pattern));
            KERF_TRY(rule.format, formatOf(entry, what + ": " + layer));
            rules.push_back(std::move(rule));
        }
    } else {
        LayerRule rule;
        KERF_TRY(NamePattern pattern, NamePattern::ofTarget("Linear", what));
        rule.patterns.push_back(std::move(pattern));
        KERF_TRY(rule.format, formatOf(settings, what));
        rules.push_back(std::move(rule));
    }
    LayerRule kept;
    const auto excluded = settings.find(isNested ? "exclude_modules" : "ignore");
    for (const Json& name : excluded != settings.end() && excluded->is_array() ? *excluded : Json::array())
        if (name.is_string()) {
            KERF_TRY(NamePattern pattern, NamePattern::ofWildcard(name.get<std::string>(), what));
            kept.patterns.push_back(std::move(pattern));
        }
    rules.push_back(std::move(kept));
    return planOfRules(rules, "rtn", what, network);
}

} // namespace kerf::core
