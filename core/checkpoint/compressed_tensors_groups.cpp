// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/checkpoint/compressed_tensors_groups.h"

#include <algorithm>

#include <fmt/format.h>

namespace kerf::core {
namespace {

Result<std::vector<NamePattern>> parseTargets(const OrderedJson& json, const char* key, const std::string& what)
{
    std::vector<NamePattern> targets;
    const auto list = json.find(key);
    if (list == json.end() || list->is_null())
        return targets;
    if (!list->is_array())
        return fail(ErrorCode::BadFile, fmt::format("{}: {} is not a list", what, key));
    for (const OrderedJson& entry : *list) {
        if (!entry.is_string())
            return fail(ErrorCode::BadFile, fmt::format("{}: a target is not a text", what));
        KERF_TRY(NamePattern target, NamePattern::ofTarget(entry.get<std::string>(), what));
        targets.push_back(std::move(target));
    }
    return targets;
}

Result<bool> anyMatches(const std::vector<NamePattern>& targets, const std::string& layer)
{
    for (const NamePattern& target : targets) {
        KERF_TRY(const bool matches, target.matches(layer));
        if (matches)
            return true;
    }
    return false;
}

bool isEmptyOrNull(const OrderedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found == json.end() || found->is_null() || found->empty();
}

std::string textOf(const OrderedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// "int", and what is not said is int.
std::string typeOf(const OrderedJson& arguments)
{
    return arguments.contains("type") ? textOf(arguments, "type") : "int";
}

Result<TensorsLayout> layoutOf(const std::string& format, const OrderedJson& weights, const std::string& what)
{
    const bool isFloat = typeOf(weights) == "float";
    if (format == "pack-quantized" && !isFloat)
        return TensorsLayout::Packed;
    if ((format == "int-quantized" || format == "naive-quantized") && !isFloat)
        return TensorsLayout::Integer;
    if ((format == "float-quantized" || format == "naive-quantized") && isFloat)
        return TensorsLayout::Float;
    if (format == "nvfp4-pack-quantized" && isFloat)
        return TensorsLayout::NvFloat4;
    if (format == "mxfp4-pack-quantized" && isFloat)
        return TensorsLayout::MxFloat4;
    if (format == "mxfp8-quantized" && isFloat)
        return TensorsLayout::MxFloat8;
    return fail(ErrorCode::BadFile,
        fmt::format("{}: has format \"{}\" with weights of type {}; pack-quantized, int-quantized, float-quantized, "
                    "nvfp4-pack-quantized, mxfp4-pack-quantized and mxfp8-quantized can be read",
            what, format, typeOf(weights)));
}

bool isMicroscaled(TensorsLayout layout)
{
    return layout == TensorsLayout::NvFloat4 || layout == TensorsLayout::MxFloat4 || layout == TensorsLayout::MxFloat8;
}

/// Blocks as the formats have them.
Status checkMicroscaled(const OrderedJson& weights, TensorsLayout layout, const std::string& what)
{
    const bool isNv = layout == TensorsLayout::NvFloat4;
    const std::int64_t size = isNv ? 16 : 32;
    const auto stored = weights.find("group_size");
    if (textOf(weights, "strategy") == (isNv ? "tensor_group" : "group") && stored != weights.end() && *stored == size)
        return {};
    return fail(ErrorCode::BadFile,
        fmt::format("{}: has strategy \"{}\"; {} with a group_size of {} can be read", what,
            textOf(weights, "strategy"), isNv ? "tensor_group" : "group", size));
}

Result<std::string> granularityOf(const OrderedJson& weights, TensorsLayout layout, const std::string& what)
{
    std::string strategy = textOf(weights, "strategy");
    if (isMicroscaled(layout)) {
        KERF_CHECK(checkMicroscaled(weights, layout, what));
        return std::string();
    }
    if (strategy == "channel")
        return strategy;
    const auto size = weights.find("group_size");
    const bool hasSize
        = size != weights.end() && size->is_number_unsigned() && *size >= 1 && *size <= std::int64_t { INT32_MAX };
    if (strategy == "group" && hasSize && layout != TensorsLayout::Float)
        return fmt::format("g{}", size->get<std::int64_t>());
    if (strategy == "tensor" && layout == TensorsLayout::Float)
        return strategy;
    const auto block = weights.find("block_structure");
    if (strategy == "block" && layout == TensorsLayout::Float && block != weights.end()
        && *block == OrderedJson::array({ 128, 128 }))
        return std::string("block128");
    return fail(ErrorCode::BadFile,
        layout == TensorsLayout::Float
            ? fmt::format(
                "{}: has strategy \"{}\"; channel, tensor, and block with a block_structure of 128 x 128, can "
                "be read",
                what, strategy)
            : fmt::format(
                "{}: has strategy \"{}\"; channel, and group with a group_size above 0, can be read", what, strategy));
}

Status parseWeights(const OrderedJson& weights, const std::string& format, const std::string& what, TensorsGroup& group)
{
    KERF_TRY(group.layout, layoutOf(format, weights, what));
    const bool isFloat = group.layout != TensorsLayout::Packed && group.layout != TensorsLayout::Integer;
    const bool isFour = group.layout == TensorsLayout::NvFloat4 || group.layout == TensorsLayout::MxFloat4;
    const auto bits = weights.find("num_bits");
    const int least = isFour ? 4 : isFloat ? 8 : 2, most = isFour ? 4 : 8;
    if (bits == weights.end() || !bits->is_number_unsigned() || *bits < least || *bits > most)
        return fail(ErrorCode::BadFile,
            fmt::format("{}: weights must be of type int with num_bits 2 to 8, or of type float with 8, or 4 in the "
                        "formats for 4",
                what));
    group.bits = bits->get<int>();
    if (const auto symmetric = weights.find("symmetric"); symmetric != weights.end()) {
        if (!symmetric->is_boolean() || (isFloat && !symmetric->get<bool>()))
            return fail(ErrorCode::BadFile,
                fmt::format("{}: symmetric must be true{}", what, isFloat ? " for floats" : " or false"));
        group.symmetric = symmetric->get<bool>();
    }
    KERF_TRY(group.granularity, granularityOf(weights, group.layout, what));
    return {};
}

/// "8-bit int, one scale a token".
std::string inputsOf(const OrderedJson& group)
{
    if (isEmptyOrNull(group, "input_activations") || !group["input_activations"].is_object())
        return {};
    const OrderedJson& inputs = group["input_activations"];
    const std::string strategy = textOf(inputs, "strategy");
    return fmt::format("{}-bit {}, one scale a {}", inputs.contains("num_bits") ? inputs["num_bits"].dump() : "8",
        typeOf(inputs), strategy.empty() ? "tensor" : strategy);
}

/// Symmetric, one scale a token, one for all, or NVFP4's. None: another way.
ActivationFormat activationOf(const OrderedJson& group)
{
    if (isEmptyOrNull(group, "input_activations") || !group["input_activations"].is_object())
        return ActivationFormat::None;
    const OrderedJson& inputs = group["input_activations"];
    const bool isFloat = typeOf(inputs) == "float";
    const int bits
        = inputs.contains("num_bits") && inputs["num_bits"].is_number_integer() ? inputs["num_bits"].get<int>() : 8;
    const std::string strategy = textOf(inputs, "strategy");
    const auto dynamic = inputs.find("dynamic"), symmetric = inputs.find("symmetric");
    const bool isDynamic = dynamic != inputs.end() && *dynamic == true;
    if (symmetric != inputs.end() && *symmetric == false)
        return ActivationFormat::None;
    if (bits == 4 && isFloat)
        return strategy == "tensor_group" ? ActivationFormat::NvFp4 : ActivationFormat::None;
    if (strategy == "token" && isDynamic)
        return bits == 8 ? (isFloat ? ActivationFormat::Fp8Token : ActivationFormat::Int8Token)
            : bits == 4  ? ActivationFormat::Int4Token
                         : ActivationFormat::None;
    if ((strategy == "tensor" || strategy.empty()) && !isDynamic && bits == 8)
        return isFloat ? ActivationFormat::Fp8Tensor : ActivationFormat::Int8Tensor;
    return ActivationFormat::None;
}

Result<TensorsGroup> parseGroup(
    const std::string& name, const OrderedJson& json, const std::string& topFormat, const std::string& what)
{
    if (!json.is_object() || isEmptyOrNull(json, "weights") || !json["weights"].is_object())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no weights", what));
    if (!isEmptyOrNull(json, "output_activations"))
        return fail(ErrorCode::BadFile, fmt::format("{}: quantizes outputs, which cannot be read", what));
    const std::string own = textOf(json, "format");
    TensorsGroup group;
    group.name = name;
    KERF_CHECK(parseWeights(json["weights"], own.empty() ? topFormat : own, what, group));
    group.inputs = inputsOf(json);
    group.activation = activationOf(json);
    KERF_TRY(group.targets, parseTargets(json, "targets", what));
    return group;
}

} // namespace

Result<TensorsGroups> TensorsGroups::parse(const OrderedJson& config, const std::string& what)
{
    if (config.contains("quantization_status") && textOf(config, "quantization_status") != "compressed")
        return fail(ErrorCode::BadFile, fmt::format("{}: quantization_status is not \"compressed\"", what));
    const bool isSparse
        = !isEmptyOrNull(config, "sparsity_config") && textOf(config["sparsity_config"], "format") != "dense";
    if (isSparse || !isEmptyOrNull(config, "transform_config"))
        return fail(ErrorCode::BadFile, fmt::format("{}: sparse or transformed weights cannot be read", what));
    const auto list = config.find("config_groups");
    if (list == config.end() || !list->is_object() || list->empty())
        return fail(ErrorCode::BadFile, fmt::format("{}: has no config_groups", what));
    TensorsGroups groups;
    groups.m_what = what;
    for (const auto& [name, json] : list->items()) {
        KERF_TRY(TensorsGroup group,
            parseGroup(name, json, textOf(config, "format"), fmt::format("{}.config_groups.{}", what, name)));
        groups.m_groups.push_back(std::move(group));
    }
    KERF_TRY(groups.m_ignore, parseTargets(config, "ignore", what));
    return groups;
}

Result<const TensorsGroup*> TensorsGroups::of(const std::string& layer, const std::string& tensor) const
{
    KERF_TRY(const bool isIgnored, anyMatches(m_ignore, layer));
    if (isIgnored)
        return fail(ErrorCode::BadFile, fmt::format("{}: ignores {}, but {} is stored", m_what, layer, tensor));
    for (const TensorsGroup& group : m_groups) {
        KERF_TRY(const bool matches, anyMatches(group.targets, layer));
        if (matches)
            return &group;
    }
    for (const TensorsGroup& group : m_groups)
        if (std::ranges::any_of(group.targets, &NamePattern::isLinearClass))
            return &group;
    return fail(ErrorCode::BadFile, fmt::format("{}: no group targets {}, but {} is stored", m_what, layer, tensor));
}

} // namespace kerf::core
