// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/model/network.h"

namespace kerf::test {

/// A network without attention: hidden = embedding of the token, every block adds x Wᵀ of its one layer
/// "blocks.<i>.proj", logits = hidden headᵀ. Small enough to be checked by hand.
class FakeNetwork : public core::Network {
public:
    /// Random weights of a fixed seed.
    FakeNetwork(std::int64_t vocabulary, std::int64_t hidden, int blocks);
    /// Only a list of layers: for plans. Cannot run.
    explicit FakeNetwork(std::vector<core::LayerInfo> layers);

    core::Matrix embedding; ///< [vocabulary, hidden]
    core::Matrix head; ///< [vocabulary, hidden]

    const std::vector<core::LayerInfo>& layers() const override { return m_layers; }
    int blockCount() const override { return static_cast<int>(m_weights.size()); }
    std::int64_t hiddenSize() const override { return embedding.cols(); }
    std::int64_t vocabularySize() const override { return embedding.rows(); }
    std::int64_t maxPositions() const override { return 4096; }
    std::int64_t parameterCount() const override { return embedding.size() + head.size(); }
    const std::string& architecture() const override;
    core::Result<core::Hidden> embed(std::span<const std::vector<core::TokenId>> windows) const override;
    core::Result<std::shared_ptr<const core::BlockWeights>> loadBlock(int block) const override;
    core::Status runBlock(
        int block, const core::BlockWeights& weights, const core::BlockRun& run, core::Hidden& hidden) const override;
    core::Result<core::Matrix> logits(
        const core::Hidden& hidden, std::int64_t first, std::int64_t count) const override;
    core::Result<core::Matrix> layerWeight(const std::string& layer) const override;

private:
    std::vector<core::LayerInfo> m_layers;
    std::vector<core::Matrix> m_weights; ///< one a block
};

/// x Wᵀ of a plain matrix.
core::LinearPtr plainLinear(core::Matrix weight);

/// The layers of Llama-like blocks: q, k, v, o, gate, up, down with the usual names, sites and ties.
std::vector<core::LayerInfo> llamaLayers(int blocks, std::int64_t hidden, std::int64_t keyValue, std::int64_t inner);

} // namespace kerf::test
