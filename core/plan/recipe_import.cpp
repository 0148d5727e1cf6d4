// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "core/base/unicode.h"
#include "core/format/layer_format.h"
#include "core/plan/layer_index.h"
#include "core/plan/recipe_parts.h"

namespace kerf::core {
namespace {

constexpr const char* kKept = "bf16";
constexpr std::size_t kShown = 3; ///< layers that a note names

std::string listed(const std::vector<std::string>& names)
{
    const std::size_t shown = std::min(names.size(), kShown);
    const std::string first
        = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<long>(shown), ", "));
    return names.size() > shown ? fmt::format("{} and {} more", first, names.size() - shown) : first;
}

/// The format for one layer, if it can hold it.
Result<std::string> fittingFormat(const std::string& name, const LayerInfo& layer, const std::string& what)
{
    if (name.empty())
        return std::string(kKept);
    const auto format = parseLayerFormat(name);
    if (!format)
        return fail(ErrorCode::BadFile, fmt::format("{}: {} ({})", what, format.error().message, layer.name));
    if (const Status fits = format->checkShape(layer.shape); !fits)
        return fail(ErrorCode::BadFile, fmt::format("{}: {} ({})", what, fits.error().message, layer.name));
    return format->name();
}

/// Of a layer the last rule by name, or else the last by class. Null: none.
Result<const LayerRule*> ruleFor(const std::vector<LayerRule>& rules, const std::string& layer)
{
    const LayerRule *byName = nullptr, *byClass = nullptr;
    for (const LayerRule& rule : rules)
        for (const NamePattern& pattern : rule.patterns) {
            if (pattern.isLinearClass())
                byClass = &rule;
            KERF_TRY(const bool isNamed, pattern.matches(layer));
            byName = isNamed ? &rule : byName;
        }
    return byName ? byName : byClass;
}

/// YAML values as JSON: numbers, true and false, null and texts by YAML's core schema. Names that stand for other
/// values are written out, so that a few lines could stand for more than memory holds: their number is limited.
class YamlReader {
public:
    /// Throws YAML::Exception.
    Json read(const YAML::Node& node)
    {
        if (++m_count > kMostValues)
            throw YAML::Exception(node.Mark(), fmt::format("its aliases stand for more than {} values", kMostValues));
        if (node.IsMap()) {
            Json object = Json::object();
            for (const auto& entry : node)
                object[entry.first.as<std::string>()] = read(entry.second);
            return object;
        }
        if (node.IsSequence()) {
            Json list = Json::array();
            for (const YAML::Node& item : node)
                list.push_back(read(item));
            return list;
        }
        return scalar(node);
    }

private:
    static constexpr int kMostValues = 1'000'000; ///< of 300 layers with 10 keys each there are some thousands

    static Json scalar(const YAML::Node& node)
    {
        if (!node.IsDefined() || node.IsNull())
            return nullptr;
        const bool isText = node.Tag() == "!"; // quoted
        std::int64_t whole = 0;
        double number = 0;
        bool flag = false;
        if (!isText && YAML::convert<std::int64_t>::decode(node, whole))
            return whole;
        if (!isText && YAML::convert<double>::decode(node, number))
            return number;
        if (!isText && YAML::convert<bool>::decode(node, flag))
            return flag;
        return node.as<std::string>();
    }

    int m_count = 0;
};

Result<Json> yamlAsJson(std::string_view text, const std::string& what)
try {
    Json document = YamlReader().read(YAML::Load(std::string(text)));
    if (!document.is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: is no map of YAML", what));
    return document;
} catch (const YAML::Exception& error) {
    return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, error.what()));
}

/// Rules are tried in the order in which they are written. @pre it was parsed before
nlohmann::ordered_json inOrder(std::string_view text)
{
    nlohmann::ordered_json config = nlohmann::ordered_json::parse(text, nullptr, false);
    const auto own = config.find("quantization_config");
    return own != config.end() && own->is_object() ? nlohmann::ordered_json(*own) : config;
}

} // namespace

