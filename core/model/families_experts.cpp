// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <utility>

#include "core/model/family_rows.h"

namespace kerf::core {
namespace {

/// The layers of each expert; `path` has "{}" for its number.
struct ExpertPaths {
    std::string_view gate, up, down;
};
constexpr ExpertPaths kMlpExperts { "mlp.experts.{}.gate_proj", "mlp.experts.{}.up_proj", "mlp.experts.{}.down_proj" };

void addExperts(std::vector<LayerTemplate>& layers, const ExpertPaths& paths)
{
    layers.push_back({ LayerPlace::Gate, "gate", paths.gate, kNoBias, {}, LayerPart::Expert });
    layers.push_back({ LayerPlace::Up, "up", paths.up, kNoBias, {}, LayerPart::Expert });
    layers.push_back({ LayerPlace::Down, "down", paths.down, kNoBias, {}, LayerPart::Expert });
}

/// The layers of the MLP beside them.
void addShared(std::vector<LayerTemplate>& layers, std::string_view gate, std::string_view up, std::string_view down,
    BiasRule bias)
{
    layers.push_back({ LayerPlace::Gate, "shared_gate", gate, bias, kFusedMlp, LayerPart::Shared });
    layers.push_back({ LayerPlace::Up, "shared_up", up, bias, kFusedMlp, LayerPart::Shared });
    layers.push_back({ LayerPlace::Down, "shared_down", down, bias, {}, LayerPart::Shared });
}

Architecture mixtral()
{
    std::vector<LayerTemplate> layers = separateAttention(kNoBias, kNoBias);
    addExperts(layers,
        { "block_sparse_moe.experts.{}.w1", "block_sparse_moe.experts.{}.w3", "block_sparse_moe.experts.{}.w2" });
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
        .isTried = true,
        .norms = preNorms(),
        .layers = std::move(layers),
    };
}

Architecture olmoe()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    std::vector<LayerTemplate> layers = separateAttention(kAttention, kAttention);
    addExperts(layers, kMlpExperts);
    return {
        .type = "olmoe",
        .className = "OlmoeForCausalLM",
        .defaults = { .epsilon = 1e-5, .positions = 4096 },
        .queryKeyNorm = QueryKeyNorm::WholeProjection,
        .experts = { .router = "mlp.gate",
            .countKey = "num_experts",
            .topKey = "num_experts_per_tok",
            .countDefault = 64,
            .topDefault = 8,
            .renormalizeKey = "norm_topk_prob" },
        .isTried = true,
        .norms = preNormsAndQueryKey(),
        .layers = std::move(layers),
        .unsetKeys = { "clip_qkv" },
    };
}

/// Qwen's, of which some blocks may have an MLP.
ExpertNames qwenExperts(std::int64_t count, std::int64_t top)
{
    return { .router = "mlp.gate",
        .countKey = "num_experts",
        .topKey = "num_experts_per_tok",
        .countDefault = count,
        .topDefault = top,
        .innerKey = "moe_intermediate_size",
        .renormalizeKey = "norm_topk_prob",
        .denseKey = "mlp_only_layers",
        .stepKey = "decoder_sparse_step" };
}

Architecture qwen3Moe()
{
    ExpertNames experts = qwenExperts(128, 8);
    experts.countAlias = "num_local_experts";
    constexpr BiasRule kAttention { "attention_bias", false };
    std::vector<LayerTemplate> layers = separateLayers(kAttention, kAttention, kNoBias);
    addExperts(layers, kMlpExperts);
    return {
        .type = "qwen3_moe",
        .className = "Qwen3MoeForCausalLM",
        .defaults = { .positions = 32768, .slidingWindow = 4096 },
        .queryKeyNorm = QueryKeyNorm::PerHead,
        .window = WindowRule::FromBlock,
        .experts = std::move(experts),
        .isTried = true,
        .norms = preNormsAndQueryKey(),
        .layers = std::move(layers),
    };
}

/// With an MLP beside the experts that every token sees.
Architecture qwen2Moe()
{
    ExpertNames experts = qwenExperts(60, 4);
    experts.sharedInnerKey = "shared_expert_intermediate_size";
    experts.sharedGate = "mlp.shared_expert_gate";
    std::vector<LayerTemplate> layers = separateLayers({ "qkv_bias", true }, kNoBias, kNoBias);
    addExperts(layers, kMlpExperts);
    addShared(
        layers, "mlp.shared_expert.gate_proj", "mlp.shared_expert.up_proj", "mlp.shared_expert.down_proj", kNoBias);
    return {
        .type = "qwen2_moe",
        .className = "Qwen2MoeForCausalLM",
        .defaults = { .positions = 32768, .slidingWindow = 4096 },
        .window = WindowRule::FromBlock,
        .experts = std::move(experts),
        .isTried = true,
        .norms = preNorms(),
        .layers = std::move(layers),
    };
}

