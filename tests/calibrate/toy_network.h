// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/model/network.h"
#include "core/text/dataset.h"

namespace kerf::test {

/// A residual network without attention, small enough to compute by hand: h += W2 tanh(W1 h) in every block.
/// Two layers read the first site (w1 and the gate v1), one the second.
class ToyNetwork final : public core::Network {
public:
    static constexpr std::int64_t kHidden = 32, kInner = 64, kVocabulary = 50;

    explicit ToyNetwork(int blocks, std::uint64_t seed = 1)
        : m_embedding(random(seed, 100, kVocabulary, kHidden, 1.0))
        , m_head(random(seed, 101, kVocabulary, kHidden, 0.5))
    {
        for (int block = 0; block < blocks; ++block) {
            const std::string prefix = "blocks." + std::to_string(block);
            const auto stream = static_cast<std::uint64_t>(3 * block);
            add({ prefix + ".w1", block, "gate", { kInner, kHidden }, prefix + ".w1", 0, prefix }, seed, stream);
            add({ prefix + ".v1", block, "up", { kInner, kHidden }, prefix + ".w1", 0, prefix }, seed, stream + 1);
            add({ prefix + ".w2", block, "down", { kHidden, kInner }, prefix + ".w2", 1, prefix + ".w2" }, seed,
                stream + 2);
        }
        m_blocks = blocks;
    }

    const std::vector<core::LayerInfo>& layers() const override { return m_layers; }
    int blockCount() const override { return m_blocks; }
    std::int64_t hiddenSize() const override { return kHidden; }
    std::int64_t vocabularySize() const override { return kVocabulary; }
    std::int64_t maxPositions() const override { return 1000; }
    std::int64_t parameterCount() const override { return 1; }
    const std::string& architecture() const override { return m_name; }

    core::Result<core::Hidden> embed(std::span<const std::vector<core::TokenId>> windows) const override
    {
        core::Hidden hidden;
        std::int64_t tokens = 0;
        for (const auto& window : windows) {
            hidden.lengths.push_back(static_cast<std::int64_t>(window.size()));
            tokens += hidden.lengths.back();
        }
        hidden.rows.resize(tokens, kHidden);
        std::int64_t row = 0;
        for (const auto& window : windows)
            for (const core::TokenId token : window)
                hidden.rows.row(row++) = m_embedding.row(token);
        return hidden;
    }
    core::Result<std::shared_ptr<const core::BlockWeights>> loadBlock(int) const override
    {
        return std::make_shared<Weights>(*this);
    }
    core::Status runBlock(
        int block, const core::BlockWeights& weights, const core::BlockRun& run, core::Hidden& hidden) const override
    {
        if (run.part == core::BlockPart::Mlp)
            return {};
        ++blocksRun;
        const std::string prefix = "blocks." + std::to_string(block);
        const auto apply = [&](const std::string& layer, const core::Matrix& x) {
            if (run.replacements && run.replacements->count(layer)) {
                core::Matrix y(x.rows(), weights.weight(layer).rows());
                run.replacements->at(layer)->apply(x, hidden.lengths, y);
                return y;
            }
            return core::Matrix(x * weights.weight(layer).transpose());
        };
        if (run.tap)
            run.tap(prefix + ".w1", hidden.rows);
        if (run.lastStage == 0)
            return {};
        const core::Matrix inner
            = apply(prefix + ".w1", hidden.rows).array().tanh() * apply(prefix + ".v1", hidden.rows).array();
        if (run.tap)
            run.tap(prefix + ".w2", inner);
        if (run.lastStage == 1)
            return {};
        hidden.rows += apply(prefix + ".w2", inner);
        if (!hidden.rows.allFinite())
            return core::fail(core::ErrorCode::Numerical, "block " + std::to_string(block) + " gives NaN or Inf");
        return {};
    }
    core::Result<core::Matrix> logits(const core::Hidden& hidden, std::int64_t first, std::int64_t count) const override
    {
        return core::Matrix(hidden.rows.middleRows(first, count) * m_head.transpose());
    }
    core::Result<core::Matrix> layerWeight(const std::string& layer) const override { return weightOf(layer); }

    mutable int blocksRun = 0;

private:
    class Weights final : public core::BlockWeights {
    public:
        explicit Weights(const ToyNetwork& network)
            : m_network(network)
        {
        }
        const core::Matrix& weight(const std::string& layer) const override { return m_network.weightOf(layer); }

    private:
        const ToyNetwork& m_network;
    };

    static core::Matrix random(
        std::uint64_t seed, std::uint64_t stream, std::int64_t rows, std::int64_t cols, double size)
    {
        core::CounterRng rng(seed, stream);
        core::Matrix matrix(rows, cols);
        for (std::int64_t i = 0; i < matrix.size(); ++i)
            matrix.data()[i] = static_cast<float>(size * rng.normal());
        return matrix;
    }
    void add(core::LayerInfo layer, std::uint64_t seed, std::uint64_t stream)
    {
        m_weights.push_back(random(seed, stream, layer.shape.rows, layer.shape.cols, 0.12));
        m_layers.push_back(std::move(layer));
    }
    const core::Matrix& weightOf(const std::string& layer) const
    {
        for (std::size_t i = 0; i < m_layers.size(); ++i)
            if (m_layers[i].name == layer)
                return m_weights[i];
        std::abort();
    }

    std::string m_name = "toy";
    int m_blocks = 0;
    core::Matrix m_embedding, m_head;
    std::vector<core::LayerInfo> m_layers;
    std::vector<core::Matrix> m_weights;
};

/// Windows of random tokens.
inline core::Dataset toyDataset(std::uint64_t seed, int windows, int length)
{
    core::CounterRng rng(seed, 77);
    core::Dataset data;
    data.name = "toy";
    data.hash = "toy" + std::to_string(seed);
    for (int w = 0; w < windows; ++w) {
        data.windows.emplace_back();
        for (int t = 0; t < length; ++t)
            data.windows.back().push_back(static_cast<core::TokenId>(rng.below(ToyNetwork::kVocabulary)));
    }
    return data;
}

} // namespace kerf::test
