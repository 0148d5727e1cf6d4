// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/matrix.h"
#include "core/base/result.h"
#include "core/base/token_id.h"
#include "core/format/format.h"
#include "core/format/kv_format.h"
#include "core/graph/graph.h"
#include "core/graph/hidden.h"
#include "core/graph/layer_info.h"
#include "core/graph/linear.h"
#include "core/graph/observation.h"
#include "core/model/output_meaning.h"

namespace kerf::core {

class Generator;
class TensorFolds;
class WeightSource;

/// The weights of one block, decoded to float32; where a block has many experts theirs are decoded whenever they are
/// used, one at a time. Opaque: made by loadBlock, used by runBlock, freed when dropped.
class BlockWeights {
public:
    BlockWeights() = default;
    BlockWeights(const BlockWeights&) = delete;
    BlockWeights& operator=(const BlockWeights&) = delete;
    virtual ~BlockWeights() = default;
    /// The decoded weight of a layer of this block. Precondition: the layer belongs to the block. Errors: BadFile.
    virtual Result<std::shared_ptr<const Matrix>> weight(const std::string& layer) const = 0;
};

struct BlockRun {
    const Replacements* replacements = nullptr;
    Tap tap; ///< may be empty
    /// Stop after the taps of this step were called; hidden is then left as it was. -1 = run all.
    int lastStep = -1;
    int part = -1; ///< of the block: hidden is what is live before it, and behind it when it is through; -1 = whole
    const CacheSetting* cache = nullptr; ///< how this block's keys and values are kept; null: as they are
    /// Sees keys (after the rotation) and values of this block, [tokens, kv width] each; may be empty. May be called
    /// several times, each with whole windows.
    std::function<void(const MatrixRef& keys, const MatrixRef& values)> cacheTap {};
    bool allExperts = false; ///< every expert sees every token, see SectionRun
};

/// What a network is besides its graph.
struct NetworkInfo {
    std::string architecture; ///< model_type: "llama"
    std::int64_t hiddenSize = 0; ///< width of the hidden state between blocks
    std::int64_t vocabularySize = 0; ///< 0: does not read tokens
    std::int64_t maxPositions = 0; ///< longest window of tokens it takes
    CacheShape cacheShape {}; ///< of one block's key/value cache; no heads for a network that has none
    /// Its activations leave the range of float16 (Gemma): rewritten tensors are written as float32, and loaders must
    /// run it in bfloat16.
    bool overflowsHalf = false;
    bool declaresTiedHead = false; ///< config.json, or the family where it says nothing, ties head and embedding
    /// Why there is only a list of layers, which cannot be run (core/model/unknown_model.h): a sentence; empty: it
    /// runs.
    std::string cannotRun {};
    /// Of inputs and outputs that are whole tensors for each sample (ONNX): the axis along which files have several
    /// samples, by name. Others have them along the first, or have one alone.
    std::map<std::string, std::size_t> sampleAxes {};
    /// What the graph's outputs are, one for each; empty: their names tell (core/task).
    std::vector<OutputMeaning> outputs {};
};

/// An operator of one input and one output that stands behind a value of a network's graph: all that read the value
/// read what it makes.
struct InsertedOp {
    ValueId behind = -1;
    const Op* op = nullptr;
    std::any attributes;
};

/// A graph with its weights, run block by block. Knows nothing about quantization beyond LinearOperator.
/// Thread-safe for concurrent const calls.
class Network {
public:
    Network() = default;
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;
    virtual ~Network() = default;

    virtual const Graph& graph() const = 0;
    virtual const NetworkInfo& info() const = 0;

    const std::vector<LayerInfo>& layers() const { return graph().layers(); } ///< in order of block, then step
    int blockCount() const { return graph().blockCount(); }
    std::int64_t hiddenSize() const { return info().hiddenSize; }
    std::int64_t vocabularySize() const { return info().vocabularySize; }
    std::int64_t maxPositions() const { return info().maxPositions; }
    CacheShape cacheShape() const { return info().cacheShape; }
    std::int64_t parameterCount() const { return graph().parameterElements(); } ///< shared ones once
    const std::string& architecture() const { return info().architecture; }

    /// From the inputs of the graph to its first block. Errors: InvalidArgument (an index out of range, a sample too
    /// long).
    virtual Result<Hidden> enter(const Batch& batch) const = 0;
    /// The same for windows of tokens, of a network that reads nothing else. Errors: InvalidArgument (token out of
    /// range, window empty or too long).
    Result<Hidden> embed(std::span<const std::vector<TokenId>> windows) const;
    virtual Result<std::shared_ptr<const BlockWeights>> loadBlock(int block) const = 0;
    /// Runs one block over hidden, in place. Errors: Numerical, naming the block, when an output is NaN or Inf.
    virtual Status runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const = 0;
    /// From the last block to the outputs of the graph, in their order.
    virtual Result<std::vector<Matrix>> leave(const Hidden& hidden) const = 0;
    /// The first output for rows [first, first + count) of the stream: logits [tokens, vocabulary]. The same part of a
    /// window gives the same bits whatever other windows are beside it. @pre the exit looks at one row at a time
    virtual Result<Matrix> logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const = 0;
    /// The float32 weight of a layer, decoded from the checkpoint.
    virtual Result<Matrix> layerWeight(const std::string& layer) const = 0;

    /// Where its weights come from.
    virtual const WeightSource& weights() const = 0;
    /// The same network over rewritten tensors, in place of any it was rewritten with before; null: as they are.
    virtual std::shared_ptr<const Network> rewritten(std::shared_ptr<const TensorFolds> folds) const = 0;
    /// The same network with these operators inserted. Layers and sites keep their names, values their numbers.
    /// @pre the values are inputs of nodes and made by nodes
    virtual std::shared_ptr<const Network> inserted(const std::vector<InsertedOp>& operators) const = 0;
    /// Null: it does not generate text.
    virtual const Generator* generator() const { return nullptr; }
};

const LayerInfo* findLayer(const Network& network, const std::string& name);

} // namespace kerf::core
