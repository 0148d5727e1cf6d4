// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <utility>

#include "core/model/family_rows.h"

namespace kerf::core {
namespace {

/// The names of GPT-NeoX, BLOOM and Falcon, whose queries, keys and values are fused head by head.
std::vector<LayerTemplate> fusedLayers(std::string_view fused, std::string_view output, BiasRule attention)
{
    return { { LayerPlace::QueryKeyValue, "qkv", fused, attention }, { LayerPlace::Output, "o", output, attention },
        { LayerPlace::Up, "fc", "mlp.dense_h_to_4h", kBias },
        { LayerPlace::Down, "proj", "mlp.dense_4h_to_h", kBias } };
}

/// As GPT-2's files spell them, and GPT-J's.
ConfigKeys gptKeys()
{
    return { .hidden = "n_embd",
        .blocks = "n_layer",
        .heads = "n_head",
        .keyValueHeads = {},
        .inner = "n_inner",
        .positions = "n_positions",
        .epsilon = "layer_norm_epsilon",
        .activation = "activation_function",
        .innerFactor = 4 };
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
        .keys = gptKeys(),
        .defaults = { .epsilon = 1e-5, .positions = 1024, .tied = true, .activation = "gelu_new" },
        .norm = NormKind::Layer,
        .layout = WeightLayout::InOut,
        .positions = Positions::Learned,
        .isTried = true,
        .norms = { .attentionInput = "ln_1", .mlpInput = "ln_2" },
        .layers = { { LayerPlace::QueryKeyValue, "qkv", "attn.c_attn", kBias },
            { LayerPlace::Output, "o", "attn.c_proj", kBias }, { LayerPlace::Up, "fc", "mlp.c_fc", kBias },
            { LayerPlace::Down, "proj", "mlp.c_proj", kBias } },
        .fixedSwitches = { { "scale_attn_weights", true }, { "scale_attn_by_inverse_layer_idx", false },
            { "add_cross_attention", false } },
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
        .isTried = true,
        .norms = preNorms(),
        .layers = { { LayerPlace::Query, "q", "self_attn.q_proj", kUseBias, kFusedAttention },
            { LayerPlace::Key, "k", "self_attn.k_proj", kUseBias, kFusedAttention },
            { LayerPlace::Value, "v", "self_attn.v_proj", kUseBias, kFusedAttention },
            { LayerPlace::Output, "o", "self_attn.o_proj", kUseBias }, { LayerPlace::Up, "fc", "mlp.c_fc", kUseBias },
            { LayerPlace::Down, "proj", "mlp.c_proj", kUseBias } },
    };
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
        .isTried = true,
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
        .isTried = true,
        .norms = preNorms(),
        .layers = fusedLayers("self_attention.query_key_value", "self_attention.dense", kBias),
        .fixedSwitches = { { "apply_residual_connection_post_layernorm", false } },
    };
}

/// Phi-1, 1.5 and 2.
Architecture phi()
{
    std::vector<LayerTemplate> layers = separateAttention(kBias, kBias, "self_attn.dense");
    layers.push_back({ LayerPlace::Up, "fc", "mlp.fc1", kBias });
    layers.push_back({ LayerPlace::Down, "proj", "mlp.fc2", kBias });
    return {
        .type = "phi",
        .className = "PhiForCausalLM",
        .finalNorm = "final_layernorm",
        .headBias = true,
        .keys = { .epsilon = "layer_norm_eps" },
        .defaults = { .epsilon = 1e-5, .rotaryFraction = 0.5, .activation = "gelu_new" },
        .norm = NormKind::Layer,
        .order = BlockOrder::Parallel,
        .isTried = true,
        .norms = { .attentionInput = "input_layernorm" },
        .layers = std::move(layers),
        .fixedSwitches = { { "qk_layernorm", false } },
    };
}

Architecture gptJ()
{
    ConfigKeys keys = gptKeys();
    keys.rotaryCount = "rotary_dim";
    return {
        .type = "gptj",
        .className = "GPTJForCausalLM",
        .prefixes = { "transformer.", "" },
        .embedding = "wte",
        .blocks = "h",
        .finalNorm = "ln_f",
        .headBias = true,
        .keys = std::move(keys),
        .defaults = { .epsilon = 1e-5, .rotaryCount = 64, .activation = "gelu_new" },
        .norm = NormKind::Layer,
        .order = BlockOrder::Parallel,
        .pairing = RotaryPairing::Neighbours,
        .isTried = true,
        .norms = { .attentionInput = "ln_1" },
        .layers = { { LayerPlace::Query, "q", "attn.q_proj", kNoBias, kFusedAttention },
            { LayerPlace::Key, "k", "attn.k_proj", kNoBias, kFusedAttention },
            { LayerPlace::Value, "v", "attn.v_proj", kNoBias, kFusedAttention },
            { LayerPlace::Output, "o", "attn.out_proj", kNoBias }, { LayerPlace::Up, "fc", "mlp.fc_in", kBias },
            { LayerPlace::Down, "proj", "mlp.fc_out", kBias } },
    };
}

