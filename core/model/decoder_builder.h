// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph_builder.h"
#include "core/graph/ops/rotary.h"
#include "core/model/decoder_config.h"
#include "core/model/network.h"
#include "core/model/opened_network.h"
#include "core/model/tensor_claims.h"

namespace kerf::core {

/// Makes a decoder's graph of its configuration: what decoder_graph.h promises. Entry and exit stand in
/// decoder_graph.cpp, blocks in decoder_block.cpp.
class DecoderBuilder {
public:
    DecoderBuilder(DecoderConfig config, const Checkpoint& checkpoint, const std::optional<QuantizedFolder>& quantized);

    Result<OpenedNetwork> build();

private:
    NetworkInfo info() const;
    void choosePrefix();
    void findTables();
    Result<ParameterId> vector(const std::string& tensor, std::int64_t size, double offset = 0);
    /// norm(x); x itself where the family has no norm of that name.
    Result<ValueId> addNorm(const std::string& path, std::string_view name, ValueId x, std::int64_t groups = 1,
        std::optional<double> epsilon = std::nullopt);
    Status addEntry();
    Status addPositions();
    Status addExit();
    Result<std::string> chooseHead(const Shape& table);

    Status addBlock(int index);
    Result<ValueId> addSum(ValueId stream, ValueId added);
    const LayerTemplate* templateOf(LayerPlace place, LayerPart part = LayerPart::Every) const;
    std::int64_t innerOf(LayerPart part) const;
    std::int64_t outputsOf(LayerPlace place, LayerPart part) const;
    /// A layer of the block at hand, of one expert when there is one.
    Result<ValueId> addLayer(
        LayerPlace place, ValueId input, LayerPart part = LayerPart::Every, std::int64_t expert = -1);
    Result<std::array<ParameterId, 2>> claimLayer(
        const LayerTemplate& row, const LayerInfo& info, const Shape& shape, std::int64_t expert);
    Result<std::array<ValueId, 3>> addProjections(ValueId input);
    Result<std::array<ValueId, 3>> addLatentProjections(int block, ValueId input);
    Result<ValueId> addHeads(int block, ValueId x, std::string_view norm, std::int64_t heads);
    ValueId addRotary(int block, ValueId x, std::int64_t headDim, std::int64_t first);
    Result<ValueId> addAttention(int block, ValueId input);
    Result<ValueId> addMlp(ValueId input, LayerPart part = LayerPart::Every, std::int64_t expert = -1);
    ValueId addGated(ValueId gateUp, std::int64_t inner);
    Result<ValueId> addRouting(ValueId input);
    Result<ValueId> addExperts(ValueId input);
    Result<ValueId> addShared(ValueId input);

    DecoderConfig m_config;
    const Architecture& m_architecture;
    const Checkpoint& m_checkpoint;
    const std::optional<QuantizedFolder>& m_quantized;
    TensorClaims m_claims;
    Notes m_notes;
    std::vector<std::shared_ptr<const RotaryTables>> m_rotaries;
    std::string_view m_prefix;
    std::string m_embedding, m_head; ///< tensors
    std::string m_path; ///< of the block at hand
    GraphBuilder m_builder;
    ValueId m_stream = -1;
};

} // namespace kerf::core
