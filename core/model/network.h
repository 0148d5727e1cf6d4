// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/format/format.h"
#include "core/format/kv_format.h"

namespace kerf::core {

using TokenId = std::int32_t;

/// One quantizable weight of a model and its place in it.
struct LayerInfo {
    std::string name; ///< module path without ".weight": "model.layers.3.self_attn.q_proj"
    int block = 0;
    std::string role; ///< "q", "k", "v", "o", "gate", "up", "down"; fused weights: "qkv", "gate_up", "fc", "proj"
    LayerShape shape; ///< of y = W x, whatever the order on disk
    /// Layers with the same site read the same input, so they share statistics: q/k/v, gate/up.
    /// Unique in the model: "model.layers.3.self_attn.q_proj" (the name of the first layer that reads it).
    std::string site;
    /// Order inside the block: all layers of stage 0 are read before any of stage 1 (q k v | o | gate up | down).
    int stage = 0;
    /// Layers that fusing runtimes need in one format (vLLM: q=k=v, gate=up): same text. Unique in the model.
    std::string tie;
};

/// A linear map y = x Wᵀ + b that a network runs in place of a layer's own weight.
class LinearOperator {
public:
    LinearOperator() = default;
    LinearOperator(const LinearOperator&) = delete;
    LinearOperator& operator=(const LinearOperator&) = delete;
    virtual ~LinearOperator() = default;
    virtual LayerShape shape() const = 0;
    /// y = x Wᵀ (the bias is the network's). x [tokens, cols], y [tokens, rows]; `lengths`: how many of the rows each
    /// window has, in order, all of them together. A window's result is the same bits for any thread count and
    /// whatever other windows are beside it: no product reaches over the end of a window.
    virtual void apply(const MatrixRef& x, std::span<const std::int64_t> lengths, MutableMatrixRef y) const = 0;
};
using LinearPtr = std::shared_ptr<const LinearOperator>;

/// A dense float32 weight, through BLAS in tiles.
LinearPtr makeDenseLinear(Matrix weight);
/// A quantized weight, decoded tile by tile into float32 and multiplied there: the exact function of the codes.
LinearPtr makeQuantizedLinear(std::shared_ptr<const QuantizedTensor> tensor);

/// Weights that replace the checkpoint's own, by layer name. Layers not named run as in the checkpoint.
using Replacements = std::map<std::string, LinearPtr>;

/// Windows of tokens that go through the network side by side: hidden states of all their tokens, window after window.
struct Hidden {
    Matrix rows; ///< [sum of lengths, hidden_size]
    std::vector<std::int64_t> lengths; ///< tokens of each window
};

/// Sees the input of a site: x [tokens, cols], in the order of the windows. Called once a site and a runBlock.
/// Every sub-sequence of rows is of whole windows.
using Tap = std::function<void(const std::string& site, const MatrixRef& x)>;

/// The weights of one block, decoded to float32. Opaque: made by loadBlock, used by runBlock, freed when dropped.
class BlockWeights {
public:
    BlockWeights() = default;
    BlockWeights(const BlockWeights&) = delete;
    BlockWeights& operator=(const BlockWeights&) = delete;
    virtual ~BlockWeights() = default;
    /// The decoded weight of a layer of this block. Precondition: the layer belongs to the block.
    virtual const Matrix& weight(const std::string& layer) const = 0;
};

/// What of a block runs. Each half adds to the residual stream once: the first holds stages 0 and 1, the second 2
/// and 3. A network that is not made of such halves does everything in the first.
enum class BlockPart { Whole, Attention, Mlp };

constexpr BlockPart partOf(int stage)
{
    return stage < 2 ? BlockPart::Attention : BlockPart::Mlp;
}

struct BlockRun {
    const Replacements* replacements = nullptr;
    Tap tap; ///< may be empty
    int lastStage = -1; ///< stop after the taps of this stage were called; hidden is then left as it was. -1 = run all
    BlockPart part = BlockPart::Whole; ///< hidden is the residual stream before it, and behind it when it is through
    const CacheSetting* cache = nullptr; ///< how this block's keys and values are kept; null: as they are
    /// Sees keys (after the rotation) and values of this block, [tokens, kv width] each; may be empty. May be called
    /// several times, each with whole windows.
    std::function<void(const MatrixRef& keys, const MatrixRef& values)> cacheTap {};
};

/// A model that can be run block by block. Knows nothing about quantization beyond LinearOperator.
/// Thread-safe for concurrent const calls.
class Network {
public:
    Network() = default;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    virtual ~Network() = default;

    virtual const std::vector<LayerInfo>& layers() const = 0; ///< in order of block, then stage
    virtual int blockCount() const = 0;
    virtual std::int64_t hiddenSize() const = 0;
    virtual std::int64_t vocabularySize() const = 0;
    virtual std::int64_t maxPositions() const = 0; ///< longest window the model takes
    /// Of one block's key/value cache; no heads for a network that has none.
    virtual CacheShape cacheShape() const { return {}; }
    virtual std::int64_t parameterCount() const = 0; ///< all parameters, tied ones once
    virtual const std::string& architecture() const = 0; ///< model_type: "llama"

    /// Embeds windows. Errors: InvalidArgument (token out of range, window too long).
    virtual Result<Hidden> embed(std::span<const std::vector<TokenId>> windows) const = 0;
    virtual Result<std::shared_ptr<const BlockWeights>> loadBlock(int block) const = 0;
    /// Runs one block over hidden, in place. Errors: Numerical, naming the block, when an output is NaN or Inf.
    virtual Status runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const = 0;
    /// Final norm and head: logits [tokens, vocabulary] of rows [first, first + count) of hidden. The same part of a
    /// window gives the same bits whatever other windows are beside it.
    virtual Result<Matrix> logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const = 0;
    /// The float32 weight of a layer, decoded from the checkpoint.
    virtual Result<Matrix> layerWeight(const std::string& layer) const = 0;
};

const LayerInfo* findLayer(const Network& network, const std::string& name);

} // namespace kerf::core
