// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <map>

#include "core/base/hash.h"
#include "core/calibrate/block_pass.h"
#include "core/jobs/quantize_modes.h"

namespace kerf::core {
namespace {

/// One pass over the blocks. The chain is the hash of everything that shaped the hidden states so far: model, tokens
/// and the quantized layers behind; it stands in the key of every layer that is fitted to them.
class SequentialPass {
public:
    SequentialPass(const Project& project, const Dataset& data, LayerMaker& maker, const JobContext& job)
        : m_network(*project.model.network)
        , m_data(data)
        , m_maker(maker)
        , m_job(job)
        , m_chain(Hasher().add("sequential").add(project.modelHash).add(data.hash).hex())
    {
    }

    Status run()
    {
        KERF_TRY(m_hidden, m_network.embed(m_data.windows));
        for (int block = 0; block < m_network.blockCount(); ++block)
            KERF_CHECK(runBlock(block));
        return {};
    }

private:
    Status runBlock(int block)
    {
        KERF_TRY(m_weights, m_network.loadBlock(block));
        m_replacements.clear();
        std::map<int, std::vector<const LayerInfo*>> stages;
        for (const LayerInfo& layer : m_network.layers())
            if (layer.block == block)
                stages[layer.stage].push_back(&layer);
        for (const auto& [stage, layers] : stages)
            KERF_CHECK(runStage(block, stage, layers));
        if (block + 1 == m_network.blockCount())
            return {};
        return runBlockInBatches(m_network, block, *m_weights, { &m_replacements, {}, -1 }, m_hidden, m_job);
    }

    Status runStage(int block, int stage, const std::vector<const LayerInfo*>& layers)
    {
        Hasher next;
        next.add(m_chain);
        m_sites.clear();
        for (const LayerInfo* layer : layers) {
            LayerInputs inputs;
            inputs.statisticsKey = Hasher().add(m_chain).add(layer->site).hex();
            inputs.weight = [&]() -> Result<Matrix> { return m_weights->weight(layer->name); };
            inputs.site = [&]() -> Result<SiteWork*> {
                if (m_sites.empty())
                    KERF_CHECK(measure(block, stage));
                return m_sites.at(layer->site).get();
            };
            KERF_TRY(const auto tensor, m_maker.make(*layer, inputs));
            next.add(layer->name).add(tensor ? contentHash(*tensor) : "kept");
            if (tensor)
                m_replacements[layer->name] = makeQuantizedLinear(tensor);
        }
        m_sites.clear();
        m_chain = next.hex();
        return {};
    }

    /// Statistics of this stage's sites on the hidden states as they are now.
    Status measure(int block, int stage)
    {
        KERF_TRY(auto statistics, collectStage(m_network, block, *m_weights, m_replacements, stage, m_hidden, m_job));
        for (auto& [site, found] : statistics)
            m_sites[site] = std::make_unique<SiteWork>(std::move(found));
        return {};
    }

    const Network& m_network;
    const Dataset& m_data;
    LayerMaker& m_maker;
    const JobContext& m_job;
    std::string m_chain;
    Hidden m_hidden; ///< input of the block at hand
    std::shared_ptr<const BlockWeights> m_weights;
    Replacements m_replacements; ///< quantized layers of the block at hand
    std::map<std::string, std::unique_ptr<SiteWork>> m_sites; ///< of the stage at hand, when one of its layers is made
};

} // namespace

Status quantizeSequential(const Project& project, const Dataset& data, LayerMaker& maker, const JobContext& job)
{
    return SequentialPass(project, data, maker, job).run();
}

} // namespace kerf::core
