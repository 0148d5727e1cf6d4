// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/ops/norm.h"
#include "core/graph/ops/route.h"
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
    ByHead, ///< for each key/value head its queries, its key and its value: GPT-NeoX, BLOOM, Falcon
};

/// How attention and MLP add to the residual stream.
enum class BlockOrder {
    Serial, ///< the MLP reads what attention has added to
    Parallel, ///< side by side, both from the block's input; one norm serves both where the MLP has none of its own
    BySwitch, ///< Parallel where use_parallel_residual is true (or absent), else Serial: GPT-NeoX
};

/// How a model knows where a token stands.
enum class Positions {
    Rotary, ///< queries and keys are turned
    Learned, ///< a table, added to the embeddings
    Alibi, ///< scores fall with the distance (Press et al., arXiv 2108.12409): BLOOM
};

/// Which elements of a head turn together.
enum class RotaryPairing {
    Halves, ///< i and i + n: GPT-NeoX, Llama
    Neighbours, ///< 2 i and 2 i + 1: GPT-J
};

/// Experts in place of an MLP; the paths of their layers stand in the table with "{}" for the expert. Empty router:
/// none. Empty keys: there is no such thing.
struct ExpertNames {
    std::string_view router = {}; ///< module path below a block of the linear map that chooses
    bool routerBias = false;
    std::string_view countKey = {}; ///< of config.json: how many
    std::string_view countAlias = {}; ///< of files that spell it differently; taken where it is there
    std::string_view topKey = {}; ///< how many see a token
    std::int64_t countDefault = 0, topDefault = 0; ///< 0: the key is needed
    std::string_view innerKey = {}; ///< their inner size; without a key that of the MLP
    std::int64_t innerDefault = 0; ///< 0: the key is needed
    std::string_view renormalizeKey = {}; ///< whether the chosen weights add up to 1; without a key they do
    bool renormalizeDefault = false;
    std::string_view factorKey = {}; ///< of the weights
    double factorDefault = 1;
    Route::Scores scores = Route::Scores::Softmax;
    std::string_view choiceBias = {}; ///< tensor below a block that is added to the scores for the choice alone
    std::string_view groupsKey = {}; ///< how many groups of experts there are
    std::string_view topGroupsKey = {}; ///< of how many of them a token's experts are
    std::int64_t groupsDefault = 1, topGroupsDefault = 1;
    std::string_view methodKey = {}; ///< "greedy": whatever the group; "group_limited_greedy"
    std::string_view denseKey = {}; ///< the numbers of the blocks that have an MLP in their place
    std::string_view denseFirstKey = {}; ///< n: the first n blocks have an MLP in their place
    std::int64_t denseFirstDefault = 0;
    std::string_view stepKey = {}; ///< n: only each n-th block has experts, those before it an MLP
    std::string_view sharedInnerKey = {}; ///< inner size of the MLP that every token sees beside them
    std::string_view sharedCountKey = {}; ///< the same as a multiple of innerKey's
    std::int64_t sharedCountDefault = 0;
    std::string_view sharedGate = {}; ///< module path of the linear map whose sigmoid that MLP is multiplied by
};

/// What a linear layer does in a block, which also fixes its shape.
enum class LayerPlace {
    Query,
    Key,
    Value,
    QueryKeyValue,
    Output,
    Gate,
    Up,
    GateUp,
    Down,
    QueryDown, ///< of latent attention: to the numbers that queries are made of, where there are such
    QueryUp, ///< from them
    LatentDown, ///< to the numbers that keys and values are made of, and the part of the keys that turns
    LatentUp, ///< from them: for each head its key, without the part that turns, and its value
};

/// Which blocks have a layer, of families with experts.
enum class LayerPart {
    Every, ///< all, or all without experts
    Expert, ///< once for each expert
    Shared, ///< of the MLP beside the experts
};

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
    LayerPart part = LayerPart::Every;
    /// Tensor below the block that holds the weights of all experts, [experts, in, out], and with "_bias" behind its
    /// name their biases; empty: each has tensors of its own.
    std::string_view stack = {};
};

/// Module paths of norms below a block; empty where the family has none.
struct NormNames {
    std::string_view attentionInput = {};
    std::string_view attentionOutput = {};
    std::string_view mlpInput = {};
    std::string_view mlpOutput = {};
    std::string_view query = {};
    std::string_view key = {};
    std::string_view queryLatent = {}; ///< of latent attention, behind LayerPlace::QueryDown
    std::string_view latent = {}; ///< behind LayerPlace::LatentDown, the part that turns left out
};

