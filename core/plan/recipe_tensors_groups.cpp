// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <array>

#include <fmt/format.h>

#include "core/plan/recipe_parts.h"

namespace kerf::core {
namespace {

tl::unexpected<Error> noFormat(const Json& arguments, const std::string& what)
{
    return fail(
        ErrorCode::BadFile, fmt::format("{}: no format of Kerf's is {}", what, arguments.dump().substr(0, 200)));
}

std::string textOr(const Json& object, const char* key, const std::string& otherwise)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

std::int64_t numberOr(const Json& object, const char* key, std::int64_t otherwise)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

/// QuantizationArgs (compressed_tensors/quantization/quant_args.py) of weights.
Result<std::string> weightFormat(const Json& arguments, const std::string& what)
{
    if (!arguments.is_object())
        return noFormat(arguments, what);
    const std::int64_t bits = numberOr(arguments, "num_bits", 8), size = numberOr(arguments, "group_size", 0);
    const std::string strategy = textOr(arguments, "strategy", size > 0 ? "group" : size == -1 ? "channel" : "tensor");
    const bool isGroup = strategy == "group" || strategy == "tensor_group";
    if (textOr(arguments, "type", "int") == "float") {
        if (bits == 4 && isGroup)
            return std::string(size == 16 ? "nvfp4" : "mxfp4");
        if (bits == 8 && isGroup && size == 32)
            return std::string("mxfp8");
        if (bits == 8 && !isGroup)
            return "fp8-e4m3-" + std::string(strategy == "block" ? "block128" : strategy);
        return noFormat(arguments, what);
    }
    const auto symmetric = arguments.find("symmetric");
    const bool isSymmetric = symmetric == arguments.end() || *symmetric == true;
    return fmt::format("int{}-{}{}", bits, isGroup ? fmt::format("g{}", size) : strategy, isSymmetric ? "" : "-asym");
}

/// The part behind the plus sign; empty: inputs stay as they are.
Result<std::string> inputFormat(const Json& arguments, const std::string& what)
{
    if (arguments.is_null())
        return std::string();
    if (!arguments.is_object())
        return noFormat(arguments, what);
    const std::int64_t bits = numberOr(arguments, "num_bits", 8);
    const bool isFloat = textOr(arguments, "type", "int") == "float";
    const auto dynamic = arguments.find("dynamic");
    const bool isDynamic = dynamic != arguments.end() && (*dynamic == true || dynamic->is_string());
    const std::string strategy = textOr(arguments, "strategy", isDynamic ? "token" : "tensor");
    if (isFloat && bits == 4)
        return std::string("+anvfp4");
    if (strategy == "token" && (bits == 8 || (bits == 4 && !isFloat)))
        return std::string(isFloat ? "+afp8-token" : bits == 8 ? "+a8-token" : "+a4-token");
    if (strategy == "tensor" && !isDynamic && bits == 8)
        return std::string(isFloat ? "+afp8-tensor" : "+a8-tensor");
    return noFormat(arguments, what);
}

} // namespace

Result<ImportedPlan> readTensorsGroups(const Json& config, const std::string& what, const Network& network)
{
    std::vector<LayerRule> rules;
    const auto addPatterns = [&](const Json& list, LayerRule& rule) -> Status {
        for (const Json& target : list.is_string() ? Json::array({ list }) : list) {
            if (!target.is_string())
                return fail(ErrorCode::BadFile, fmt::format("{}: a target is no text", what));
            KERF_TRY(NamePattern pattern, NamePattern::ofTarget(target.get<std::string>(), what));
            rule.patterns.push_back(std::move(pattern));
        }
        return {};
    };
    const auto groups = config.find("config_groups");
    if (groups == config.end() || !groups->is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: config_groups is no object", what));
    for (const auto& [name, group] : groups->items()) {
        const std::string place = fmt::format("{}: config_groups.{}", what, name);
        if (!group.is_object() || !group.contains("weights") || !group.contains("targets"))
            return fail(ErrorCode::BadFile, fmt::format("{} has no weights and targets", place));
        LayerRule rule;
        KERF_CHECK(addPatterns(group["targets"], rule));
        KERF_TRY(rule.format, weightFormat(group["weights"], place));
        KERF_TRY(const std::string inputs, inputFormat(group.value("input_activations", Json()), place));
        rule.format += inputs;
        rules.push_back(std::move(rule));
    }
    if (const auto ignore = config.find("ignore"); ignore != config.end() && !ignore->is_null()) {
        LayerRule rule;
        KERF_CHECK(addPatterns(*ignore, rule));
        rules.push_back(std::move(rule));
    }
    return planOfRules(rules, "gptq", what, network);
}

} // namespace kerf::core