/// Attention with sinks, and experts that lie in one tensor.
Architecture gptOss()
{
    constexpr BiasRule kAttention { "attention_bias", true };
    std::vector<LayerTemplate> layers = separateAttention(kAttention, kAttention);
    layers.push_back({ LayerPlace::GateUp, "gate_up", "mlp.experts.{}.gate_up_proj", kBias, {}, LayerPart::Expert,
        "mlp.experts.gate_up_proj" });
    layers.push_back({ LayerPlace::Down, "down", "mlp.experts.{}.down_proj", kBias, {}, LayerPart::Expert,
        "mlp.experts.down_proj" });
    return {
        .type = "gpt_oss",
        .className = "GptOssForCausalLM",
        .defaults = { .epsilon = 1e-5,
            .positions = 131072,
            .headDim = 64,
            .slidingWindow = 128,
            .ropeTheta = 150000,
            .rope = R"({"rope_type": "yarn", "factor": 32.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": false,
                "original_max_position_embeddings": 4096})" },
        .window = WindowRule::EvenBlocks,
        .sinks = "self_attn.sinks",
        .clampsGate = true,
        .experts = { .router = "mlp.router",
            .routerBias = true,
            .countKey = "num_local_experts",
            .countAlias = "num_experts",
            .topKey = "num_experts_per_tok",
            .countDefault = 128,
            .topDefault = 4 },
        .isTried = true,
        .norms = preNorms(),
        .layers = std::move(layers),
        .idleKeys = { "experts_per_token", "initial_context_length", "output_router_logits", "router_aux_loss_coef" },
    };
}

/// Latent attention, as its first user names it.
std::vector<LayerTemplate> latentAttention()
{
    constexpr BiasRule kAttention { "attention_bias", false };
    constexpr std::string_view kFusedDown = "fused_qkv_a_proj"; // as vLLM names them
    return { { LayerPlace::Query, "q", "self_attn.q_proj", kNoBias },
        { LayerPlace::QueryDown, "q_a", "self_attn.q_a_proj", kAttention, kFusedDown },
        { LayerPlace::LatentDown, "kv_a", "self_attn.kv_a_proj_with_mqa", kAttention, kFusedDown },
        { LayerPlace::QueryUp, "q_b", "self_attn.q_b_proj", kNoBias },
        { LayerPlace::LatentUp, "kv_b", "self_attn.kv_b_proj", kNoBias },
        { LayerPlace::Output, "o", "self_attn.o_proj", kAttention } };
}

/// What both families of DeepSeek share.
Architecture deepseek(std::string_view type, std::string_view className, BiasRule mlp)
{
    std::vector<LayerTemplate> layers = latentAttention();
    layers.push_back({ LayerPlace::Gate, "gate", "mlp.gate_proj", mlp, kFusedMlp });
    layers.push_back({ LayerPlace::Up, "up", "mlp.up_proj", mlp, kFusedMlp });
    layers.push_back({ LayerPlace::Down, "down", "mlp.down_proj", mlp });
    addExperts(layers, kMlpExperts);
    addShared(
        layers, "mlp.shared_experts.gate_proj", "mlp.shared_experts.up_proj", "mlp.shared_experts.down_proj", mlp);
    NormNames norms = preNorms();
    norms.queryLatent = "self_attn.q_a_layernorm";
    norms.latent = "self_attn.kv_a_layernorm";
    return {
        .type = type,
        .className = className,
        .cases = { { "moe_layer_freq", 1, 1 } },
        .pairing = RotaryPairing::Neighbours,
        .isLatent = true,
        .experts = { .router = "mlp.gate",
            .countKey = "n_routed_experts",
            .topKey = "num_experts_per_tok",
            .innerKey = "moe_intermediate_size",
            .renormalizeKey = "norm_topk_prob",
            .factorKey = "routed_scaling_factor",
            .groupsKey = "n_group",
            .topGroupsKey = "topk_group",
            .denseFirstKey = "first_k_dense_replace",
            .sharedCountKey = "n_shared_experts" },
        .isTried = true,
        .norms = std::move(norms),
        .layers = std::move(layers),
        .idleKeys = { "aux_loss_alpha", "seq_aux", "ep_size", "layers", "pretraining_tp", "scoring_func",
            "output_router_logits" },
    };
}

Architecture deepseekV2()
{
    Architecture row = deepseek("deepseek_v2", "DeepseekV2ForCausalLM", { "mlp_bias", false });
    row.experts.countAlias = "num_experts";
    row.experts.countDefault = 64;
    row.experts.innerDefault = 1407;
    row.experts.sharedCountDefault = 2;
    row.experts.methodKey = "topk_method";
    row.fixedSwitches = { { "norm_topk_prob", false } };
    return row;
}

Architecture deepseekV3()
{
    Architecture row = deepseek("deepseek_v3", "DeepseekV3ForCausalLM", kNoBias);
    row.keys.turnsNeighbours = "rope_interleave";
    row.defaults.positions = 4096;
    row.experts.countAlias = "num_local_experts";
    row.experts.countDefault = 256;
    row.experts.topDefault = 8;
    row.experts.innerDefault = 2048;
    row.experts.renormalizeDefault = true;
    row.experts.factorDefault = 2.5;
    row.experts.scores = Route::Scores::Sigmoid;
    row.experts.choiceBias = "mlp.gate.e_score_correction_bias";
    row.experts.groupsDefault = 8;
    row.experts.topGroupsDefault = 4;
    row.experts.denseFirstDefault = 3;
    row.experts.sharedCountDefault = 1;
    row.idleKeys.insert(row.idleKeys.end(), { "topk_method", "num_nextn_predict_layers", "num_mtp_layers" });
    return row;
}

} // namespace

std::vector<Architecture> expertFamilies()
{
    return { deepseekV2(), deepseekV3(), gptOss(), mixtral(), olmoe(), qwen2Moe(), qwen3Moe() };
}

} // namespace kerf::core
