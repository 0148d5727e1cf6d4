// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/ops/norm.h"
#include "kernels/activation.h"

namespace kerf::core {

/// Norm of queries and keys before the rotation.
enum class QueryKeyNorm { None, PerHead, WholeProjection };

/// Which blocks see only the last sliding_window positions.
enum class WindowRule {
    None,
    EveryBlock, ///< all, when sliding_window is a number: Mistral
    FromBlock, ///< from max_window_layers on, when use_sliding_window: Qwen
    EvenBlocks, ///< 0, 2, 4, …: Gemma 2
    AllButEveryNth, ///< all but each sliding_window_pattern-th: Gemma 3
};

/// How the rows of a fused weight of queries, keys and values stand.
enum class FusedOrder {
    SideBySide, ///< all queries, all keys, all values
    ByHead, ///< for each head its query, key and value: GPT-NeoX, BLOOM
};

/// How attention and MLP add to the residual stream.
enum class BlockOrder {
    Serial, ///< the MLP reads what attention has added to
    BySwitch, ///< side by side, both from the block's input, where use_parallel_residual is true (or absent): GPT-NeoX
};

/// How a model knows where a token stands.
enum class Positions {
    Rotary, ///< queries and keys are turned
    Learned, ///< a table, added to the embeddings
    Alibi, ///< scores fall with the distance (Press et al., arXiv 2108.12409): BLOOM
};

/// Experts in place of an MLP; the paths of their layers stand in the table with "{}" for the expert. Empty router:
/// none.
struct ExpertNames {
    std::string_view router = {}; ///< module path below a block of the linear map that chooses
    std::string_view countKey = {}; ///< of config.json: how many
    std::string_view topKey = {}; ///< how many see a token
    std::int64_t countDefault = 0, topDefault = 0;
};

/// What a linear layer does in a block, which also fixes its shape.
enum class LayerPlace { Query, Key, Value, QueryKeyValue, Output, Gate, Up, GateUp, Down };
inline constexpr std::size_t kLayerPlaces = 9;

/// Whether a layer has a bias: what the key of config.json says, or always the fallback when there is no key.
struct BiasRule {
    std::string_view key = {};
    bool fallback = false;
};

/// One linear layer of every block.
struct LayerTemplate {
    LayerPlace place;
    std::string_view role; ///< as LayerInfo::role
    std::string_view name; ///< module path below the block
    BiasRule bias;
    std::string_view fused = {}; ///< as LayerInfo::fused
};

/// Module paths of norms below a block; empty where the family has none.
struct NormNames {
    std::string_view attentionInput = {};
    std::string_view attentionOutput = {};
    std::string_view mlpInput = {};
    std::string_view mlpOutput = {};
    std::string_view query = {};
    std::string_view key = {};
};

/// How config.json spells what every family has.
struct ConfigKeys {
    std::string_view hidden = "hidden_size";
    std::string_view hiddenOlder = {}; ///< of files that spell it differently; taken where it is there
    std::string_view blocks = "num_hidden_layers";
    std::string_view heads = "num_attention_heads";
    std::string_view keyValueHeads = "num_key_value_heads";
    std::string_view inner = "intermediate_size";
    std::string_view positions = "max_position_embeddings";
    std::string_view epsilon = "rms_norm_eps";
    std::string_view activation = "hidden_act";
    std::string_view rotaryFraction = "partial_rotary_factor";
    std::string_view ropeTheta = "rope_theta";
    std::int64_t innerFactor = 0; ///< inner size when its key is absent, times the hidden size; 0: the key is needed
};

/// A switch of config.json that this decoder has only one position of.
struct FixedSwitch {
    std::string_view key = {};
    bool value; ///< the supported position, also the default
};

/// Values of keys that config.json leaves out: what the family's own configuration class says.
struct ConfigDefaults {
    double epsilon = 1e-6;
    std::int64_t positions = 2048;
    std::int64_t headDim = 0; ///< 0: hidden size / heads
    std::int64_t slidingWindow = 0; ///< 0: none
    double ropeTheta = 10000;
    double localRopeTheta = 0; ///< of blocks that slide (rope_local_base_freq); 0: the same as of the others
    double rotaryFraction = 1; ///< partial_rotary_factor
    bool tied = false; ///< tie_word_embeddings
    std::string_view activation = "silu";
};

/// Constant factors, as keys of config.json; empty: the factor is 1 (or no cap).
struct FactorKeys {
    std::string_view embedding = {}; ///< embeddings are multiplied by it
    std::string_view attention = {}; ///< scores are multiplied by it instead of 1 / sqrt(head_dim)
    std::string_view queryScalar = {}; ///< scores are multiplied by 1 / sqrt(it)
    std::string_view residual = {}; ///< what attention and MLP add is multiplied by it
    std::string_view logitsDivisor = {};
    bool embeddingRootOfHidden = false; ///< embeddings are multiplied by sqrt(hidden size): Gemma
    std::string_view attentionCap = {}; ///< soft cap of the scores
    double attentionCapDefault = 0; ///< when the key is absent; 0: none
    std::string_view finalCap = {}; ///< soft cap of the logits
    double finalCapDefault = 0;
};

/// A family of decoders, as data. A new family is a new row in architectures.cpp.
struct Architecture {
    std::string_view type; ///< model_type: "llama"
    std::string_view className; ///< architectures[0]: "LlamaForCausalLM"
    std::vector<std::string_view> prefixes = { "model." }; ///< of the base model's names; the first that fits is taken
    std::string_view embedding = "embed_tokens";
    std::string_view embeddingNorm = {}; ///< of the embeddings; empty: none
    std::string_view positionEmbedding = {}; ///< of Positions::Learned
    std::string_view blocks = "layers";
    std::string_view finalNorm = "norm";
    std::string_view head = "lm_head"; ///< without prefix
    ConfigKeys keys = {};
    ConfigDefaults defaults = {};
    NormKind norm = NormKind::Rms;
    double normOffset = 0; ///< added to the stored weights of norms: 1 for Gemma
    QueryKeyNorm queryKeyNorm = QueryKeyNorm::None;
    WindowRule window = WindowRule::None;
    FactorKeys factors = {};
    WeightLayout layout = WeightLayout::OutIn;
    FusedOrder fusedOrder = FusedOrder::SideBySide; ///< of fused queries, keys and values
    BlockOrder order = BlockOrder::Serial;
    Positions positions = Positions::Rotary;
    ExpertNames experts = {};
    bool overflowsHalf = false; ///< see NetworkInfo
    NormNames norms = {};
    std::vector<LayerTemplate> layers = {}; ///< in the order in which they run
    std::vector<FixedSwitch> fixedSwitches = {};
};

const std::vector<Architecture>& architectures();
/// By model_type, or by class name when the type is empty; nullptr when unknown.
const Architecture* findArchitecture(std::string_view type, std::string_view className);
/// A module as the class of a model_type names it: with the base model's prefix ("transformer."), which the tensors of
/// some checkpoints lack.
std::string moduleName(std::string_view type, const std::string& module);
/// Whether exports of this model_type were loaded by transformers and gave the same logits (docs/results/loaders.md):
/// what a note may promise.
bool triedInLoaders(std::string_view type);
/// "gemma2, gpt2, llama, …": for error messages and help.
std::string architectureNames();

} // namespace kerf::core
