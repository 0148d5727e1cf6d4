// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <string>

#include "core/format/format.h"

namespace kerf::core {

/// One quantizable weight of a model and its place in it: a linear map of the graph.
struct LayerInfo {
    std::string name; ///< module path without ".weight": "model.layers.3.self_attn.q_proj"
    int block = 0;
    std::string role; ///< "q", "k", "v", "o", "gate", "up", "down"; fused weights: "qkv", "gate_up", "fc", "proj"
    LayerShape shape; ///< of y = W x, whatever the order on disk
    /// Layers with the same site read the same value, so they share statistics: q/k/v, gate/up.
    /// Unique in the model: "model.layers.3.self_attn.q_proj" (the name of the first layer that reads it).
    std::string site;
    /// Order inside the block: how many layers lie one behind the other before it (q k v 0, o 1, gate up 2, down 3).
    /// What a layer reads depends on layers of earlier steps alone.
    int step = 0;
    /// Layers that fusing runtimes need in one format (vLLM: q=k=v, gate=up): same text. Unique in the model.
    std::string tie;
    /// Module that those runtimes make of the layers of a tie: "qkv_proj"; empty: none.
    std::string fused {};
    /// Stretch of the block between cuts at which no more is live than at its front: what can be run by itself from a
    /// hidden state (attention 0, MLP 1; parallel attention and MLP are one).
    int part = 0;
    int expert = -1; ///< its number, of a block that sends each token to a few of several; -1: all tokens come here
    /// Its weight is of one group of several: rows of the site have as many times its columns, and rows
    /// [g * rows / groups, …) of the weight meet columns [g * cols, (g + 1) * cols) of the site: grouped convolutions.
    int groups = 1;
};

} // namespace kerf::core
