// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/result.h"
#include "core/model/config_reader.h"
#include "kernels/activation.h"

namespace kerf::core {

/// How config.json spells what every encoder has.
struct EncoderKeys {
    std::string_view hidden = "hidden_size";
    std::string_view blocks = "num_hidden_layers";
    std::string_view heads = "num_attention_heads";
    std::string_view inner = "intermediate_size";
    std::string_view epsilon = "layer_norm_eps"; ///< empty: it is the default
    std::string_view activation = "hidden_act";
};

/// A family of encoders, as data. A new family is a new row of encoder_family.cpp.
struct EncoderFamily {
    std::string_view type; ///< model_type
    std::string_view className; ///< of those that classify texts
    std::string_view prefix; ///< of the base model's names; checkpoints of the base model alone lack it
    std::string_view words, positions, types, embeddingNorm; ///< module paths below it; types empty: it has none
    std::string_view blocks; ///< module path of the list of blocks
    std::string_view query, key, value, output, outputNorm, inner, outer, outerNorm; ///< below a block
    std::string_view headDense; ///< what is made of the first token before it is classified
    bool denseHasPrefix; ///< it belongs to the base model
    kernels::Activation headActivation;
    std::string_view classifier; ///< of texts, behind headDense
    std::string_view tokenClassifier; ///< of tokens
    bool countsFromPadding = false; ///< the first token stands at the row behind that of the padding token
    EncoderKeys keys = {};
};
std::span<const EncoderFamily> encoderFamilies();

/// An encoder's config.json, resolved.
struct EncoderConfig {
    std::int64_t hidden = 0, blocks = 0, heads = 0, inner = 0, vocabulary = 0;
    std::int64_t positions = 0; ///< rows of the table
    std::int64_t firstPosition = 0; ///< row of the first token
    std::int64_t types = 0; ///< 0: there are none
    double epsilon = 0;
    kernels::Activation activation = kernels::Activation::Gelu;
};
/// Errors: BadFile.
Result<EncoderConfig> readEncoderConfig(const ConfigReader& config, const EncoderFamily& family);

} // namespace kerf::core
