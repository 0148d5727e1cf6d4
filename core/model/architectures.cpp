// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>

#include "core/model/architecture.h"

namespace kerf::core {
namespace {

constexpr BiasRule kNoBias { {}, false };
constexpr BiasRule kBias { {}, true };
constexpr std::string_view kFusedAttention = "qkv_proj", kFusedMlp = "gate_up_proj"; // as vLLM names them

std::vector<LayerTemplate> separateLayers(BiasRule queryKeyValue, BiasRule output, BiasRule mlp)
{
    return {
        { LayerPlace::Query, "q", "self_attn.q_proj", queryKeyValue, kFusedAttention },
        { LayerPlace::Key, "k", "self_attn.k_proj", queryKeyValue, kFusedAttention },
        { LayerPlace::Value, "v", "self_attn.v_proj", queryKeyValue, kFusedAttention },
        { LayerPlace::Output, "o", "self_attn.o_proj", output },
        { LayerPlace::Gate, "gate", "mlp.gate_proj", mlp, kFusedMlp },
        { LayerPlace::Up, "up", "mlp.up_proj", mlp, kFusedMlp },
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
            .activation = "activation_function",
            .innerFactor = 4 },
        .defaults = { .epsilon = 1e-5, .positions = 1024, .tied = true, .activation = "gelu_new" },
        .norm = NormKind::Layer,
        .layout = WeightLayout::InOut,
        .positions = Positions::Learned,
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
        .norms = fourNorms(),
        .layers = separateLayers(kAttention, kAttention, kNoBias),
        .fixedSwitches = { { "use_bidirectional_attention", false } },
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
        .norms = preNorms(),
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
        .norms = preNorms(),
        .layers = separateLayers({ "use_qkv_bias", false }, kNoBias, kNoBias),
        .fixedSwitches = { { "use_parallel_residual", false }, { "qk_layernorm", false } },
    };
}

Architecture starcoder2()
{
    constexpr BiasRule kUseBias { "use_bias", true };
    return {
        .type = "starcoder2",
        .className = "Starcoder2ForCausalLM",
        .keys = { .epsilon = "norm_epsilon" },
        .defaults = { .epsilon = 1e-5, .positions = 4096, .tied = true, .activation = "gelu_pytorch_tanh" },
        .norm = NormKind::Layer,
        .window = WindowRule::EveryBlock,
        .norms = preNorms(),
        .layers = { { LayerPlace::Query, "q", "self_attn.q_proj", kUseBias, kFusedAttention },
            { LayerPlace::Key, "k", "self_attn.k_proj", kUseBias, kFusedAttention },
            { LayerPlace::Value, "v", "self_attn.v_proj", kUseBias, kFusedAttention },
            { LayerPlace::Output, "o", "self_attn.o_proj", kUseBias }, { LayerPlace::Up, "fc", "mlp.c_fc", kUseBias },
            { LayerPlace::Down, "proj", "mlp.c_proj", kUseBias } },
    };
}

/// The names of GPT-NeoX and BLOOM, whose queries, keys and values are fused head by head.
std::vector<LayerTemplate> fusedLayers(std::string_view fused, std::string_view output, BiasRule attention)
{
    return { { LayerPlace::QueryKeyValue, "qkv", fused, attention }, { LayerPlace::Output, "o", output, attention },
        { LayerPlace::Up, "fc", "mlp.dense_h_to_4h", kBias },
        { LayerPlace::Down, "proj", "mlp.dense_4h_to_h", kBias } };
}

Architecture gptNeoX()
{
    return {
        .type = "gpt_neox",
        .className = "GPTNeoXForCausalLM",
        .prefixes = { "gpt_neox.", "" },
        .embedding = "embed_in",
        .finalNorm = "final_layer_norm",
        .head = "embed_out",
        .keys = { .keyValueHeads = {},
            .epsilon = "layer_norm_eps",
            .rotaryFraction = "rotary_pct",
            .ropeTheta = "rotary_emb_base" },
        .defaults = { .epsilon = 1e-5, .rotaryFraction = 0.25, .activation = "gelu" },
        .norm = NormKind::Layer,
        .fusedOrder = FusedOrder::ByHead,
        .order = BlockOrder::BySwitch,
        .norms = preNorms(),
        .layers = fusedLayers("attention.query_key_value", "attention.dense", { "attention_bias", true }),
    };
}

Architecture bloom()
{
    return {
        .type = "bloom",
        .className = "BloomForCausalLM",
        .prefixes = { "transformer.", "" },
        .embedding = "word_embeddings",
        .embeddingNorm = "word_embeddings_layernorm",
        .blocks = "h",
        .finalNorm = "ln_f",
        .keys = { .hiddenOlder = "n_embed",
            .blocks = "n_layer",
            .heads = "n_head",
            .keyValueHeads = {},
            .inner = "n_inner",
            .positions = "seq_length",
            .epsilon = "layer_norm_epsilon",
            .innerFactor = 4 },
        .defaults = { .epsilon = 1e-5, .tied = true, .activation = "gelu_new" },
        .norm = NormKind::Layer,
        .fusedOrder = FusedOrder::ByHead,
        .positions = Positions::Alibi,
        .norms = preNorms(),
        .layers = fusedLayers("self_attention.query_key_value", "self_attention.dense", kBias),
        .fixedSwitches = { { "apply_residual_connection_post_layernorm", false } },
    };
}

Architecture mixtral()
{
    return {
        .type = "mixtral",
        .className = "MixtralForCausalLM",
        .defaults = { .epsilon = 1e-5, .positions = 131072, .ropeTheta = 1e6 },
        .window = WindowRule::EveryBlock,
        .experts = { .router = "block_sparse_moe.gate",
            .countKey = "num_local_experts",
            .topKey = "num_experts_per_tok",
            .countDefault = 8,
            .topDefault = 2 },
        .norms = preNorms(),
        .layers = { { LayerPlace::Query, "q", "self_attn.q_proj", kNoBias, kFusedAttention },
            { LayerPlace::Key, "k", "self_attn.k_proj", kNoBias, kFusedAttention },
            { LayerPlace::Value, "v", "self_attn.v_proj", kNoBias, kFusedAttention },
            { LayerPlace::Output, "o", "self_attn.o_proj", kNoBias },
            { LayerPlace::Gate, "gate", "block_sparse_moe.experts.{}.w1", kNoBias },
            { LayerPlace::Up, "up", "block_sparse_moe.experts.{}.w3", kNoBias },
            { LayerPlace::Down, "down", "block_sparse_moe.experts.{}.w2", kNoBias } },
    };
}

} // namespace

const std::vector<Architecture>& architectures()
{
    static const std::vector<Architecture> rows { bloom(), gemma(), gemma2(), gemma3(), gpt2(), gptNeoX(), granite(),
        llama(), mistral(), mixtral(), olmo2(), qwen2(), qwen3(), stablelm(), starcoder2() };
    return rows;
}

const Architecture* findArchitecture(std::string_view type, std::string_view className)
{
    const auto& rows = architectures();
    const auto found = std::find_if(rows.begin(), rows.end(),
        [&](const Architecture& row) { return type.empty() ? row.className == className : row.type == type; });
    return found == rows.end() ? nullptr : &*found;
}

std::string moduleName(std::string_view type, const std::string& module)
{
    const Architecture* family = findArchitecture(type, {});
    if (!family || module.starts_with(family->prefixes.front()) || module == family->head)
        return module;
    return std::string(family->prefixes.front()) + module;
}

bool triedInLoaders(std::string_view type)
{
    return std::ranges::find(architectures(), type, &Architecture::type) != architectures().end();
}

std::string architectureNames()
{
    std::string names;
    for (const Architecture& row : architectures())
        names.append(names.empty() ? "" : ", ").append(row.type);
    return names;
}

} // namespace kerf::core