Result<ImportedPlan> planOfRules(
    const std::vector<LayerRule>& rules, const std::string& method, const std::string& what, const Network& network)
{
    KERF_CHECK(findMethod(method));
    ImportedPlan imported { { what.substr(what.rfind('/') + 1), {}, QuantizeMode::Sequential, {}, {}, {} }, {} };
    std::vector<std::string> unnamed;
    bool isQuantized = false;
    for (const LayerInfo& layer : network.layers()) {
        KERF_TRY(const LayerRule* rule, ruleFor(rules, layer.name));
        if (!rule)
            unnamed.push_back(layer.name);
        KERF_TRY(std::string format, fittingFormat(rule ? rule->format : std::string(), layer, what));
        isQuantized = isQuantized || format != kKept;
        imported.plan.layers.push_back({ layer.name, std::move(format), method });
    }
    if (!isQuantized)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: quantizes no layer of this model. Its layers are named like {}.", what,
                network.layers().front().name));
    if (!unnamed.empty())
        imported.notes.push_back(
            fmt::format("{} layers are not named and keep their floats: {}.", unnamed.size(), listed(unnamed)));
    return imported;
}

Result<std::string> recipeText(const Json& object, const char* key, const std::string& what)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string())
        return fail(ErrorCode::BadFile, fmt::format("{}: \"{}\" is missing or no text", what, key));
    return found->get<std::string>();
}

Result<ImportedPlan> importRecipe(std::string_view text, const std::string& what, const Network& network)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return fail(ErrorCode::BadFile, fmt::format("{}: is empty", what));
    if (const auto invalid = findInvalidUtf8(text))
        return fail(ErrorCode::BadFile, fmt::format("{}: byte {} is no UTF-8 text", what, *invalid));
    const auto says = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
    if (text[first] != '{' && !says("Modifier") && !says("quant_cfg"))
        return readTensorTypes(text, what, network);
    if (text[first] != '{') {
        KERF_TRY(const Json document, yamlAsJson(text, what));
        return says("quant_cfg") ? readModelOptRecipe(document, what, network)
                                 : readLlmCompressor(document, what, network);
    }
    KERF_TRY(Json config, parseJson(text, what));
    if (const auto own = config.find("quantization_config"); own != config.end() && own->is_object())
        config = Json(*own);
    if (config.contains("quantization") || config.contains("quant_algo"))
        return readModelOpt(config, what, network);
    if (config.contains("config_groups"))
        return readTensorsGroups(config, what, network);
    if (config.contains("bits") || config.contains("w_bit"))
        return readGptqConfig(inOrder(text), what, network);
    return fail(ErrorCode::BadFile,
        fmt::format("{}: is no recipe that Kerf knows: a plan of Kerf's, llm-compressor's YAML, quantize_config.json, "
                    "tensor types of llama-quantize, hf_quant_config.json, or the config.json of a quantized model",
            what));
}

Result<ImportedPlan> importPlan(const Plan& stored, const std::string& what, const Network& network)
{
    std::map<std::string, std::string> formats;
    for (const PlanLayer& row : stored.layers)
        formats[row.layer] = isKept(row) ? std::string() : row.format;
    std::vector<LayerRule> rules;
    std::vector<std::string> foreign;
    const auto index = indexLayers(network);
    for (const auto& [layer, format] : formats) {
        if (!index.contains(layer)) {
            foreign.push_back(layer);
            continue;
        }
        KERF_TRY(NamePattern pattern, NamePattern::ofTarget(layer, what));
        rules.push_back({ { std::move(pattern) }, format });
    }
    KERF_TRY(ImportedPlan imported, planOfRules(rules, "hcd", what, network));
    imported.plan.name = stored.name;
    imported.plan.mode = QuantizeMode::Independent;
    if (!foreign.empty())
        imported.notes.push_back(
            fmt::format("{} of its layers are not in this model: {}.", foreign.size(), listed(foreign)));
    imported.notes.emplace_back("The codes are chosen anew, by hcd: a checkpoint does not say how its own were.");
    return imported;
}

} // namespace kerf::core
