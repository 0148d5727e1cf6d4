// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/model/gguf_family.h"

#include <algorithm>
#include <array>

namespace kerf::core {
namespace {

using kernels::Activation;

/// Of one architecture the first row that has experts, or has none, is what it is read as.
constexpr std::array kFamilies {
    GgufFamily { .architecture = "llama", .type = "llama", .pairsHeads = true, .biases = GgufPart::Optional },
    GgufFamily { .architecture = "llama", .type = "mistral", .pairsHeads = true },
    GgufFamily { .architecture = "llama", .type = "mixtral", .pairsHeads = true },
    GgufFamily { .architecture = "qwen2", .type = "qwen2", .biases = GgufPart::Optional, .headsFillHidden = true },
    GgufFamily { .architecture = "qwen3", .type = "qwen3" },
    GgufFamily { .architecture = "gemma", .type = "gemma", .head = GgufPart::None, .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "gemma2",
        .type = "gemma2",
        .head = GgufPart::None,
        .activation = Activation::GeluTanh,
        .windowPeriod = 2,
        .blocksOfOtherScale = 46 },
    GgufFamily { .architecture = "gemma3",
        .type = "gemma3_text",
        .activation = Activation::GeluTanh,
        .windowPeriod = 6,
        .blocksOfOtherScale = 62 },
    GgufFamily { .architecture = "gpt2",
        .type = "gpt2",
        .biases = GgufPart::Needed,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "gptneox",
        .type = "gpt_neox",
        .head = GgufPart::Needed,
        .biases = GgufPart::Needed,
        .turnsParts = true,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "bloom",
        .type = "bloom",
        .biases = GgufPart::Needed,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "granite", .type = "granite", .pairsHeads = true, .biases = GgufPart::Optional },
    GgufFamily { .architecture = "olmo2", .type = "olmo2", .head = GgufPart::Needed, .headsFillHidden = true },
    GgufFamily { .architecture = "stablelm",
        .type = "stablelm",
        .head = GgufPart::Needed,
        .biases = GgufPart::Optional,
        .turnsParts = true,
        .headsFillHidden = true },
    GgufFamily { .architecture = "starcoder2",
        .type = "starcoder2",
        .biases = GgufPart::Needed,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "smollm3", .type = "smollm3", .pairsHeads = true, .unturnedPeriod = 4 },
    GgufFamily { .architecture = "glm4", .type = "glm4", .biases = GgufPart::Optional, .turnsParts = true },
    GgufFamily { .architecture = "phi3", .type = "phi3", .headsFillHidden = true },
    GgufFamily { .architecture = "phi2",
        .type = "phi",
        .head = GgufPart::Needed,
        .biases = GgufPart::Needed,
        .turnsParts = true,
        .headsFillHidden = true,
        .activation = Activation::GeluTanh },
    GgufFamily { .architecture = "command-r", .type = "cohere", .head = GgufPart::None, .headsFillHidden = true },
    GgufFamily { .architecture = "olmoe",
        .type = "olmoe",
        .head = GgufPart::Needed,
        .headsFillHidden = true,
        .isUngrouped = true,
        .renormalizes = false },
    GgufFamily { .architecture = "qwen2moe",
        .type = "qwen2_moe",
        .biases = GgufPart::Optional,
        .headsFillHidden = true,
        .renormalizes = false },
    GgufFamily { .architecture = "qwen3moe", .type = "qwen3_moe" },
    GgufFamily { .architecture = "gpt-oss",
        .type = "gpt_oss",
        .head = GgufPart::Needed,
        .biases = GgufPart::Needed,
        .windowPeriod = 2,
        .mlpNorm = "post_attention_norm",
        .roundsYarn = false },
    GgufFamily { .architecture = "deepseek2", .type = "deepseek_v2", .routesByKeys = true, .leadsDense = true },
    GgufFamily { .architecture = "deepseek2", .type = "deepseek_v3", .routesByKeys = true, .leadsDense = true },
    GgufFamily { .architecture = "falcon",
        .type = "falcon",
        .headsFillHidden = true,
        .activation = Activation::GeluTanh,
        .isParallel = true,
        .mlpNorm = "attn_norm",
        .besideNorm = "attn_norm_2" },
    GgufFamily { .architecture = "chatglm",
        .type = "glm",
        .biases = GgufPart::Optional,
        .turnsParts = true,
        .headsFillHidden = true },
    GgufFamily { .architecture = "ernie4_5", .type = "ernie4_5" },
};

constexpr std::array kFactors {
    GgufFactor { &FactorKeys::embedding, "embedding_scale", &DecoderConfig::embeddingFactor },
    GgufFactor { &FactorKeys::attention, "attention.scale", &DecoderConfig::attentionScale },
    GgufFactor { &FactorKeys::residual, "residual_scale", &DecoderConfig::residualFactor },
    GgufFactor { &FactorKeys::logits, "logit_scale", &DecoderConfig::logitsFactor },
    GgufFactor { &FactorKeys::logitsDivisor, "logit_scale", &DecoderConfig::logitsFactor, true },
    GgufFactor { &FactorKeys::attentionCap, "attn_logit_softcapping", &DecoderConfig::attentionCap },
    GgufFactor { &FactorKeys::finalCap, "final_logit_softcapping", &DecoderConfig::finalCap },
};

} // namespace

std::span<const GgufFamily> ggufFamilies()
{
    return kFamilies;
}

const GgufFamily* ggufFamilyOf(std::string_view type)
{
    const auto found = std::ranges::find(kFamilies, type, &GgufFamily::type);
    return found == kFamilies.end() ? nullptr : &*found;
}

const GgufFamily* ggufFamilyNamed(std::string_view architecture, bool hasExperts, bool areSigmoids)
{
    const auto fits = [&](const GgufFamily& family) {
        const ExpertNames& experts = findArchitecture(family.type, {})->experts;
        return family.architecture == architecture && hasExperts != experts.router.empty()
            && (!family.routesByKeys || areSigmoids == (experts.scores == Route::Scores::Sigmoid));
    };
    const auto found = std::ranges::find_if(kFamilies, fits);
    return found == kFamilies.end() ? nullptr : &*found;
}

std::int64_t ggufQueryScalar(const GgufFamily& family, const DecoderConfig& config)
{
    return config.blocks == family.blocksOfOtherScale ? config.hidden / config.heads : config.headDim;
}

std::span<const GgufFactor> ggufFactors()
{
    return kFactors;
}

} // namespace kerf::core
