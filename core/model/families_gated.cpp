// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <utility>

#include "core/model/family_rows.h"

namespace kerf::core {
namespace {

NormNames fourNorms()
{
    return { .attentionInput = "input_layernorm",
        .attentionOutput = "post_attention_layernorm",
        .mlpInput = "pre_feedforward_layernorm",
        .mlpOutput = "post_feedforward_layernorm" };
}

Architecture llama()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "llama",
        .className = "LlamaForCausalLM",
        .isTried = true,
        .norms = preNorms(),
        .layers = separateLayers(kAttention, kAttention, { "mlp_bias", false }),
    };
}

Architecture mistral()
{
    return {
        .type = "mistral",
        .className = "MistralForCausalLM",
        .defaults = { .positions = 131072, .slidingWindow = 4096 },
        .window = WindowRule::EveryBlock,
        .isTried = true,
        .norms = preNorms(),
        .layers = separateLayers(kNoBias, kNoBias, kNoBias),
    };
}

Architecture qwen2()
{
    return {
        .type = "qwen2",
        .className = "Qwen2ForCausalLM",
        .defaults = { .positions = 32768, .slidingWindow = 4096 },
        .window = WindowRule::FromBlock,
        .isTried = true,
        .norms = preNorms(),
        .layers = separateLayers(kBias, kNoBias, kNoBias),
    };
}

Architecture qwen3()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "qwen3",
        .className = "Qwen3ForCausalLM",
        .defaults = { .positions = 32768, .headDim = 128, .slidingWindow = 4096 },
        .queryKeyNorm = QueryKeyNorm::PerHead,
        .window = WindowRule::FromBlock,
        .isTried = true,
        .norms = preNormsAndQueryKey(),
        .layers = separateLayers(kAttention, kAttention, kNoBias),
    };
}

Architecture gemma()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "gemma",
        .className = "GemmaForCausalLM",
        .keys = { .activation = "hidden_activation" },
        .defaults = { .positions = 8192, .headDim = 256, .tied = true, .activation = "gelu_pytorch_tanh" },
        .normOffset = 1,
        .factors = { .embeddingRootOfHidden = true },
        .overflowsHalf = true,
        .isTried = true,
        .norms = preNorms(),
        .layers = separateLayers(kAttention, kAttention, kNoBias),
        .fixedSwitches = { { "use_bidirectional_attention", false } },
    };
}

Architecture gemma2()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "gemma2",
        .className = "Gemma2ForCausalLM",
        .keys = { .activation = "hidden_activation" },
        .defaults
        = { .positions = 8192, .headDim = 256, .slidingWindow = 4096, .tied = true, .activation = "gelu_pytorch_tanh" },
        .normOffset = 1,
        .window = WindowRule::EvenBlocks,
        .factors = { .queryScalar = "query_pre_attn_scalar",
            .embeddingRootOfHidden = true,
            .attentionCap = "attn_logit_softcapping",
            .attentionCapDefault = 50,
            .finalCap = "final_logit_softcapping",
            .finalCapDefault = 30 },
        .overflowsHalf = true,
        .isTried = true,
        .norms = fourNorms(),
        .layers = separateLayers(kAttention, kAttention, kNoBias),
        .fixedSwitches = { { "use_bidirectional_attention", false } },
    };
}

Architecture gemma3()
{
    Architecture row = gemma2();
    row.type = "gemma3_text";
    row.className = "Gemma3ForCausalLM";
    row.defaults.positions = 131072;
    row.defaults.ropeTheta = 1e6;
    row.defaults.localRopeTheta = 1e4;
    row.queryKeyNorm = QueryKeyNorm::PerHead;
    row.window = WindowRule::AllButEveryNth;
    row.factors.attentionCap = {};
    row.factors.attentionCapDefault = row.factors.finalCapDefault = 0;
    row.norms.query = "self_attn.q_norm";
    row.norms.key = "self_attn.k_norm";
    return row;
}

Architecture granite()
{
    Architecture row = llama();
    row.type = "granite";
    row.className = "GraniteForCausalLM";
    row.factors = { .embedding = "embedding_multiplier",
        .attention = "attention_multiplier",
        .residual = "residual_multiplier",
        .logitsDivisor = "logits_scaling" };
    return row;
}

Architecture olmo2()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "olmo2",
        .className = "Olmo2ForCausalLM",
        .defaults = { .epsilon = 1e-5 },
        .queryKeyNorm = QueryKeyNorm::WholeProjection,
        .isTried = true,
        .norms = { .attentionOutput = "post_attention_layernorm",
            .mlpOutput = "post_feedforward_layernorm",
            .query = "self_attn.q_norm",
            .key = "self_attn.k_norm" },
        .layers = separateLayers(kAttention, kAttention, kNoBias),
    };
}

