// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/compare_runs.h"

#include <fmt/format.h>

#include "core/base/matrix_distance.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/run_student.h"
#include "core/jobs/transformed.h"
#include "core/transform/transform_choice.h"

namespace kerf::core {
namespace {

/// One of the two runs, as far as its weights go.
class Side {
public:
    static Result<Side> open(const Project& project, const Workspace& workspace, RowId id, const JobContext& job)
    {
        Side side(project);
        KERF_TRY(side.m_run, workspace.run(std::to_string(id)));
        const RunRow& run = side.m_run;
        if (run.state != RunState::Done)
            return fail(ErrorCode::InvalidArgument,
                fmt::format("Run {} ({}) is not finished: {} of {} layers. Finish it before comparing.", id, run.name,
                    run.layersDone, run.layersTotal));
        if (run.origin) {
            KERF_TRY(side.m_origin, openOrigin(run, job));
            return side;
        }
        KERF_TRY(const TransformChain chain, loadRunChain(project, workspace, id));
        side.m_network = chain.network();
        KERF_TRY(side.m_layers, RunLayers::open(workspace, id));
        return side;
    }

    const RunRow& run() const { return m_run; }
    std::string format(const std::string& layer) const { return m_run.plan.find(layer)->format; }
    bool isRescaled() const { return m_run.origin && m_run.origin->changedVectors > 0; }

    /// What the weights are before they are rounded: the same text for two runs that round the same.
    std::string basis() const
    {
        if (isRescaled())
            return m_run.origin->hash;
        return m_run.plan.transforms.empty() ? std::string()
                                             : toJson(m_run.plan.transforms).dump() + m_run.provenance.datasetHash;
    }

    /// Nothing where the layer is kept as floats.
    Result<std::optional<QuantizedTensor>> codes(const std::string& layer) const
    {
        KERF_TRY(const FormatPtr format, parseWeightFormat(this->format(layer)));
        if (format->isUnquantized())
            return std::nullopt;
        auto tensor = m_origin ? m_origin->model.quantized->read(nameHere(layer)) : m_layers->load(layer);
        KERF_CHECK(tensor);
        return std::optional(std::move(*tensor));
    }

    Result<Matrix> weight(const std::string& layer, const std::optional<QuantizedTensor>& codes) const
    {
        if (codes)
            return dequantize(*codes);
        return m_origin ? m_origin->model.network->layerWeight(nameHere(layer)) : m_network->layerWeight(layer);
    }

    /// The weight before it was rounded. @pre not isRescaled()
    Result<Matrix> original(const std::string& layer) const
    {
        return (m_origin ? m_project->model.network : m_network)->layerWeight(layer);
    }

private:
    explicit Side(const Project& project)
        : m_project(&project)
    {
    }

    const std::string& nameHere(const std::string& layer) const
    {
        return nameInOrigin(*m_project->model.network, *m_origin->model.network, layer);
    }

    const Project* m_project;
    RunRow m_run;
    ProjectPtr m_origin; ///< of a checkpoint that was added
    std::shared_ptr<const Network> m_network; ///< of all others
    std::optional<RunLayers> m_layers; ///< likewise
};

double shareOfDifferent(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b)
{
    std::size_t different = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        different += a[i] != b[i] ? 1 : 0;
    return a.empty() ? 0 : static_cast<double>(different) / static_cast<double>(a.size());
}

Result<LayerComparison> compareLayer(const std::array<Side, 2>& sides, const std::string& layer)
{
    LayerComparison found { layer, { sides[0].format(layer), sides[1].format(layer) }, {}, {}, {} };
    std::array<std::optional<QuantizedTensor>, 2> codes;
    std::array<Matrix, 2> weights;
    for (std::size_t i = 0; i < 2; ++i) {
        KERF_TRY(codes[i], sides[i].codes(layer));
        KERF_TRY(weights[i], sides[i].weight(layer, codes[i]));
        if (sides[i].isRescaled())
            continue;
        KERF_TRY(const Matrix original, sides[i].original(layer));
        found.errors[i] = relativeDistance(original, weights[i]);
    }
    if (codes[0] && codes[1] && codes[0]->format->name() == codes[1]->format->name()
        && codes[0]->codes.size() == codes[1]->codes.size())
        found.codesDiffer = shareOfDifferent(codes[0]->codes, codes[1]->codes);
    if (sides[0].basis() != sides[1].basis())
        return found;
    KERF_TRY(const Matrix original, sides[0].isRescaled() ? Result<Matrix>(weights[0]) : sides[0].original(layer));
    const double size = original.cast<double>().norm();
    found.distance = size > 0 ? (weights[0] - weights[1]).cast<double>().norm() / size : 0;
    return found;
}

std::vector<std::string> notesOn(const std::array<Side, 2>& sides)
{
    std::vector<std::string> notes;
    for (const Side& side : sides)
        if (side.isRescaled())
            notes.push_back(fmt::format("{}: weights were rescaled or rotated before they were rounded ({} norms and "
                                        "biases are not the original's), so that single layers have no error to it.",
                side.run().name, side.run().origin->changedVectors));
    if (sides[0].basis() != sides[1].basis())
        notes.push_back("The two round differently rescaled weights: how far apart they are says nothing, and their "
                        "codes may differ even where both are right.");
    return notes;
}

Result<RunComparison> compare(
    const Project& project, const Workspace& workspace, RowId first, RowId second, const JobContext& job)
{
    KERF_TRY(Side a, Side::open(project, workspace, first, job));
    KERF_TRY(Side b, Side::open(project, workspace, second, job));
    const std::array sides { std::move(a), std::move(b) };
    RunComparison comparison { {}, notesOn(sides) };
    const auto& layers = project.model.network->layers();
    Progress progress { "Comparing layers", 0, static_cast<std::int64_t>(layers.size()), "layers" };
    for (const LayerInfo& layer : layers) {
        KERF_CHECK(job.checkStop());
        KERF_TRY(LayerComparison found, compareLayer(sides, layer.name));
        comparison.layers.push_back(std::move(found));
        ++progress.done;
        job.progress(progress);
    }
    return comparison;
}

} // namespace

Result<RunComparison> compareRuns(
    const Project& project, const Workspace& workspace, RowId first, RowId second, const JobContext& job)
{
    return atJobEdge([&] { return compare(project, workspace, first, second, job); });
}

} // namespace kerf::core
