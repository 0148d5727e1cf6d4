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
    layers.push_back(
        { LayerPlace::Gate, "shared_gate", "mlp.shared_expert.gate_proj", kNoBias, kFusedMlp, LayerPart::Shared });
    layers.push_back(
        { LayerPlace::Up, "shared_up", "mlp.shared_expert.up_proj", kNoBias, kFusedMlp, LayerPart::Shared });
    layers.push_back(
        { LayerPlace::Down, "shared_down", "mlp.shared_expert.down_proj", kNoBias, {}, LayerPart::Shared });
    return {
        .type = "qwen2_moe",
        .className = "Qwen2MoeForCausalLM",
        .defaults = { .positions = 32768, .slidingWindow = 4096 },
        .window = WindowRule::FromBlock,
        .experts = std::move(experts),
        .norms = preNorms(),
        .layers = std::move(layers),
    };
}

} // namespace

std::vector<Architecture> expertFamilies()
{
    return { mixtral(), olmoe(), qwen2Moe(), qwen3Moe() };
}

} // namespace kerf::core
