// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/task/recordings.h"

#include <algorithm>
#include <map>

#include "core/task/samples.h"

namespace kerf::core {

std::vector<StateLink> statesOf(const Network& network)
{
    const Graph& graph = network.graph();
    std::vector<StateLink> links;
    for (std::size_t output = 0; output < network.info().outputs.size(); ++output) {
        const OutputMeaning& meaning = network.info().outputs[output];
        for (std::size_t input = 0; input < graph.inputs().size(); ++input)
            if (meaning.kind == OutputMeaning::Kind::State && graph.value(graph.inputs()[input]).name == meaning.input)
                links.push_back({ output, input });
    }
    return links;
}

std::vector<SampleRun> runsOf(const RecordingReader& reader, std::span<const std::vector<TokenId>> windows)
{
    std::map<std::int64_t, std::int64_t> byPlace;
    for (std::size_t i = 0; i < windows.size(); ++i)
        byPlace.emplace(reader.placeOf(windows[i]), static_cast<std::int64_t>(i));
    std::vector<SampleRun> runs;
    std::int64_t before = -2;
    for (const auto& [place, sample] : byPlace) {
        if (place != before + 1 || reader.startsRecording(place))
            runs.emplace_back();
        runs.back().samples.push_back(sample);
        before = place;
    }
    return runs;
}

Result<StepNetwork> StepNetwork::load(const Network& network, const Replacements& replacements)
{
    StepNetwork loaded;
    loaded.m_network = &network;
    loaded.m_replacements = &replacements;
    for (int block = 0; block < network.blockCount(); ++block) {
        KERF_TRY(std::shared_ptr<const BlockWeights> weights, network.loadBlock(block));
        loaded.m_weights.push_back(std::move(weights));
    }
    return loaded;
}

Result<Hidden> StepNetwork::run(const std::vector<Matrix>& inputs) const
{
    KERF_TRY(Hidden hidden, m_network->enter(batchOf(m_network->graph(), inputs)));
    BlockRun run;
    run.replacements = m_replacements;
    for (std::size_t block = 0; block < m_weights.size(); ++block)
        KERF_CHECK(m_network->runBlock(static_cast<int>(block), *m_weights[block], run, hidden));
    return hidden;
}

} // namespace kerf::core