/// How config.json spells what every family has.
struct ConfigKeys {
    std::string_view hidden = "hidden_size";
    std::string_view hiddenOlder = {}; ///< of files that spell it differently; taken where it is there
    std::string_view blocks = "num_hidden_layers";
    std::string_view heads = "num_attention_heads";
    std::string_view keyValueHeads = "num_key_value_heads";
    std::string_view oneKeyValueHead = {}; ///< true (or absent): one key/value head, false: as many as heads
    std::string_view inner = "intermediate_size";
    std::string_view positions = "max_position_embeddings";
    std::string_view epsilon = "rms_norm_eps";
    std::string_view activation = "hidden_act";
    std::string_view rotaryFraction = "partial_rotary_factor";
    std::string_view rotaryCount = {}; ///< how many elements of a head turn, in place of the fraction
    std::string_view unturned = {}; ///< a list with 0 for each block that does not turn
    std::string_view unturnedPeriod = {}; ///< n, where the list is absent: each n-th block
    std::string_view normsBehind
        = {}; ///< false: norms stand behind what attention and MLP add to, none before the head
    std::string_view embeddingWidth = {}; ///< of the table; where it is not the hidden size a linear map lies between
    std::string_view ropeTheta = "rope_theta";
    std::string_view turnsNeighbours = {}; ///< false: RotaryPairing::Halves
    std::int64_t innerFactor = 0; ///< inner size when its key is absent, times the hidden size; 0: the key is needed
};

/// A switch of config.json that this decoder has only one position of.
struct FixedSwitch {
    std::string_view key = {};
    bool value; ///< the supported position, also the default
};

/// A key of config.json that must hold a number for a row to apply; true is 1.
struct ConfigCase {
    std::string_view key;
    std::int64_t value;
    std::int64_t fallback; ///< where the key is absent
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
    std::int64_t rotaryCount = 0; ///< where keys.rotaryCount is absent
    std::int64_t unturnedPeriod = 0; ///< 0: all turn
    bool tied = false; ///< tie_word_embeddings
    std::string_view activation = "silu";
    std::string_view rope = {}; ///< JSON of rope_parameters
};

/// Constant factors, as keys of config.json; empty: the factor is 1 (or no cap).
struct FactorKeys {
    std::string_view embedding = {}; ///< embeddings are multiplied by it
    std::string_view attention = {}; ///< scores are multiplied by it instead of 1 / sqrt(head_dim)
    std::string_view queryScalar = {}; ///< scores are multiplied by 1 / sqrt(it)
    std::string_view residual = {}; ///< what attention and MLP add is multiplied by it
    std::string_view logitsDivisor = {};
    std::string_view logits = {}; ///< logits are multiplied by it
    double logitsDefault = 1; ///< when that key is absent
    bool embeddingRootOfHidden = false; ///< embeddings are multiplied by sqrt(hidden size): Gemma
    std::string_view attentionCap = {}; ///< soft cap of the scores
    double attentionCapDefault = 0; ///< when the key is absent; 0: none
    std::string_view finalCap = {}; ///< soft cap of the logits
    double finalCapDefault = 0;
};

/// A family of decoders, as data. A new family is a new row in families_*.cpp.
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
    bool headBias = false;
    std::string_view embeddingIn = {}, embeddingOut = {}; ///< of keys.embeddingWidth: to the hidden size, and back
    std::vector<ConfigCase> cases = {}; ///< what config.json must say; of rows of one type the first that fits is taken
    ConfigKeys keys = {};
    ConfigDefaults defaults = {};
    NormKind norm = NormKind::Rms;
    bool normBias = true; ///< of NormKind::Layer
    double normOffset = 0; ///< added to the stored weights of norms: 1 for Gemma
    QueryKeyNorm queryKeyNorm = QueryKeyNorm::None;
    WindowRule window = WindowRule::None;
    FactorKeys factors = {};
    WeightLayout layout = WeightLayout::OutIn;
    FusedOrder fusedOrder = FusedOrder::SideBySide; ///< of fused queries, keys and values
    BlockOrder order = BlockOrder::Serial;
    Positions positions = Positions::Rotary;
    RotaryPairing pairing = RotaryPairing::Halves;
    bool isLatent = false; ///< keys and values are made of a few numbers (kv_lora_rank, qk_nope_head_dim, …)
    std::string_view sinks = {}; ///< tensor below a block: see attendWindows()
    bool clampsGate = false; ///< ClampedSwiglu of gate and up that alternate (swiglu_alpha, swiglu_limit)
    std::int64_t positionOffset = 0; ///< of Positions::Learned: the table's row of the first token
    ExpertNames experts = {};
    bool overflowsHalf = false; ///< see NetworkInfo
    bool isTried = false; ///< see triedInLoaders()
    NormNames norms = {};
    std::vector<LayerTemplate> layers = {}; ///< in the order in which they run
    std::vector<FixedSwitch> fixedSwitches = {};
    std::vector<std::string_view> unsetKeys = {}; ///< that Kerf knows only null of
    std::vector<std::string_view> idleKeys = {}; ///< that the family's class writes, and does not read
};

const std::vector<Architecture>& architectures(); ///< by type
/// By model_type, or by class name when the type is empty; nullptr when unknown. Of several rows the first.
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
