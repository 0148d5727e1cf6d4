// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/stack_form.h"
#include "core/model/architecture.h"
#include "core/model/decoder_config.h"
#include "core/model/network.h"
#include "kernels/activation.h"

namespace kerf::core {

/// Whether llama.cpp's graph of an architecture reads tensors of a kind.
enum class GgufPart {
    None, ///< it takes no file that has them
    Optional,
    Needed, ///< it takes no file without them
};

/// A family as llama.cpp knows it (llama-arch.cpp, models/*.cpp, conversion/*.py): what its Architecture does not say.
/// A new family is a new row of gguf_family.cpp.
struct GgufFamily {
    std::string_view architecture; ///< general.architecture
    std::string_view type; ///< model_type of the row of the table
    /// Queries and keys stand in the order of rotary pairs, and frequencies may be scaled one by one (rope_freqs).
    bool pairsHeads = false;
    GgufPart head = GgufPart::Optional; ///< output.weight; without it the embedding is the head
    GgufPart biases = GgufPart::None; ///< of layers that may have one
    bool turnsParts = false; ///< a part of each head may be what turns
    bool headsFillHidden = false; ///< the heads' channels are as many as the hidden size
    kernels::Activation activation = kernels::Activation::Silu;
    std::int64_t windowPeriod = 0; ///< each so many-th block sees all positions, the others a window; 0: all see all
    /// With so many blocks scores are divided by sqrt(hidden size / heads) instead of sqrt(channels of a head).
    std::int64_t blocksOfOtherScale = 0;
    std::int64_t unturnedPeriod = 0; ///< each so many-th block does not turn; 0: all do
    bool isUngrouped = false; ///< as many heads of keys and values as of queries
    bool renormalizes = true; ///< the weights of the chosen experts add up to 1
    bool routesByKeys = false; ///< keys say how experts are chosen and weighted
    bool leadsDense = false; ///< the first blocks may have an MLP in place of experts
    bool isParallel = false; ///< attention and MLP read the block's input
    std::string_view mlpNorm = "ffn_norm"; ///< before the MLP, which reads what attention added to
    std::string_view besideNorm = "attn_norm"; ///< before attention, where the MLP beside it has a norm of its own
    bool roundsYarn = true; ///< models have the ends of yarn's ramp rounded, as llama.cpp computes it for all
};
std::span<const GgufFamily> ggufFamilies();
/// By model_type; nullptr when Kerf neither reads nor writes it as GGUF.
const GgufFamily* ggufFamilyOf(std::string_view type);
/// The numbers of expert_gating_func by which scores of experts are softmaxes and sigmoids.
inline constexpr std::int64_t kSoftmaxGating = 1, kSigmoidGating = 2;
/// Of an architecture, with experts or without; of two that differ by it the one whose scores are sigmoids, or not.
/// nullptr when there is none.
const GgufFamily* ggufFamilyNamed(std::string_view architecture, bool hasExperts, bool areSigmoids);

/// What 1 / the square of the factor of the scores is in llama.cpp, where no key says it.
std::int64_t ggufQueryScalar(const GgufFamily& family, const DecoderConfig& config);

/// A constant factor of the network, or a soft cap, under both names.
struct GgufFactor {
    std::string_view FactorKeys::*key; ///< of config.json
    std::string_view name; ///< behind "<architecture>."
    float DecoderConfig::*value;
    bool isInverse = false; ///< the file has 1 / value
};
std::span<const GgufFactor> ggufFactors();

/// A module of a network under both names, without ".weight" and ".bias".
struct GgufModule {
    std::string ours;
    std::string theirs;
    StoredForm form {}; ///< of its weight
    std::int64_t slice = -1; ///< as StoredTensor's
    bool isFloat32 = false; ///< llama.cpp wants its weight in no other type, though it is a matrix
    bool isTensor = false; ///< both are whole names of tensors
    /// Holds every second row of the weight, `theirs` the others: both then are codes, floats are in a GgufStack.
    std::string oddRows {};

    StoredForm biasForm() const { return form.rowsAlone(); }
};
/// A tensor of a network that a GGUF file holds as others.
struct GgufStack {
    std::string ours;
    StackForm form;
};
struct GgufPlaces {
    std::vector<GgufModule> modules;
    std::vector<GgufStack> stacks;
};
/// `config`: its numbers of blocks, channels, heads and experts count. `prefix`: of the base model's names, one of
/// Architecture::prefixes.
GgufPlaces ggufPlaces(
    const GgufFamily& family, const Architecture& architecture, const DecoderConfig& config, std::string_view prefix);

/// A tensor of a GGUF file that holds a layer, or some of its rows.
struct GgufLayerName {
    std::string name; ///< "blk.3.attn_q.weight"
    bool readsInputs = true; ///< its columns are the layer's inputs
};
/// Of a network's layers, by ours; the experts of a block share one, and a layer may have two. Layers that llama.cpp
/// has no name for are not there; none is where it does not know the family.
std::map<std::string, std::vector<GgufLayerName>> ggufLayerNames(const Network& network);
/// Whether llama.cpp takes codes of a layer: not where it needs one half of it transposed.
bool ggufHoldsCodes(const Network& network, const std::string& layer);

} // namespace kerf::core
