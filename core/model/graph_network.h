// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/graph/executor.h"
#include "core/model/generator.h"
#include "core/model/network.h"
#include "core/model/weight_source.h"

namespace kerf::core {

/// The weight of a layer among those of a block. @pre loadHeld() made it. Errors: BadFile.
Result<std::shared_ptr<const Matrix>> heldWeight(const LoadedParameter& parameter);

/// The one implementation of networks: a graph, whose weights a source gives. Holds no weights: those of a block are
/// loaded when it is asked for, embeddings and head are read by rows.
class GraphNetwork final : public Network, public Generator {
public:
    /// Float32 weights of a block's experts that are held while it is loaded: of more, each is decoded whenever it is
    /// used.
    static constexpr std::int64_t kHeldExpertBytes = std::int64_t { 256 } << 20;

    GraphNetwork(Graph graph, NetworkInfo info, std::shared_ptr<const WeightSource> weights,
        std::int64_t heldExpertBytes = kHeldExpertBytes);

    const Graph& graph() const override { return m_graph; }
    const NetworkInfo& info() const override { return m_info; }
    Result<Hidden> enter(const Batch& batch) const override;
    Result<std::shared_ptr<const BlockWeights>> loadBlock(int block) const override;
    Status runBlock(int block, const BlockWeights& weights, const BlockRun& run, Hidden& hidden) const override;
    Result<std::vector<Matrix>> leave(const Hidden& hidden) const override;
    Result<Matrix> logits(const Hidden& hidden, std::int64_t first, std::int64_t count) const override;
    Result<Matrix> layerWeight(const std::string& layer) const override;
    const WeightSource& weights() const override { return *m_weights; }
    std::shared_ptr<const Network> rewritten(std::shared_ptr<const TensorFolds> folds) const override;
    std::shared_ptr<const Network> inserted(const std::vector<InsertedOp>& operators) const override;
    const Generator* generator() const override;

    Result<std::unique_ptr<Generation>> start(const LinearFactory& factory, std::int64_t maxPositions,
        const CacheSettings& caches, std::int64_t sequences) const override;

private:
    friend class GraphGeneration;

    Result<SectionWeights> loadStreamed(const Section& section) const; ///< entry and exit
    Result<SectionWeights> loadHeld(int block) const;
    Result<SectionWeights> load(
        const Section& section, const std::function<Status(const Node&, ParameterId, LoadedParameter&)>& linear) const;

    Graph m_plain; ///< without what rewritings put in
    Graph m_graph;
    NetworkInfo m_info;
    std::shared_ptr<const WeightSource> m_weights;
    std::int64_t m_heldExpertBytes;
    Executor m_executor;
};

} // namespace kerf::core
