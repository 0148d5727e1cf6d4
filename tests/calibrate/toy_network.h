// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/graph/ops/activation.h"
#include "core/graph/ops/add.h"
#include "core/graph/ops/gather.h"
#include "core/graph/ops/linear.h"
#include "core/graph/ops/multiply.h"
#include "core/text/dataset.h"
#include "tests/support/memory_weights.h"

namespace kerf::test {

/// A residual network without attention, small enough to compute by hand: h += W2 tanh(W1 h) * V1 h in every block.
/// Two layers read the first site (w1 and the gate v1), one the second.
class ToyNetwork final : public GraphOfTest {
public:
    static constexpr std::int64_t kHidden = 32, kInner = 64, kVocabulary = 50;

    explicit ToyNetwork(int blocks, std::uint64_t seed = 1)
        : GraphOfTest(graphOf(blocks), { "toy", kHidden, kVocabulary, 1000 }, weightsOf(blocks, seed))
    {
    }

    core::Status runBlock(
        int block, const core::BlockWeights& weights, const core::BlockRun& run, core::Hidden& hidden) const override
    {
        ++blocksRun;
        return GraphOfTest::runBlock(block, weights, run, hidden);
    }

    mutable int blocksRun = 0;

private:
    static std::string prefixOf(int block) { return "blocks." + std::to_string(block); }

    static core::Matrix random(
        std::uint64_t seed, std::uint64_t stream, std::int64_t rows, std::int64_t cols, double size)
    {
        core::CounterRng rng(seed, stream);
        core::Matrix matrix(rows, cols);
        for (std::int64_t i = 0; i < matrix.size(); ++i)
            matrix.data()[i] = static_cast<float>(size * rng.normal());
        return matrix;
    }

    static std::shared_ptr<const core::WeightSource> weightsOf(int blocks, std::uint64_t seed)
    {
        auto weights = std::make_shared<MemoryWeights>();
        weights->tensors["embedding"] = random(seed, 100, kVocabulary, kHidden, 1.0);
        weights->tensors["head"] = random(seed, 101, kVocabulary, kHidden, 0.5);
        for (int block = 0; block < blocks; ++block) {
            const auto stream = static_cast<std::uint64_t>(3 * block);
            weights->tensors[prefixOf(block) + ".w1.weight"] = random(seed, stream, kInner, kHidden, 0.12);
            weights->tensors[prefixOf(block) + ".v1.weight"] = random(seed, stream + 1, kInner, kHidden, 0.12);
            weights->tensors[prefixOf(block) + ".w2.weight"] = random(seed, stream + 2, kHidden, kInner, 0.12);
        }
        return weights;
    }

    static core::Graph graphOf(int blocks)
    {
        core::GraphBuilder builder;
        const auto layer = [&](const std::string& name, const char* role, core::ValueId input, core::Shape shape) {
            core::LayerInfo info;
            info.name = name;
            info.role = role;
            return builder.addLayer(info, input, builder.parameter(parameterOf(name + ".weight", std::move(shape))));
        };
        const core::ValueId ids = builder.input("input_ids", { { 1 }, {}, core::ElementType::Index });
        core::ValueId stream = builder.add(core::gatherOp(), core::Gather {}, { ids },
            { builder.parameter(parameterOf("embedding", { kVocabulary, kHidden })) });
        for (int block = 0; block < blocks; ++block) {
            builder.beginBlock();
            const std::string prefix = prefixOf(block);
            const core::ValueId gate = builder.add(core::activationOp(), kernels::Activation::Tanh,
                { layer(prefix + ".w1", "gate", stream, { kInner, kHidden }) });
            const core::ValueId up = layer(prefix + ".v1", "up", stream, { kInner, kHidden });
            const core::ValueId inner = builder.add(core::multiplyOp(), {}, { gate, up });
            stream = builder.add(
                core::addOp(), core::Add {}, { stream, layer(prefix + ".w2", "down", inner, { kHidden, kInner }) });
        }
        builder.beginExit();
        builder.output("logits",
            builder.add(core::linearOp(), {}, { stream },
                { builder.parameter(parameterOf("head", { kVocabulary, kHidden })), -1 }));
        return builder.build().value();
    }
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
