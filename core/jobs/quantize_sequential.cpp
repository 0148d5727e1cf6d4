// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include <algorithm>
#include <map>

#include "core/base/hash.h"
#include "core/calibrate/block_pass.h"
#include "core/format/layer_format.h"
#include "core/graph/shifted_linear.h"
#include "core/jobs/quantize_modes.h"
#include "core/task/samples.h"

namespace kerf::core {
namespace {

/// Whether a layer of the plan asks how its inputs drifted from those of the original model.
bool needsDrift(const Plan& plan)
{
    return std::any_of(plan.layers.begin(), plan.layers.end(), [&](const PlanLayer& layer) {
        const auto format = parseLayerFormat(layer.format);
        const auto method = findMethod(layer.method);
        return format && !format->weight->isUnquantized() && method && (*method)->usesDrift(plan.settings);
    });
}

/// One pass over the blocks. The chain is the hash of everything that shaped the hidden states so far: model, tokens
/// and the quantized layers behind; it stands in the key of every layer that is fitted to them. With drift a second
/// stream goes through the unquantized blocks.
class SequentialPass {
public:
    SequentialPass(const Project& project, const TransformChain& chain, const Dataset& data, const Plan& plan,
        LayerMaker& maker, const JobContext& job)
        : m_network(*chain.network())
        , m_data(data)
        , m_maker(maker)
        , m_job(job)
        , m_withDrift(needsDrift(plan))
        , m_chain(startOf(project, chain, data, m_withDrift))
    {
    }

    Status run()
    {
        KERF_TRY(
            m_streams.quantized, Samples(m_data).enter(m_network, 0, static_cast<std::int64_t>(m_data.windows.size())));
        for (int block = 0; block < m_network.blockCount(); ++block)
            KERF_CHECK(runBlock(block));
        return {};
    }

private:
    static std::string startOf(const Project& project, const TransformChain& chain, const Dataset& data, bool withDrift)
    {
        Hasher hasher;
        hasher.add(withDrift ? "sequential with drift" : "sequential").add(project.modelHash).add(data.hash);
        if (!chain.isEmpty())
            hasher.add(chain.key());
        return hasher.hex();
    }

    Status runBlock(int block)
    {
        KERF_TRY(m_weights, m_network.loadBlock(block));
        m_replacements.clear();
        for (int part = 0; part < m_network.graph().block(block).partCount; ++part)
            KERF_CHECK(runPart(block, part));
        return {};
    }

    /// Makes the layers of one part of a block, then takes the streams through it.
    Status runPart(int block, int part)
    {
        m_originalAdvanced = false;
        std::map<int, std::vector<const LayerInfo*>> steps;
        for (const LayerInfo& layer : m_network.layers())
            if (layer.block == block && layer.part == part)
                steps[layer.step].push_back(&layer);
        for (const auto& [step, layers] : steps)
            KERF_CHECK(runStep({ block, part, step, m_data.allExperts }, step == steps.rbegin()->first, layers));
        if (block + 1 == m_network.blockCount() && part + 1 == m_network.graph().block(block).partCount)
            return {};
        BlockRun run;
        run.part = part;
        if (m_drifted && !m_originalAdvanced)
            KERF_CHECK(runBlockInBatches(m_network, block, *m_weights, run, m_streams.original, m_job));
        run.replacements = &m_replacements;
        return runBlockInBatches(m_network, block, *m_weights, run, m_streams.quantized, m_job);
    }

    Status runStep(const StepOfBlock& step, bool last, const std::vector<const LayerInfo*>& layers)
    {
        Hasher next;
        next.add(m_chain);
        m_sites.clear();
        bool quantized = false;
        for (const LayerInfo* layer : layers) {
            LayerInputs inputs;
            inputs.statisticsKey = Hasher().add(m_chain).add(layer->site).hex();
            inputs.weight = [&]() -> Result<Matrix> {
                KERF_TRY(const std::shared_ptr<const Matrix> weight, m_weights->weight(layer->name));
                return *weight;
            };
            inputs.site = [&]() -> Result<SiteWork*> {
                if (m_sites.empty())
                    KERF_CHECK(measure(step, last));
                return m_sites.at(layer->site).get();
            };
            KERF_TRY(const LayerMaker::Made made, m_maker.make(*layer, inputs));
            next.add(layer->name).add(made.tensor ? contentHash(*made.tensor) : "kept");
            if (!made.tensor)
                continue;
            LinearPtr& linear = m_replacements[layer->name] = makeQuantizedLinear(made.tensor);
            if (made.shift.size() > 0) {
                linear = makeShiftedLinear(linear, made.shift);
                next.add("shifted");
            }
            quantized = true;
        }
        m_sites.clear();
        m_chain = next.hex();
        if (quantized && m_withDrift && !m_drifted) { // until here both streams were one
            m_drifted = true;
            m_streams.original = m_streams.quantized;
        }
        return {};
    }

    /// Statistics of this step's sites on the hidden states as they are now.
    Status measure(const StepOfBlock& step, bool last)
    {
        if (m_drifted) {
            KERF_TRY(auto sites,
                collectStepWithDrift(
                    m_network, step, *m_weights, m_replacements, last && !m_originalAdvanced, m_streams, m_job));
            m_originalAdvanced = m_originalAdvanced || last;
            for (auto& [site, found] : sites)
                m_sites[site] = std::make_unique<SiteWork>(std::move(found));
            return {};
        }
        KERF_TRY(auto statistics, collectStep(m_network, step, *m_weights, m_replacements, m_streams.quantized, m_job));
        for (auto& [site, found] : statistics)
            m_sites[site] = std::make_unique<SiteWork>(std::move(found));
        return {};
    }

    const Network& m_network;
    const Dataset& m_data;
    LayerMaker& m_maker;
    const JobContext& m_job;
    bool m_withDrift;
    bool m_drifted = false; ///< a layer behind is quantized, so there are two streams
    bool m_originalAdvanced = false; ///< the original stream is behind the part at hand already
    std::string m_chain;
    Streams m_streams; ///< in front of the part at hand
    std::shared_ptr<const BlockWeights> m_weights;
    Replacements m_replacements; ///< quantized layers of the block at hand
    std::map<std::string, std::unique_ptr<SiteWork>> m_sites; ///< of the step at hand, when one of its layers is made
};

} // namespace

Status quantizeSequential(const Project& project, const TransformChain& chain, const Dataset& data, const Plan& plan,
    LayerMaker& maker, const JobContext& job)
{
    return SequentialPass(project, chain, data, plan, maker, job).run();
}

} // namespace kerf::core
