// SPDX-FileCopyrightText: 2026 The Kerf authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/jobs/compare_runs.h"

#include <fmt/format.h>

#include "core/base/matrix_distance.h"
#include "core/jobs/job_edge.h"
#include "core/jobs/run_weights.h"

namespace kerf::core {
namespace {

double shareOfDifferent(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b)
{
    std::size_t different = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        different += a[i] != b[i] ? 1 : 0;
    return a.empty() ? 0 : static_cast<double>(different) / static_cast<double>(a.size());
}

Result<LayerComparison> compareLayer(const std::array<RunWeights, 2>& sides, const std::string& layer)
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

std::vector<std::string> notesOn(const std::array<RunWeights, 2>& sides)
{
    std::vector<std::string> notes;
    for (const RunWeights& side : sides)
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
    KERF_TRY(RunWeights a, RunWeights::open(project, workspace, first, job));
    KERF_TRY(RunWeights b, RunWeights::open(project, workspace, second, job));
    const std::array sides { std::move(a), std::move(b) };
    RunComparison comparison { {}, notesOn(sides) };
    const auto& layers = project.model.network->layers();
    Progress progress { "Comparing layers", 0, static_cast<std::int64_t>(layers.size()), "layers" };
    job.progress(progress);
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
