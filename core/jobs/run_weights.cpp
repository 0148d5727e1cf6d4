// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/run_weights.h"

#include <fmt/format.h>

#include "core/jobs/run_student.h"
#include "core/jobs/transformed.h"
#include "core/transform/transform_choice.h"

namespace kerf::core {

Result<RunWeights> RunWeights::open(const Project& project, const Workspace& workspace, RowId id, const JobContext& job)
{
    RunWeights weights(project);
    KERF_TRY(weights.m_run, workspace.run(std::to_string(id)));
    const RunRow& run = weights.m_run;
    if (run.state != RunState::Done)
        return fail(ErrorCode::InvalidArgument,
            fmt::format("Run {} ({}) is not finished: {} of {} layers. Finish it before comparing.", id, run.name,
                run.layersDone, run.layersTotal));
    if (run.origin) {
        KERF_TRY(weights.m_origin, openOrigin(run, job));
        return weights;
    }
    KERF_TRY(const TransformChain chain, loadRunChain(project, workspace, id));
    weights.m_network = chain.network();
    KERF_TRY(weights.m_layers, RunLayers::open(workspace, id));
    return weights;
}

std::string RunWeights::basis() const
{
    if (isRescaled())
        return m_run.origin->hash;
    return m_run.plan.transforms.empty() ? std::string()
                                         : toJson(m_run.plan.transforms).dump() + m_run.provenance.datasetHash;
}

Result<std::optional<QuantizedTensor>> RunWeights::codes(const std::string& layer) const
{
    KERF_TRY(const FormatPtr format, parseWeightFormat(this->format(layer)));
    if (format->isUnquantized())
        return std::nullopt;
    auto tensor = m_origin ? m_origin->model.quantized->read(nameHere(layer)) : m_layers->load(layer);
    KERF_CHECK(tensor);
    return std::optional(std::move(*tensor));
}

Result<Matrix> RunWeights::weight(const std::string& layer, const std::optional<QuantizedTensor>& codes) const
{
    if (codes)
        return dequantize(*codes);
    return m_origin ? m_origin->model.network->layerWeight(nameHere(layer)) : m_network->layerWeight(layer);
}

Result<Matrix> RunWeights::original(const std::string& layer) const
{
    return (m_origin ? m_project->model.network : m_network)->layerWeight(layer);
}

const std::string& RunWeights::nameHere(const std::string& layer) const
{
    return nameInOrigin(*m_project->model.network, *m_origin->model.network, layer);
}

} // namespace kerf::core
