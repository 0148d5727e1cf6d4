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

} // namespace

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
