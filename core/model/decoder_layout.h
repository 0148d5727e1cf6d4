// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
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
    Notes notes; ///< tensors that contradict the configuration or are no part of what it describes

    bool isTied() const { return head == embedding; }
};

/// Lays the configuration out over the checkpoint. `quantized` (may be null) has the layers whose weight is stored as
/// codes. Reads headers, and two kinds of tensors that the configuration does not ask for: a head beside the embedding
/// that it should be tied to (up to the first difference), and biases (whether they are 0).
/// Errors: BadFile (tensor missing, or of another shape or type: named; head stored as codes).
Result<DecoderLayout> layOutDecoder(
    const DecoderConfig& config, const Checkpoint& checkpoint, const QuantizedFolder* quantized);

} // namespace kerf::core
