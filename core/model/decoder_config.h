// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/note.h"
#include "core/graph/ops/clamped_swiglu.h"
#include "core/graph/ops/route.h"
#include "core/model/architecture.h"
#include "core/model/rotary.h"

namespace kerf::core {

/// Latent attention: a head has plainDim + turnedDim elements in queries and keys, and valueDim in values.
struct LatentSizes {
    std::int64_t queryRank = 0; ///< 0: queries are made of the input itself
    std::int64_t rank = 0;
    std::int64_t plainDim = 0;
    std::int64_t turnedDim = 0; ///< behind the others; all heads share one in the keys
    std::int64_t valueDim = 0;
};

/// A decoder's config.json, resolved: every default filled in, every option checked.
struct DecoderConfig {
    const Architecture* architecture = nullptr;
    std::int64_t hidden = 0;
    std::int64_t blocks = 0;
    std::int64_t heads = 0;
    std::int64_t keyValueHeads = 0;
    std::int64_t headDim = 0;
    std::int64_t inner = 0;
    std::int64_t vocabulary = 0;
    std::int64_t positions = 0;
    double epsilon = 0;
    kernels::Activation activation = kernels::Activation::Silu;
    bool tied = false;

    float attentionScale = 1;
    float attentionCap = 0; ///< 0: none
    float finalCap = 0; ///< 0: none
    float embeddingFactor = 1;
    float residualFactor = 1;
    float logitsFactor = 1;

    std::vector<bool> biases; ///< of architecture->layers
    std::int64_t slidingWindow = 0; ///< 0: none
    std::vector<bool> slides; ///< of each block: whether it sees only the last slidingWindow positions
    std::vector<RotaryAngles> rotaries; ///< none where nothing rotates; [0] for all blocks, or [1] for those that slide
    std::vector<bool> turns; ///< of each block: whether queries and keys turn in it
    std::int64_t embeddingWidth = 0; ///< of the table's rows
    bool parallel = false; ///< attention and MLP both read the block's input
    bool normsBehind = false; ///< norms stand behind what attention and MLP add to, none before the head
    std::vector<bool> routed; ///< of each block: whether it has experts, not an MLP
    std::int64_t experts = 0; ///< 0: none in any block
    std::int64_t expertInner = 0;
    std::int64_t sharedInner = 0; ///< of the MLP beside the experts; 0: there is none
    Route route; ///< how experts are chosen
    LatentSizes latent; ///< of architecture->isLatent
    bool turnsNeighbours = false; ///< RotaryPairing::Neighbours
    ClampedSwiglu clamp; ///< of architecture->clampsGate
    Notes notes; ///< keys that contradict each other or are not read

    std::int64_t queryWidth() const { return heads * headDim; }
    std::int64_t keyValueWidth() const { return keyValueHeads * headDim; }
    std::int64_t valueDim() const { return latent.rank > 0 ? latent.valueDim : headDim; }
    bool gated() const;
};

/// Errors: BadFile: a sentence that starts with `what` (the file's name) and names the key.
Result<DecoderConfig> parseDecoderConfig(std::string_view text, const std::string& what);

} // namespace kerf::core
