// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/graph/graph_builder.h"
#include "core/model/graph_network.h"
#include "core/model/tensor_folds.h"
#include "core/model/weight_source.h"

namespace kerf::test {

/// Tensors that are there in float32; a vector is one row.
class MemoryWeights final : public core::WeightSource {
public:
    std::map<std::string, core::Matrix> tensors;

    core::Result<core::Matrix> values(const core::Parameter& parameter) const override;
    core::Result<std::shared_ptr<const core::StreamedLinear>> streamed(const core::Parameter& parameter) const override;
    core::Result<std::shared_ptr<const core::RowTable>> table(const core::Parameter& parameter) const override;
    core::Result<core::Matrix> tensor(const core::Parameter& parameter) const override;
    std::optional<core::DType> storedType(const std::string& tensor) const override;
    bool isQuantized() const override { return false; }
    std::shared_ptr<const core::WeightSource> rewritten(std::shared_ptr<const core::TensorFolds> folds) const override;

private:
    std::shared_ptr<const core::TensorFolds> m_folds;
};

/// A parameter of that name, [rows, cols] or [cols].
core::Parameter parameterOf(const std::string& tensor, core::Shape shape);

/// A network of a graph that a test built; what it does can be watched or changed by deriving from it.
class GraphOfTest : public core::Network {
public:
    GraphOfTest(core::Graph graph, core::NetworkInfo info, std::shared_ptr<const core::WeightSource> weights)
        : m_network(std::move(graph), std::move(info), std::move(weights))
    {
    }
    const core::Graph& graph() const override { return m_network.graph(); }
    const core::NetworkInfo& info() const override { return m_network.info(); }
    core::Result<core::Hidden> enter(const core::Batch& batch) const override { return m_network.enter(batch); }
    core::Result<std::shared_ptr<const core::BlockWeights>> loadBlock(int block) const override
    {
        return m_network.loadBlock(block);
    }
    core::Status runBlock(
        int block, const core::BlockWeights& weights, const core::BlockRun& run, core::Hidden& hidden) const override
    {
        return m_network.runBlock(block, weights, run, hidden);
    }
    core::Result<std::vector<core::Matrix>> leave(const core::Hidden& hidden) const override
    {
        return m_network.leave(hidden);
    }
    core::Result<core::Matrix> logits(const core::Hidden& hidden, std::int64_t first, std::int64_t count) const override
    {
        return m_network.logits(hidden, first, count);
    }
    core::Result<core::Matrix> layerWeight(const std::string& layer) const override
    {
        return m_network.layerWeight(layer);
    }
    const core::WeightSource& weights() const override { return m_network.weights(); }
    std::shared_ptr<const core::Network> rewritten(std::shared_ptr<const core::TensorFolds> folds) const override
    {
        return m_network.rewritten(std::move(folds));
    }
    std::shared_ptr<const core::Network> inserted(const std::vector<core::InsertedOp>& operators) const override
    {
        return m_network.inserted(operators);
    }

private:
    core::GraphNetwork m_network;
};

/// Blocks that have these layers one behind the other, and what they need between them to fit: for plans and views.
/// Layers with the same site read one value. Sites are called as their first layer. `table`: a tensor that is embedding
/// and head at once; empty: two tensors, "embedding" and "head".
core::Graph graphOfLayers(
    const std::vector<core::LayerInfo>& layers, std::int64_t vocabulary, const std::string& table = {});

} // namespace kerf::test
