// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "core/base/matrix.h"
#include "core/model/decoder_config.h"
#include "core/model/network.h"
#include "core/model/orthogonal.h"
#include "core/model/rotary.h"
#include "core/model/scratch.h"

namespace kerf::core {

/// Weight (1 + w where the family says so) and bias of a norm. Empty weight: no norm here.
struct NormWeights {
    Vector weight;
    Vector bias;
};

/// The linear operators of a block by place; null where the family has none.
using BlockLinears = std::array<LinearPtr, kLayerPlaces>;

/// One block, decoded to float32.
class DecoderBlock final : public BlockWeights {
public:
    const Matrix& weight(const std::string& layer) const override { return *weights.at(layer); }

    int index = 0;
    BlockLinears linears;
    std::array<Vector, kLayerPlaces> biases; ///< empty: none
    std::array<std::string, 4> sites; ///< name of the site of each stage
    NormWeights attentionInput, attentionOutput, mlpInput, mlpOutput, query, key;
    std::map<std::string, const Matrix*> weights; ///< by layer name; owned by linears
};

/// y = norm(x) row by row, in parallel. x may be y.
void normalizeRows(NormKind kind, const NormWeights& norm, double epsilon, const MatrixRef& x, MutableMatrixRef y);

/// Keys and values of the positions that a block has seen: [max positions, kv width] each, rounded where the cache's
/// format rounds every token.
struct KeyValueCache {
    Matrix keys;
    Matrix values;
    Matrix roundedKeys, roundedValues; ///< of formats with a residual window; empty for the others
};

/// What runDecoderBlock is given besides the weights.
struct DecoderBlockRun {
    const DecoderConfig& config;
    const DecoderBlock& block;
    const BlockLinears& linears; ///< the block's own, or what replaces them
    BlockScratch& scratch;
    const RotaryTable* rotary = nullptr; ///< null: learned positions
    const Tap* tap = nullptr;
    int lastStage = -1;
    BlockPart part = BlockPart::Whole;
    KeyValueCache* cache = nullptr; ///< one window that goes on at `position`; its keys and values are added
    std::int64_t position = 0;
    const CacheSetting* setting = nullptr; ///< null: keys and values stay as they are
    const std::function<void(const MatrixRef& keys, const MatrixRef& values)>* cacheTap = nullptr;
    const OnlineRotations* online = nullptr; ///< null: none
};

/// Runs one block over windows that lie one after the other in hidden, in place (unless lastStage says to stop).
void runDecoderBlock(const DecoderBlockRun& run, std::span<const std::int64_t> lengths, MutableMatrixRef hidden);

} // namespace kerf::core
