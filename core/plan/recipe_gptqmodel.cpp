// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/plan/recipe_parts.h"

#include <fmt/format.h>

#include "core/base/regex.h"
#include "core/format/layer_format.h"
#include "core/plan/left_out.h"

namespace kerf::core {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr const char* kGptqModel = "GPTQModel";

Result<OrderedJson> formatWords(const PlanLayer& row)
{
    KERF_TRY(const LayerFormat format, parseLayerFormat(row.format));
    const Format& weight = *format.weight;
    const int bits = weight.codeBits();
    const bool isKnown = weight.family() == FormatFamily::Integer && (bits <= 4 || bits == 8)
        && format.activation == ActivationFormat::None && weight.granularity() != Granularity::Tensor;
    if (!isKnown)
        return cannotExpress(kGptqModel,
            fmt::format("the format {}; it has integers of 2, 3, 4 and 8 bits with 16-bit activations", row.format),
            row);
    return OrderedJson { { "bits", bits },
        { "group_size", weight.granularity() == Granularity::Channel ? -1 : weight.groupSize(0) },
        { "sym", weight.isSymmetric() } };
}

/// The commonest format, and a rule for each layer that has another.
Result<OrderedJson> layerRules(const Plan& plan, OrderedJson& config)
{
    const std::string base = commonestFormat(plan);
    OrderedJson dynamic = OrderedJson::object();
    for (const PlanLayer& row : plan.layers) {
        const std::string pattern = fmt::format("^{}$", escapePattern(row.layer));
        if (isKept(row)) {
            dynamic["-:" + pattern] = OrderedJson::object();
            continue;
        }
        KERF_TRY(OrderedJson format, formatWords(row));
        if (row.format == base)
            config = format;
        else
            dynamic["+:" + pattern] = format;
    }
    return dynamic;
}

void addSettings(const MethodSettings& settings, OrderedJson& config)
{
    const ActivationOrder order = settings.activationOrder();
    config["desc_act"] = order == ActivationOrder::Static;
    config["static_groups"] = order == ActivationOrder::Static;
    config["act_group_aware"] = order == ActivationOrder::GroupAware;
    config["damp_percent"] = settings.number("damping");
    config["mse"] = settings.flag(kScaleSearch) ? 2.4 : 0.0;
    config["true_sequential"] = true;
    config["lm_head"] = false;
    config["quant_method"] = "gptq";
}

/// bits, group_size and sym, those of `base` where a rule says nothing.
Result<std::string> formatOf(const OrderedJson& words, const OrderedJson& base, const std::string& what)
{
    const auto member = [&](const char* key, const char* other) {
        for (const OrderedJson* object : { &words, &base })
            for (const char* name : { key, other })
                if (const auto found = object->find(name); found != object->end())
                    return *found;
        return OrderedJson();
    };
    const OrderedJson bits = member("bits", "w_bit"), size = member("group_size", "q_group_size");
    if (!bits.is_number_integer() || !size.is_number_integer())
        return fail(ErrorCode::BadFile, fmt::format("{}: bits and group_size must be whole numbers", what));
    // AutoAWQ says zero_point, the others sym.
    const OrderedJson zero = member("zero_point", "zero_point"), symmetric = member("sym", "sym");
    const bool isSymmetric = symmetric.is_boolean() ? symmetric.get<bool>() : zero != true;
    return fmt::format("int{}-{}{}", bits.get<int>(),
        size.get<std::int64_t>() > 0 ? fmt::format("g{}", size.get<std::int64_t>()) : "channel",
        isSymmetric ? "" : "-asym");
}

} // namespace

Result<ImportedPlan> readGptqConfig(const OrderedJson& config, const std::string& what, const Network& network)
{
    LayerRule base;
    KERF_TRY(base.format, formatOf(config, {}, what));
    KERF_TRY(NamePattern all, NamePattern::ofTarget("Linear", what));
    base.patterns.push_back(std::move(all));
    std::vector<LayerRule> rules { std::move(base) };
    const auto dynamic = config.find("dynamic");
    // The first rule that matches counts there, here the last.
    std::vector<LayerRule> own;
    if (dynamic != config.end() && dynamic->is_object())
        for (const auto& [key, words] : dynamic->items()) {
            const bool keeps = key.starts_with("-:"), isMarked = keeps || key.starts_with("+:");
            LayerRule rule;
            KERF_TRY(NamePattern pattern, NamePattern::ofExpression(isMarked ? key.substr(2) : key, what));
            rule.patterns.push_back(std::move(pattern));
            if (!keeps) {
                KERF_TRY(rule.format, formatOf(words.is_object() ? words : OrderedJson::object(), config, what));
            }
            own.insert(own.begin(), std::move(rule));
        }
    rules.insert(rules.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
    const bool isAwq = config.value("quant_method", "") == std::string("awq") || config.contains("w_bit");
    KERF_TRY(ImportedPlan imported, planOfRules(rules, isAwq ? "rtn" : "gptq", what, network));
    Json settings = Json::object();
    if (const auto damping = config.find("damp_percent"); damping != config.end() && damping->is_number())
        settings["damping"] = damping->get<double>();
    if (config.contains("desc_act"))
        settings["activation_order"] = config.value("act_group_aware", false) ? "group-aware"
            : config.value("desc_act", false)                                 ? "static"
                                                                              : "none";
    if (const auto search = config.find("mse"); search != config.end() && search->is_number())
        settings["scale_search"] = search->get<double>() > 0;
    const auto parsed = methodSettingsFromJson(settings);
    if (!parsed)
        return fail(ErrorCode::BadFile, fmt::format("{}: {}", what, parsed.error().message));
    imported.plan.settings = *parsed;
    if (isAwq) {
        KERF_TRY(TransformChoice scales, transformChoice("awq"));
        imported.plan.transforms = { std::move(scales) };
    }
    return imported;
}

Result<Recipe> gptqModelRecipe(const Plan& plan, const std::string& instead)
{
    KERF_CHECK(refuseKvCache(plan, kGptqModel));
    KERF_CHECK(refuseTransforms(plan, kGptqModel));
    KERF_TRY(const std::string method, methodForRecipe(plan, kGptqModel, instead));
    if (method != "gptq")
        return fail(ErrorCode::InvalidArgument,
            fmt::format(
                "GPTQModel does not have the method {} of the plan \"{}\". Let it use gptq.", method, plan.name));
    OrderedJson config;
    KERF_TRY(const OrderedJson dynamic, layerRules(plan, config));
    addSettings(plan.settings, config);
    if (!dynamic.empty())
        config["dynamic"] = dynamic;
    Recipe recipe { "quantize_config.json", config.dump(2) + "\n",
        { "Use it as GPTQModel.load(model, QuantizeConfig(**json.load(open(\"quantize_config.json\"))))." } };
    if (plan.settings.flag(kScaleSearch))
        recipe.notes.push_back(
            "GPTQModel's own search of scales (mse 2.4) stands for Kerf's, which weighs by the Hessian.");
    noteMode(plan, kGptqModel, recipe);
    return recipe;
}

} // namespace kerf::core
