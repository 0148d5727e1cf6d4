// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_folder.h"
#include "core/model/decoder_block.h"
#include "core/model/decoder_config.h"
#include "core/model/decoder_layout.h"
#include "core/model/network.h"
#include "core/model/tensor_folds.h"

namespace kerf::core {

/// A causal decoder, driven by a row of the architecture table. Holds the checkpoint's mapping, no weights: blocks are
/// decoded when asked for, embeddings and head by rows.
class Decoder final : public Network {
public:
    /// quantized: the layers whose weight is stored as codes; they are decoded when their block is. Errors: BadFile.
    static Result<std::shared_ptr<const Decoder>> create(
        Checkpoint checkpoint, std::optional<QuantizedFolder> quantized);
    /// The same decoder over rewritten tensors, in place of any it was rewritten with before.
    std::shared_ptr<const Decoder> withFolds(std::shared_ptr<const TensorFolds> folds) const;

    const std::vector<LayerInfo>& layers() const override { return m_layout.layers; }
    int blockCount() const override { return static_cast<int>(m_config.blocks); }
    std::int64_t hiddenSize() const override { return m_config.hidden; }
    std::int64_t vocabularySize() const override { return m_config.vocabulary; }
    std::int64_t maxPositions() const override { return m_config.positions; }
    CacheShape cacheShape() const override { return { m_config.keyValueHeads, m_config.headDim }; }
    std::int64_t parameterCount() const override { return m_layout.parameters; }
    const std::string& architecture() const override { return m_type; }

    Result<Hidden> embed(std::span<const std::vector<TokenId>> windows) const override;
    Result<std::shared_ptr<const BlockWeights>> loadBlock(int block) const override;
    Status runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const override;
    Result<Matrix> logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const override;
    Result<Matrix> layerWeight(const std::string& layer) const override;

    /// What runBlock turns on the way.
    const OnlineRotations& onlineRotations() const { return m_folds->online(); }

    // For transforms: where the parts lie.
    const DecoderLayout& layout() const { return m_layout; }
    const Checkpoint& checkpoint() const { return m_checkpoint; }
    bool isQuantized() const { return m_quantized.has_value(); }
    /// What of configuration and tensors contradicts itself or is not used.
    Notes notes() const;
    /// Key of the head in folds: its tensor, or a key of its own where the embedding is the head.
    std::string headKey() const;
    /// A tensor as this decoder uses it, folds applied. `key` as in TensorFolds. Errors: BadFile.
    Result<Matrix> readTensor(const std::string& key) const;

    // For generation: Session.
    const DecoderConfig& config() const { return m_config; }
    Result<std::shared_ptr<DecoderBlock>> loadDecoderBlock(int block) const;
    /// The angles of a block for positions [0, positions); null for learned positions.
    std::shared_ptr<const RotaryTable> rotaryTable(int block, std::int64_t positions) const;
    /// Embeddings of tokens at positions first, first + 1, …
    Result<Matrix> embedAt(std::span<const TokenId> tokens, std::int64_t first) const;
    Result<NormWeights> finalNorm() const { return loadNorm(m_layout.finalNorm); }
    Result<Matrix> headWeight() const { return readTensor(headKey()); }
    void multiplyHead(const Matrix& input, std::span<const std::int64_t> lengths, std::span<const std::byte> bytes,
        Matrix& result) const;
    /// Factor and soft cap of the logits, in place.
    void finishLogits(MutableMatrixRef logits) const;

private:
    Decoder(
        Checkpoint checkpoint, std::optional<QuantizedFolder> quantized, DecoderConfig config, DecoderLayout layout);

    Result<NormWeights> loadNorm(const DecoderLayout::Norm& norm) const;
    Result<Matrix> decodeWeight(const DecoderLayout::Layer& layer) const;
    Status addRows(const std::string& tensor, std::span<const TokenId> rows, float factor, MutableMatrixRef out) const;

    Checkpoint m_checkpoint;
    std::optional<QuantizedFolder> m_quantized;
    DecoderConfig m_config;
    DecoderLayout m_layout;
    std::shared_ptr<const TensorFolds> m_folds; ///< never null
    std::string m_type;
    std::vector<std::unique_ptr<RotaryTables>> m_rotaries;
    mutable ScratchPool m_scratch;
};

} // namespace kerf::core
