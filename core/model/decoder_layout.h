// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/model/decoder_config.h"
#include "core/model/network.h"

namespace kerf::core {

/// Where the parts of a decoder lie in a checkpoint: every tensor named and its shape checked.
struct DecoderLayout {
    struct Layer {
        LayerPlace place;
        std::size_t info = 0; ///< index into layers
        std::string weight; ///< tensor name
        std::string bias; ///< tensor name; empty: none
    };
    struct Norm {
        std::string weight; ///< tensor name; empty: no norm here
        std::string bias; ///< tensor name; empty: none
    };
    struct Block {
        std::vector<Layer> layers;
        Norm attentionInput, attentionOutput, mlpInput, mlpOutput, query, key;
    };

    std::vector<LayerInfo> layers; ///< of all blocks, in order of block, then stage
    std::vector<Block> blocks;
    std::string embedding;
    std::string positionEmbedding; ///< empty: none
    Norm finalNorm;
    std::string head; ///< the embedding when tied
    std::int64_t parameters = 0;
};

/// Lays the configuration out over the checkpoint. quantizedLayers: names of layers whose weight is stored as codes.
/// Errors: BadFile (tensor missing, or of another shape or type: named).
Result<DecoderLayout> layOutDecoder(
    const DecoderConfig& config, const Checkpoint& checkpoint, const std::set<std::string>& quantizedLayers);

} // namespace kerf::core