Architecture stablelm()
{
    return {
        .type = "stablelm",
        .className = "StableLmForCausalLM",
        .keys = { .epsilon = "layer_norm_eps" },
        .defaults = { .epsilon = 1e-5, .positions = 4096, .rotaryFraction = 0.25 },
        .norm = NormKind::Layer,
        .isTried = true,
        .norms = preNorms(),
        .layers = separateLayers({ "use_qkv_bias", false }, kNoBias, kNoBias),
        .fixedSwitches = { { "use_parallel_residual", false }, { "qk_layernorm", false } },
    };
}

/// Fused weights, a window, long-rope.
Architecture phi3()
{
    return {
        .type = "phi3",
        .className = "Phi3ForCausalLM",
        .defaults = { .epsilon = 1e-5, .positions = 4096 },
        .window = WindowRule::EveryBlock,
        .isTried = true,
        .norms = preNorms(),
        .layers = { { LayerPlace::QueryKeyValue, "qkv", "self_attn.qkv_proj", kNoBias },
            { LayerPlace::Output, "o", "self_attn.o_proj", kNoBias },
            { LayerPlace::GateUp, "gate_up", "mlp.gate_up_proj", kNoBias },
            { LayerPlace::Down, "down", "mlp.down_proj", kNoBias } },
    };
}

Architecture smollm3()
{
    Architecture row = llama();
    row.type = "smollm3";
    row.className = "SmolLM3ForCausalLM";
    row.keys.unturned = "no_rope_layers";
    row.keys.unturnedPeriod = "no_rope_layer_interval";
    row.defaults = { .positions = 32768, .ropeTheta = 2e6, .unturnedPeriod = 4, .tied = true };
    row.window = WindowRule::FromBlock;
    row.isTried = false;
    row.fixedSwitches = { { "use_sliding_window", false } };
    return row;
}

Architecture glm4()
{
    constexpr BiasRule kAttention { "attention_bias", true };
    std::vector<LayerTemplate> layers = separateAttention(kAttention, kNoBias);
    layers.push_back({ LayerPlace::GateUp, "gate_up", "mlp.gate_up_proj", kNoBias });
    layers.push_back({ LayerPlace::Down, "down", "mlp.down_proj", kNoBias });
    return {
        .type = "glm4",
        .className = "Glm4ForCausalLM",
        .defaults = { .epsilon = 1.5625e-7, .positions = 131072, .headDim = 128, .rotaryFraction = 0.5 },
        .pairing = RotaryPairing::Neighbours,
        .isTried = true,
        .norms = { .attentionInput = "input_layernorm",
            .attentionOutput = "post_self_attn_layernorm",
            .mlpInput = "post_attention_layernorm",
            .mlpOutput = "post_mlp_layernorm" },
        .layers = std::move(layers),
    };
}

/// The predecessor: no norms behind attention and MLP.
Architecture glm()
{
    Architecture row = glm4();
    row.type = "glm";
    row.className = "GlmForCausalLM";
    row.isTried = true;
    row.norms = preNorms();
    return row;
}

/// Llama that turns neighbours, with one switch for the biases of all its layers.
Architecture ernie45()
{
    constexpr BiasRule kSwitch { "use_bias", false };
    return {
        .type = "ernie4_5",
        .className = "Ernie4_5ForCausalLM",
        .defaults = { .epsilon = 1e-5, .positions = 131072, .headDim = 128, .ropeTheta = 5e5, .tied = true },
        .pairing = RotaryPairing::Neighbours,
        .isTried = true,
        .norms = preNorms(),
        .layers = separateLayers(kSwitch, kSwitch, kSwitch),
    };
}

/// One norm before attention and MLP, which stand side by side.
Architecture cohere()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "cohere",
        .className = "CohereForCausalLM",
        .keys = { .epsilon = "layer_norm_eps" },
        .defaults = { .epsilon = 1e-5, .positions = 8192, .ropeTheta = 5e5, .tied = true },
        .norm = NormKind::Layer,
        .normBias = false,
        .factors = { .logits = "logit_scale", .logitsDefault = 0.0625 },
        .order = BlockOrder::Parallel,
        .pairing = RotaryPairing::Neighbours,
        .isTried = true,
        .norms = { .attentionInput = "input_layernorm" },
        .layers = separateLayers(kAttention, kAttention, kNoBias),
        .fixedSwitches = { { "use_qk_norm", false } },
    };
}

} // namespace

std::vector<Architecture> gatedFamilies()
{
    return { llama(), mistral(), qwen2(), qwen3(), gemma(), gemma2(), gemma3(), granite(), olmo2(), stablelm(), phi3(),
        smollm3(), glm4(), glm(), ernie45(), cohere() };
}

} // namespace kerf::core
