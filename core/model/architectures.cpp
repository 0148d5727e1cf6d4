// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "core/model/architecture.h"

namespace kerf::core {
namespace {

constexpr BiasRule kNoBias { {}, false };
constexpr BiasRule kBias { {}, true };

std::vector<LayerTemplate> separateLayers(BiasRule queryKeyValue, BiasRule output, BiasRule mlp)
{
    return {
        { LayerPlace::Query, "q", "self_attn.q_proj", queryKeyValue },
        { LayerPlace::Key, "k", "self_attn.k_proj", queryKeyValue },
        { LayerPlace::Value, "v", "self_attn.v_proj", queryKeyValue },
        { LayerPlace::Output, "o", "self_attn.o_proj", output },
        { LayerPlace::Gate, "gate", "mlp.gate_proj", mlp },
        { LayerPlace::Up, "up", "mlp.up_proj", mlp },
        { LayerPlace::Down, "down", "mlp.down_proj", mlp },
    };
}

NormNames preNorms()
{
    return { .attentionInput = "input_layernorm", .mlpInput = "post_attention_layernorm" };
}

NormNames preNormsAndQueryKey()
{
    NormNames names = preNorms();
    names.query = "self_attn.q_norm";
    names.key = "self_attn.k_norm";
    return names;
}

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
        .norms = preNormsAndQueryKey(),
        .layers = separateLayers(kAttention, kAttention, kNoBias),
    };
}

Architecture gpt2()
{
    return {
        .type = "gpt2",
        .className = "GPT2LMHeadModel",
        .prefixes = { "transformer.", "" },
        .embedding = "wte",
        .positionEmbedding = "wpe",
        .blocks = "h",
        .finalNorm = "ln_f",
        .keys = { .hidden = "n_embd",
            .blocks = "n_layer",
            .heads = "n_head",
            .keyValueHeads = {},
            .inner = "n_inner",
            .positions = "n_positions",
            .epsilon = "layer_norm_epsilon",
            .activation = "activation_function" },
        .defaults = { .epsilon = 1e-5, .positions = 1024, .tied = true },
        .norm = NormKind::Layer,
        .transposed = true,
        .norms = { .attentionInput = "ln_1", .mlpInput = "ln_2" },
        .layers = { { LayerPlace::QueryKeyValue, "qkv", "attn.c_attn", kBias },
            { LayerPlace::Output, "o", "attn.c_proj", kBias }, { LayerPlace::Up, "fc", "mlp.c_fc", kBias },
            { LayerPlace::Down, "proj", "mlp.c_proj", kBias } },
        .fixedSwitches = { { "scale_attn_weights", true }, { "scale_attn_by_inverse_layer_idx", false },
            { "add_cross_attention", false } },
    };
}

Architecture gemma2()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    return {
        .type = "gemma2",
        .className = "Gemma2ForCausalLM",
        .keys = { .activation = "hidden_activation" },
        .defaults = { .positions = 8192, .headDim = 256, .slidingWindow = 4096, .tied = true },
        .norm = NormKind::RmsOnePlus,
        .window = WindowRule::EvenBlocks,
        .factors = { .queryScalar = "query_pre_attn_scalar", .embeddingRootOfHidden = true, .softCaps = true },
        .norms = fourNorms(),
        .layers = separateLayers(kAttention, kAttention, kNoBias),
        .fixedSwitches = { { "use_bidirectional_attention", false } },
    };
}

} // namespace

const std::vector<Architecture>& architectures()
{
    static const std::vector<Architecture> rows { gemma2(), gpt2(), llama(), mistral(), qwen2(), qwen3() };
    return rows;
}

const Architecture* findArchitecture(std::string_view type, std::string_view className)
{
    const auto& rows = architectures();
    const auto found = std::find_if(rows.begin(), rows.end(),
        [&](const Architecture& row) { return type.empty() ? row.className == className : row.type == type; });
    return found == rows.end() ? nullptr : &*found;
}

std::string architectureNames()
{
    std::string names;
    for (const Architecture& row : architectures())
        names.append(names.empty() ? "" : ", ").append(row.type);
    return names;
}

} // namespace kerf::core