Architecture opt()
{
    constexpr BiasRule kEnabled { "enable_bias", true };
    std::vector<LayerTemplate> layers = separateAttention(kEnabled, kEnabled, "self_attn.out_proj");
    layers.push_back({ LayerPlace::Up, "fc", "fc1", kEnabled });
    layers.push_back({ LayerPlace::Down, "proj", "fc2", kEnabled });
    return {
        .type = "opt",
        .className = "OPTForCausalLM",
        .prefixes = { "model.decoder.", "decoder." },
        .positionEmbedding = "embed_positions",
        .finalNorm = "final_layer_norm",
        .embeddingIn = "project_in",
        .embeddingOut = "project_out",
        .keys = { .keyValueHeads = {},
            .inner = "ffn_dim",
            .epsilon = {},
            .activation = "activation_function",
            .normsBehind = "do_layer_norm_before",
            .embeddingWidth = "word_embed_proj_dim" },
        .defaults = { .epsilon = 1e-5, .tied = true, .activation = "relu" },
        .norm = NormKind::Layer,
        .positions = Positions::Learned,
        .positionOffset = 2,
        .isTried = true,
        .norms = { .attentionInput = "self_attn_layer_norm", .mlpInput = "final_layer_norm" },
        .layers = std::move(layers),
        .fixedSwitches = { { "layer_norm_elementwise_affine", true }, { "_remove_final_layer_norm", false } },
    };
}

/// Attention and MLP side by side from one norm: Falcon 7B and 11B.
Architecture falcon()
{
    constexpr BiasRule kSwitch { "bias", false };
    std::vector<LayerTemplate> layers = fusedLayers("self_attention.query_key_value", "self_attention.dense", kSwitch);
    for (LayerTemplate& layer : layers)
        layer.bias = kSwitch;
    return {
        .type = "falcon",
        .className = "FalconForCausalLM",
        .prefixes = { "transformer.", "" },
        .embedding = "word_embeddings",
        .blocks = "h",
        .finalNorm = "ln_f",
        .cases = { { "new_decoder_architecture", 0, 0 }, { "parallel_attn", 1, 1 } },
        .keys = { .keyValueHeads = {},
            .oneKeyValueHead = "multi_query",
            .inner = "ffn_hidden_size",
            .epsilon = "layer_norm_epsilon",
            .activation = "activation",
            .innerFactor = 4 },
        .defaults = { .epsilon = 1e-5, .tied = true, .activation = "gelu" },
        .norm = NormKind::Layer,
        .fusedOrder = FusedOrder::ByHead,
        .order = BlockOrder::Parallel,
        .norms = { .attentionInput = "input_layernorm" },
        .layers = std::move(layers),
        .fixedSwitches = { { "alibi", false } },
        .idleKeys = { "num_kv_heads", "num_ln_in_parallel_attn" },
    };
}

/// The MLP behind attention.
Architecture falconSerial()
{
    Architecture row = falcon();
    row.cases = { { "new_decoder_architecture", 0, 0 }, { "parallel_attn", 0, 1 } };
    row.order = BlockOrder::Serial;
    row.norms.mlpInput = "post_attention_layernorm";
    return row;
}

/// Groups of key/value heads; one norm for both.
Architecture falconGrouped()
{
    Architecture row = falcon();
    row.cases = { { "new_decoder_architecture", 1, 0 }, { "num_ln_in_parallel_attn", 1, 2 } };
    row.keys.keyValueHeads = "num_kv_heads";
    row.keys.oneKeyValueHead = {};
    row.idleKeys = { "multi_query", "parallel_attn" };
    return row;
}

/// Groups of key/value heads; a norm for each: Falcon 40B and 180B.
Architecture falconTwoNorms()
{
    Architecture row = falconGrouped();
    row.cases.back() = { "num_ln_in_parallel_attn", 2, 2 };
    row.norms = { .attentionInput = "ln_attn", .mlpInput = "ln_mlp" };
    return row;
}

} // namespace

std::vector<Architecture> plainFamilies()
{
    return { gpt2(), starcoder2(), gptNeoX(), bloom(), phi(), gptJ(), opt(), falcon(), falconSerial(), falconGrouped(),
        falconTwoNorms() };
}

} // namespace kerf::core
